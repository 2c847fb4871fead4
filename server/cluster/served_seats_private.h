/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files about viewers of other nodes share: served_seats.c has their life, whom they
 * hear and who of them types, served_seats_told.c what their node is told of the sessions,
 * served_seat.c one such seat, served_seats_asked.c what is asked.
 */
#ifndef HF_SERVER_CLUSTER_SERVED_SEATS_PRIVATE_H
#define HF_SERVER_CLUSTER_SERVED_SEATS_PRIVATE_H

#include "server/cluster/cluster.h"
#include "server/cluster/seat_msg.h"
#include "server/cluster/served_seats.h"

/* A viewer of the other node. */
struct served_seat {
    struct seat seat; /* first */
    struct served_seats *at;
    struct served_seat *next;
    struct seat_msg_join told; /* groups: not kept */
    char *groups;
};

/* All of one machine on one link, and what that node is told about the machine's sessions. */
struct served_seats {
    struct console_mirror mirror; /* first */
    struct served_machine *sm;
    struct served_seat *first;
    struct bytes events;   /* messages that wait, each behind its type and length */
    bool changed;          /* LINK_CONSOLE is to be sent */
    uint32_t answered;     /* the last LINK_ACT */
    bool remembered;       /* it said what it knew, since this is home; */
    uint64_t known_driver; /* who drives here as far as that node has heard */
    uint64_t unseen;       /* until it has seen this serial, its keys are of who drove before */
    sd_event_source *soon; /* sends all that */
};

/* NULL: this node has none. */
static inline struct sessions *served_seats_sessions(const struct served_seats *at)
{
    return at->sm->served->cluster->sessions;
}

/* NULL: the machine is not here, or has no sessions. */
struct console *served_seats_console(const struct served_seats *at);

/* ---- served_seats_told.c ---- */

/* What at->mirror hears is told from now on. */
void served_seats_tell_init(struct served_seats *at);
/* at->mirror is removed already. */
void served_seats_tell_fini(struct served_seats *at);
/* Sends LINK_CONSOLE, and the events that wait behind it, in the loop's next turn. */
void served_seats_tell_soon(struct served_seats *at);
/* What became of a wish; behind LINK_CONSOLE and the events that it made. why: NULL, or static.
 */
void served_seats_tell_verdict(struct served *served, const struct seat_msg_act *wish,
                               const char *why, bool queued);
/* Sends it at once; the payload ends here. */
void served_seats_put(struct served_seats *at, enum link_type type, struct bytes *payload);

/* ---- served_seat.c ---- */

/* By the number that its node gave it; NULL: there is none. */
struct served_seat *served_seat_find(const struct served_seats *at, uint32_t id);
/* A new seat takes part in the machine's session, and its node is told so. NULL, or why not
 * (static). at->sm->machine is there. */
const char *served_seat_sit_down(struct served_seats *at, const struct seat_msg_join *told);
/* Why that seat is none (any more), to its node. */
void served_seat_tell_gone(struct served_seats *at, const struct seat_msg_id *id,
                           const char *why);
/* What it held down is lifted, it leaves its session and ends; its node is not told. */
void served_seat_leave(struct served_seat *s);
/* It has left its session already. */
void served_seat_free(struct served_seat *s);
/* Its role there, or what the rules here make of it, is another now; it may end by that. */
void served_seat_apply_rules(struct served_seat *s);
/* A viewer there in whose name something is wished; the one that may do most. s: NULL is fine.
 * NULL: nobody there is of that session. */
struct served_seat *served_seats_speaker(const struct served_seats *at,
                                         const struct session *s);

#endif
