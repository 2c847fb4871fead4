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

/* Whether a ticket that has begun no session may begin one here. */
enum ticket_claimed {
    TICKET_CLAIMED, /* and nowhere else from now on */
    TICKET_TAKEN,   /* another node is about to begin one with it, or has */
    TICKET_UNSURE,  /* the store does not say: it is away */
};

/* One that waits for its word. */
struct ticket_claim {
    struct ticket_claim *next; /* of those that the store was asked for */
    struct ticket_sharing *k;
    uint64_t ticket;
    bool known;                                           /* the store need not be asked */
    void (*done)(void *self, enum ticket_claimed result); /* NULL: nobody waits any more */
    void *self;
    sd_event_source *patience;
};

struct ticket_sharing {
    struct ticket_book *book;
    struct store *store;
    struct store_watch watch;
    sd_event *loop;
    const char *node;
    struct shared_ticket *first; /* what the store has, or will have */
    struct ticket_claim *claims; /* that the store was asked for, in that order */
    unsigned claim_ms;           /* how long its word is waited for; 0: 5 s */
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

/*
 * The first use of a ticket: of all nodes that claim it one gets it, by compare-and-swap in the
 * store. One that this node has claimed already, or that never came into the store (made here
 * while that is away), it gets without. done is called later from the loop, once; then, or when
 * it was cancelled, the claim is none of the caller's any more.
 */
struct ticket_claim *ticket_sharing_claim(struct ticket_sharing *k, uint64_t id,
                                          void (*done)(void *self, enum ticket_claimed result),
                                          void *self);
/* NULL inside is fine. */
void ticket_claim_cancel(struct ticket_claim **claim);

#endif
