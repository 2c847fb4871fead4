/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Viewers of other nodes in the sessions of machines here: each has a seat like any other. */
#ifndef HF_SERVER_CLUSTER_SERVED_SEATS_H
#define HF_SERVER_CLUSTER_SERVED_SEATS_H

#include "server/cluster/served.h"

/* LINK_SEAT_JOIN to LINK_ACT. NULL, or what is wrong. */
const char *served_seat_message(struct served *served, enum link_type type,
                                struct reader *payload);
/* LINK_OPEN came, or the machine is here again: the node is told of its sessions. */
void served_seats_begin(struct served_machine *sm);
/* The machine is not served any more: its seats leave. Fine without served_seats_begin. */
void served_seats_end(struct served_machine *sm);
/* The machines' rules are others: they hold for viewers of other nodes at once. */
void served_seats_apply_rules(struct cluster *c);
/* This node is the home of the machine's sessions now: those that serve it are told of them. */
void served_seats_follow(struct cluster *c, const struct machine *m);
/* Whose keys are those that another place plays or had down: the driver's session; nobody
 * drives: whose they were. For keyboard_turn. */
uint64_t served_driver(const struct served_machine *sm);
/*
 * Whether input that comes over this link reaches the machine now: one of its seats there
 * drives. press: a key or button goes down, else the pointer moves; releases are not asked for.
 * *owner_r: the session's number, for keyboard_turn.
 */
bool served_may_type(struct served_machine *sm, bool press, uint64_t *owner_r);
/* Whether it is shown there, to people: one of its seats is in a session of the machine. */
bool served_may_look(const struct served_machine *sm);
/*
 * Whether what that node lets through for others, as the home that it was (MACHINE_MSG_SURE),
 * comes too late: it had not heard of the machine's move, and somebody else drives since, or
 * who drove may not any more. If nobody drives, who drove takes the wheel by that.
 */
bool served_is_late(const struct served_machine *sm);

#endif
