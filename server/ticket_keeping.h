/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tickets kept in the store, so that they outlast the daemon: hashes, never texts. Those for
 * VNC Authentication are not kept: their text would have to be, and they live for a minute.
 */
#ifndef HF_SERVER_TICKET_KEEPING_H
#define HF_SERVER_TICKET_KEEPING_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "auth/ticket.h"
#include "server/session/store.h"

struct ticket_keeping {
    struct ticket_book *book;
    struct store *store;
    sd_event *loop;
    sd_event_source *save; /* off, or soon */
    bool (*has_session)(void *self, uint64_t session);
    void *self;
};

/*
 * Takes up what is kept, before it returns: all that has not expired, or has begun a session
 * that has_session knows. From then on changes of the book are kept, a moment later and all
 * together. Book and store are borrowed until ticket_keeping_stop; a NULL store keeps nothing.
 */
void ticket_keeping_start(struct ticket_keeping *k, sd_event *loop, struct ticket_book *book,
                          struct store *store,
                          bool (*has_session)(void *self, uint64_t session), void *self);
/* Hands what is not kept yet to the store. Of zeros: nothing. */
void ticket_keeping_stop(struct ticket_keeping *k);

#endif
