/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rects: how long the rectangles of each encoding are. Between framing's own files. */
#ifndef HF_BENCH_LOAD_RECTS_H
#define HF_BENCH_LOAD_RECTS_H

#include "tests/bench/load_framing.h"

/* skip bytes, then want bytes into head (want may be 0), then step. */
void framing_expect(struct framing *f, uint64_t skip, size_t want,
                    void (*step)(struct framing *f));
void framing_break(struct framing *f, const char *why);
/* The rectangle is complete. */
void framing_next_rect(struct framing *f);
/* f->rect has been filled from the header: its data comes next. */
void framing_begin_rect(struct framing *f);
/* Whether f->rect is the pseudo-rectangle that ends an update before its count. */
bool framing_is_last_rect(const struct framing *f);

#endif
