/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A clip as an encoder meets it: frame after frame, with what changed. Knows no encoder. */
#ifndef HF_BENCH_FRAMES_H
#define HF_BENCH_FRAMES_H

#include "framebuffer/damage.h"
#include "tests/bench/clip.h"

struct frames {
    struct clip clip;
    unsigned done;      /* frames shown */
    struct surface now; /* drawn just now, so that caches are as warm as a server finds them */
    struct damage damage; /* whole squares of 64 px that differ */
    size_t damaged_px;
};

/* Opens the clip; ends the program when there is none. */
void frames_init(struct frames *f, const char *clip_path);
void frames_fini(struct frames *f);
/* Shows the next frame; the first is damaged all over. False after the last. */
bool frames_next(struct frames *f);

#endif
