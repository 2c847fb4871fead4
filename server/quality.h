/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much of the quality that a client asked for goes to it: as much as its path carries, in a
 * few steps, so that viewers on like paths still share their bytes. What a client asks is the
 * best that it gets; one that asks for exact pixels gets nothing else at any step. Pure: time
 * and what is known of the path are arguments.
 */
#ifndef HF_SERVER_QUALITY_H
#define HF_SERVER_QUALITY_H

#include <stdbool.h>
#include <stdint.h>

#include "rfb/encode/class.h"

enum { QUALITY_STEPS = 4 };

struct quality {
    unsigned step;        /* 0: all that was asked */
    uint64_t held_us;     /* when it was held back last; 0: never */
    uint64_t worse_us;    /* since when its path wants a lower step; 0: it does not */
    uint64_t better_us;   /* since when a higher one could be tried; 0: it could not */
    uint64_t rose_us;     /* when it got a higher one last */
    uint64_t patience_us; /* before the next try */
};

/* What is known of a viewer's path. */
struct quality_path {
    uint64_t rate_bytes_s; /* what it carries; 0: not known */
    bool at_least;         /* it may carry more: too little went over it to know */
    bool held;             /* something waits that the path does not take now */
};

void quality_init(struct quality *q);
/* Looks at the path, as often as there is something to be sent. Whether the step changed. */
bool quality_note(struct quality *q, const struct quality_path *path, uint64_t now_us);
/* What a client that asked for this class gets. */
struct encode_class quality_class(const struct quality *q, const struct encode_class *asked);
/*
 * How many tiles that were sent inexactly are sent again exactly in one update; 0: all that are
 * owed. On a slow path that would keep what is new from going out for seconds.
 */
int quality_refresh_most(const struct quality *q);

#endif
