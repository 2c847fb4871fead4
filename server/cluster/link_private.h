/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a link is inside, and what its parts do for each other: link.c (its life, and turns of
 * the loop), link_in.c (what comes), link_out.c (what goes).
 */
#ifndef HF_SERVER_CLUSTER_LINK_PRIVATE_H
#define HF_SERVER_CLUSTER_LINK_PRIVATE_H

#include "base/outq.h"
#include "server/cluster/link.h"
#include "server/cluster/link_life.h"

enum {
    LINK_WHY_SIZE = 320,
    LINK_BYE_MOST = 200, /* bytes of a reason that the other end gives */
};

enum link_stage {
    LINK_SHAKING,  /* the stream prepares */
    LINK_GREETING, /* the other end's HELLO is awaited */
    LINK_UP,
    LINK_DOWN
};

struct link {
    struct link_options o; /* node and other are our copies */
    enum link_stage stage;
    struct stream *stream;
    sd_event_source *io, *kick, *timer;
    struct bytes in;
    struct outq out;
    struct bytes tail; /* behind what is in `out`: messages without blobs, together */
    unsigned version;
    struct link_life life;
    uint64_t pong_end;  /* of all that was queued, where the last PONG ends */
    uint64_t pong_owed; /* answer to the PING that came since; 0: none */
    bool waited;        /* the socket took less than all */
    bool broken;        /* to be told, when the loop comes round */
    bool inside;        /* of a callback of ours */
    bool freed;         /* meanwhile */
    char why[LINK_WHY_SIZE];
};

/* ---- link.c ---- */

/* CLOCK_MONOTONIC, as the loop has it in this turn. */
uint64_t link_now_us(const struct link *l);
/* Tells the owner, once; from callbacks of the loop only. */
void link_end(struct link *l, const char *why);
/* Ends it; `down` is told why (copied) when the loop comes round. A link without a stream
 * (link_new with NULL inside) does nothing but wait for that. */
void link_break(struct link *link, const char *why);
/* What a stream's -errno means; static. */
const char *link_trouble(const struct link *l, int err);

/* ---- link_in.c ---- */

/* Reads and takes what is there, as much as is fair in one turn. It may be down then. */
void link_receive(struct link *l);

/* ---- link_out.c ---- */

/* The link's own messages. */
void link_put_hello(struct link *l);
void link_put_time(struct link *l, enum link_type type, uint64_t time);
/* Answers a PING, unless the last answer still waits. */
void link_pay_pong(struct link *l);
/* Writes what waits. It may be down then. */
void link_transmit(struct link *l);
/* Closes it and tells the other end why, if the socket takes that much. */
void link_refuse(struct link *l, const char *why);

#endif
