/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tickets of all nodes: what is made, used, taken back at one is so at all, as soon as the
 * store tells. Hashes are there, never texts; tickets for VNC Authentication stay with the node
 * that made them. Clocks of nodes are taken to be right.
 */
#ifndef HF_SERVER_TICKET_SHARING_H
#define HF_SERVER_TICKET_SHARING_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "auth/ticket.h"
#include "server/session/store.h"

struct shared_ticket;

struct ticket_sharing {
    struct ticket_book *book;
    struct store *store;
    struct store_watch watch;
    sd_event *loop;
    const char *node;
    struct shared_ticket *first; /* what the store has, or will have */
    sd_event_source *save;       /* off, or soon */
    sd_event_source *sweep;
    char *alive; /* while a sweep goes on: sessions that the store has, " 12 13 " */
    bool (*has_session)(void *self, uint64_t session);
    void *self;
};

/*
 * Book, store and node are borrowed until ticket_sharing_stop. What the store has comes into
 * the book later. has_session: whether this node knows the session.
 */
void ticket_sharing_start(struct ticket_sharing *k, sd_event *loop, struct ticket_book *book,
                          struct store *store, const char *node,
                          bool (*has_session)(void *self, uint64_t session), void *self);
/* Hands what is not kept yet to the store. Of zeros: nothing. */
void ticket_sharing_stop(struct ticket_sharing *k);
/* Looks now for tickets whose session is over although nobody said so: its node was lost. This
 * is done each hour, and a minute after the start. */
void ticket_sharing_sweep(struct ticket_sharing *k);

#endif
