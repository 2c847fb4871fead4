/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a relay has of one class: the state that its clients have who lack nothing, the newest
 * units, the blocks that are asked for. For relay.c.
 */
#ifndef HF_SERVER_RELAY_CLASS_H
#define HF_SERVER_RELAY_CLASS_H

#include "server/relay.h"
#include "server/view_client.h"

enum { RELAY_UNITS_MOST = 4 };              /* that are kept for clients that missed some */
#define RELAY_UNITS_BYTES_MOST (256u << 10) /* of all but the newest */

struct relay_unit {
    struct piece *piece;
    struct damage covered, lossy; /* by its rectangles */
    struct damage touched;        /* covered, and where moves go */
    struct scroll_move moves[VIEW_MOVES_MOST];
    int n_moves;
};

struct relay_class {
    struct relay_class *next;
    struct encode_class class;
    uint32_t stream;        /* 0: none is open */
    bool moves;             /* it is open for units with moves */
    struct view_known *has; /* what clients have that lack nothing; 0: that is to come */
    struct relay_unit units[RELAY_UNITS_MOST]; /* in turn, by number */
    uint64_t oldest, newest; /* numbers of those that are kept: oldest > newest: none */
    uint8_t *asked;          /* for each block: 1: asked for; 2: to be asked for */
    bool wanting;            /* one is to be asked for */
    struct piece **arrived;  /* for each block: come since clients were served last; or NULL */
    unsigned n_arrived;
    uint64_t used_us; /* when it had a client, or one of its blocks was looked for */
};

/* Of a picture of that size and state; has is copied. */
struct relay_class *relay_class_new(const struct encode_class *class,
                                    const struct view_known *has);
void relay_class_free(struct relay_class **k);
/* Another size: nothing is known any more. */
void relay_class_resize(struct relay_class *k, int w, int h);
/* Nobody can be asked any more; what clients have stays known. */
void relay_class_down(struct relay_class *k);

/* The newest unit, from now on; its blocks' hashes become part of `has`. */
struct relay_unit *relay_class_add_unit(struct relay_class *k, struct piece *piece,
                                        const struct scroll_move *moves, int n_moves);
static inline struct relay_unit *relay_class_unit(struct relay_class *k, uint64_t number)
{
    return &k->units[number % RELAY_UNITS_MOST];
}
/* Keeps no unit any more. */
void relay_class_drop_units(struct relay_class *k);
/* Keeps what came until relay_class_drop_arrived. */
void relay_class_add_block(struct relay_class *k, struct piece *piece);
void relay_class_drop_arrived(struct relay_class *k);

#endif
