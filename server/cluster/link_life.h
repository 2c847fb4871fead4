/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the other end of a link still lives, by when it was heard. Pure: time is an
 * argument, in microseconds of any clock that goes on. */
#ifndef HF_SERVER_CLUSTER_LINK_LIFE_H
#define HF_SERVER_CLUSTER_LINK_LIFE_H

#include <stdbool.h>
#include <stdint.h>

enum { LINK_LIFE_PING_EVERY = 3 }; /* times ping_us: also an end that talks is asked */

struct link_life {
    uint64_t ping_us, dead_us; /* limits of silence */
    uint64_t heard_us;         /* when it last sent something */
    uint64_t alive_us;         /* when it last sent something or took some of what waited */
    uint64_t asked_us;         /* the last PING; 0: none yet */
    bool asked;                /* no answer yet */
    uint64_t rtt_us;           /* 0: not known */
};

enum link_life_step { LINK_LIFE_WAIT, LINK_LIFE_PING, LINK_LIFE_DEAD };

/* Limits of silence in ms; the other end counts as heard now. */
void link_life_init(struct link_life *l, unsigned ping_ms, unsigned dead_ms, uint64_t now_us);
/* Something came. */
void link_life_heard(struct link_life *l, uint64_t now_us);
/* It took bytes that had to wait before. */
void link_life_took(struct link_life *l, uint64_t now_us);
/* What is to be done now; *next_us_r: when to ask again, later than now. */
enum link_life_step link_life_step(const struct link_life *l, uint64_t now_us,
                                   uint64_t *next_us_r);
/* A PING was sent. */
void link_life_asked(struct link_life *l, uint64_t now_us);
/* It answered the question of asked_us; an answer to nothing counts for nothing. */
void link_life_answered(struct link_life *l, uint64_t asked_us, uint64_t now_us);

#endif
