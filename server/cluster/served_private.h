/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files about those who have dialed us share: served.c has the links,
 * served_machine.c tells of a machine that is asked for, served_input.c takes its input,
 * served_told.c tells which machines there are.
 */
#ifndef HF_SERVER_CLUSTER_SERVED_PRIVATE_H
#define HF_SERVER_CLUSTER_SERVED_PRIVATE_H

#include "server/cluster/machine_msg.h"
#include "server/cluster/served.h"

/* Input that came while the machine could take none. */
struct served_input {
    struct input_event *events;
    bool *sure; /* of each: MACHINE_MSG_SURE */
    unsigned n;
    bool asked;      /* it is to be given back, as soon as all before it is where it belongs */
    uint32_t serial; /* of who asked */
    unsigned lost;   /* keys and buttons that found no room, since that was logged */
};

struct served_own_machine {
    struct served_machine sm;
    struct served_own_machine *same; /* in its bucket */
    char *key;
    bool told; /* of its state, which was: */
    enum place_state state;
    uint64_t ran;
    char *problem; /* as told; NULL: nothing was */
    bool home;     /* all about it was told since its active place is here */
    struct place_head heads[HEADS_MOST];
    unsigned n_heads;
    bool pointing; /* what the pointer does comes from them */
    struct served_input input;
    struct keystate vain; /* pressed there, but not (or no more) here: its release is no news */
};

static inline struct served_own_machine *served_own_machine(struct served_machine *sm)
{
    return (struct served_own_machine *)sm;
}

/* Puts a message about a machine, or about places, on the link. */
void served_put(struct served *served, enum link_type type, const struct machine_msg *msg);

/* ---- served_machine.c ---- */

/* Looks for the machine again, when it has none, and tells what is new. */
void served_machine_look(struct served_machine *sm);
/* The same for all that ask for this machine. */
void served_machine_look_all(struct machine *m);
/* Nothing more is told of its machine. */
void served_machine_unbind(struct served_machine *sm);
void served_machine_set_watching(struct served_machine *sm, bool on);

/* ---- served_input.c ---- */

/* LINK_INPUT: plays what may be played now, and keeps the rest. */
void served_input_take(struct served_machine *sm, const struct machine_msg *msg);
/* LINK_INPUT_MODE: what waits goes on here; or it is given back (LINK_INPUT_BACK), as soon as
 * all that was played before is where it belongs. Always answered. */
void served_input_take_mode(struct served_machine *sm, const struct machine_msg *msg);
/* What waits goes on, or back, if it can now. */
void served_input_go_on(struct served_machine *sm);
/* They hold nothing any more. */
void served_input_lift(struct served_machine *sm);
/* The same while they go on holding: what they let go then is let go already. */
void served_input_take_away(struct served_machine *sm);
/* What waits still is lost; before the machine is let go of. */
void served_input_fini(struct served_machine *sm);

/* ---- served_told.c ---- */

/* All machines that there are, to one that has just come. */
void served_tell_all(struct served *served);

#endif
