/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bench of views: a machine that a test draws on and judges who look at it, here or at
 * another host, with what may happen to them at random. Waits for nothing; knows neither loop
 * nor links.
 */
#ifndef HF_TESTS_UNIT_SERVER_CORE_CROWD_H
#define HF_TESTS_UNIT_SERVER_CORE_CROWD_H

#include "tests/unit/server/core/judge.h"
#include "tests/unit/server/core/world.h"

enum { CROWD = 10 };

struct crowd {
    struct world w;
    struct judge judges[CROWD];
    bool here[CROWD];
};

/* Classes of all kinds, by their row; those of 8 bits a colour come first. */
enum {
    CROWD_RAW,
    CROWD_RRE,
    CROWD_HEXTILE,
    CROWD_ZLIB,
    CROWD_ZRLE,
    CROWD_TRLE,
    CROWD_TIGHT,
    CROWD_TIGHT_60, /* that and the following are lossy */
    CROWD_JPEG_80,
    CROWD_TIGHT_30,
    CROWD_ZRLE_565,
    CROWD_HEXTILE_565,
    CROWD_CLASSES,
};
struct encode_class crowd_class(size_t row);

/* All heads of a machine, without its pointer. */
extern const struct view_key crowd_whole;

/* Judge i, who is not here, looks at a view of m: the world's machine, or that machine as
 * another host has it. */
void crowd_join(struct crowd *c, size_t i, struct machine *m, const struct view_key *key,
                const struct encode_class *class);
/* Does nothing when it is not here. */
void crowd_leave(struct crowd *c, size_t i);
void crowd_leave_all(struct crowd *c);
/* All who are here take all updates of all that they look at. */
void crowd_make_ready(struct crowd *c);
/* Whether judge i shows what the world does. */
bool crowd_shows(struct crowd *c, size_t i);
/* The same; fails the test with what differs. */
void crowd_must_show(struct crowd *c, size_t i);

/* ---- at random, by the world's dice ---- */

void crowd_random_draw(struct crowd *c);
void crowd_random_pointer(struct crowd *c);
/* Judge i, who is here, becomes ready (not once in ready_of times), for one update or more,
 * with or without CopyRect, and asks for a part of the picture only once in part_of times. */
void crowd_random_wishes(struct crowd *c, size_t i, int ready_of, int part_of);

#endif
