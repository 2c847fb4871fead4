/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One kind of content as a server meets it: frame after frame, with what changed. */
#ifndef HF_BENCH_FRAMES_H
#define HF_BENCH_FRAMES_H

#include "framebuffer/damage.h"
#include "tests/bench/content.h"

struct frames {
    enum content_kind kind;
    unsigned n, done; /* frames in all, frames drawn */
    struct surface now;
    struct surface before;
    struct damage damage; /* whole squares of 64 px that differ */
};

/* n frames of content; 0: as many as suit it. */
void frames_init(struct frames *f, enum content_kind kind, unsigned n);
void frames_fini(struct frames *f);
/* Draws the next frame; the first is damaged all over. False after the last. */
bool frames_next(struct frames *f);
/* Damaged pixels. */
size_t frames_damaged_px(const struct frames *f);

#endif
