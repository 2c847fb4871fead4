/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Letters made of strokes, drawn hard (a terminal's bitmap font) or smooth (a desktop's) at any
 * size. Knows no layout.
 */
#ifndef HF_BENCH_FONT_H
#define HF_BENCH_FONT_H

#include <stdbool.h>
#include <stdint.h>

#include "framebuffer/surface.h"

struct font {
    double size_px;   /* height of a capital letter */
    double width_px;  /* of a usual letter */
    double stroke_px; /* thickness of a stroke */
    double advance_px;
    bool smooth;       /* edges are blended, letters start at quarters of a pixel */
    bool proportional; /* narrow letters take less room */
};

/* Draws c with its left edge at x and its baseline at y, clipped to s; returns where the next
 * one starts. */
double font_draw_char(const struct font *f, struct surface *s, double x, int y, char c,
                      uint32_t colour);
double font_draw_text(const struct font *f, struct surface *s, double x, int y,
                      const char *text, uint32_t colour);
double font_text_width(const struct font *f, const char *text);

#endif
