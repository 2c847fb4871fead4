/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures for benchmarks: seven kinds of screen content, drawn frame by frame from nothing but
 * numbers, so that every run on every machine sees the same pixels. Knows no encoder.
 */
#ifndef HF_BENCH_CONTENT_H
#define HF_BENCH_CONTENT_H

#include "framebuffer/surface.h"

enum content_kind {
    CONTENT_TEXT,    /* a terminal with coloured bitmap text, scrolling */
    CONTENT_BROWSER, /* an article with smooth letters and pictures, scrolling */
    CONTENT_EDITOR,  /* smooth coloured source text: typing, and a page now and then */
    CONTENT_CONSOLE, /* a text console with a boot log */
    CONTENT_DIALOGS, /* windows with buttons, lists and progress bars */
    CONTENT_VIDEO,   /* a moving picture in a player's window */
    CONTENT_PHOTOS,  /* a full-screen picture that is replaced */
    CONTENT_KINDS,
};

const char *content_name(enum content_kind kind);
/* Pixels of a frame. */
void content_size(enum content_kind kind, int *w_r, int *h_r);
/* Draws frame number `frame` over all of s, which has content_size. Frames depend on nothing
 * before. */
void content_draw(enum content_kind kind, unsigned frame, struct surface *s);

#endif
