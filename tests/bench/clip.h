/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clip: frames that servers are fed with, played in a circle: in a file, so that every server's
 * process maps the same pixels and none spends time on drawing them. Beside each frame stands
 * what differs from the one before, in whole squares of 64 px. Knows no server. Except for
 * clip_writer_add, everything here ends the program with a sentence when it fails.
 */
#ifndef HF_BENCH_CLIP_H
#define HF_BENCH_CLIP_H

#include <stdio.h>

#include "framebuffer/surface.h"
#include "tests/bench/content.h"

enum { CLIP_SQUARE = 64 };

struct clip {
    int w, h, stride; /* px, px, words from row to row */
    unsigned n;       /* frames */
    const uint32_t *pixels;
    size_t size; /* of the mapping, bytes */
    struct rect *rects;
    size_t *first; /* n + 1: where the rectangles of each frame begin */
};

/* Maps a file of clip_writer's. */
void clip_open(struct clip *c, const char *path);
void clip_close(struct clip *c);
/* Frame i; its pixels may not be written. */
struct surface clip_frame(const struct clip *c, unsigned i);
/*
 * What differs between the frame before (of frame 0: the last) and frame i: runs of squares,
 * row by row. *rects_r is lent. Returns how many.
 */
size_t clip_damage(const struct clip *c, unsigned i, const struct rect **rects_r);
/* Their pixels. */
size_t clip_damaged_px(const struct clip *c, unsigned i);
/* An open descriptor of the file, whose first frame begins at clip_offset(). */
size_t clip_offset(void);

struct clip_writer {
    FILE *f;
    int w, h;
    unsigned n;
};

void clip_writer_init(struct clip_writer *writer, const char *path, int w, int h);
/* False for another size. */
bool clip_writer_add(struct clip_writer *writer, const struct surface *frame);
void clip_writer_fini(struct clip_writer *writer);

/* The first n frames of the content (0: as many as suit it), as a file. */
void clip_write_content(const char *path, enum content_kind kind, unsigned n);

#endif
