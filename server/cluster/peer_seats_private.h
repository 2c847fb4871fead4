/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files about sessions whose machine is at another node share: peer_seats.c follows
 * the machines and the links, peer_seats_asking.c asks the home, peer_seats_told.c hears it.
 */
#ifndef HF_SERVER_CLUSTER_PEER_SEATS_PRIVATE_H
#define HF_SERVER_CLUSTER_PEER_SEATS_PRIVATE_H

#include "server/cluster/cluster.h"
#include "server/cluster/peer_seats.h"
#include "server/cluster/seat_msg.h"

/* A seat of ours, at home. */
struct away_seat {
    struct away_seat *next;
    struct seat *seat;
    uint32_t id; /* on the present link; 0: not asked for there */
};

/*
 * A console's home at another node. It is found by the node's name and the machine's number
 * there, so that neither needs to tell when it goes.
 */
struct away_seats {
    struct cluster *cluster;
    char node[LINK_NODE_NAME_MOST + 1];
    uint32_t machine;
    struct away_seat *first;
    uint32_t acts; /* LINK_ACTs on the present link */
};

/* ---- peer_seats_asking.c ---- */

/* Of a console whose home is away; home_self: its struct away_seats, from malloc. */
extern const struct console_home_ops away_seats_ops;

/* Whether home_self is a struct away_seats. */
bool away_seats_asks(const struct console *c);
/* The machine there, when it can be asked now; else NULL. */
struct peer_machine *away_seats_reach(const struct away_seats *as);
/* The console whose home that machine of the peer's is; NULL: there is none here. */
struct console *away_seats_console(const struct peer *peer, uint32_t machine);
/* For all seats that were not yet asked for on the present link. */
void away_seats_ask(const struct away_seats *as, struct peer_machine *pm);
/* For a home that has just become one; it answers with what it knows. */
void away_seats_tell_memory(const struct console *c, struct peer_machine *pm);
/* Keys follow that are typed by who drives now. */
void away_seats_tell_seen(struct peer_machine *pm, const struct console *c);

/* ---- peer_seats_told.c ---- */

/* Told before the place is active here: it is not told again, so it is kept until then. NULL:
 * nothing is kept any more. */
void away_seats_keep_image(struct peer_machine *pm, const struct seat_msg_console *told);
/* Its place is active now: what was kept, if anything, is told. */
void away_seats_take_kept_image(struct peer_machine *pm);

#endif
