/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Draws boxes and text into a surface, with cairo and pango. In one thread: pango keeps its
 * fonts by thread, and the first text of a thread reads the font files (tens of milliseconds;
 * paint_warm_up), later lines take tens of microseconds. Knows neither notices nor menus.
 */
#ifndef HF_SERVER_OVERLAY_PAINT_H
#define HF_SERVER_OVERLAY_PAINT_H

#include <stdbool.h>
#include <stdint.h>

#include "framebuffer/surface.h"

/* Colours of all that the daemon draws itself, 0x00RRGGBB. */
enum {
    PAINT_GROUND = 0x1b2430,
    PAINT_RAISED = 0x2a3648,
    PAINT_CHOSEN = 0x2f6fb3,
    PAINT_EDGE = 0x5b7899,
    PAINT_TEXT = 0xf2f5f8,
    PAINT_FAINT = 0xa9b6c4,
};

struct paint; /* drawing into one surface */

/* How text looks and where in its box it stands. */
struct paint_style {
    int size_px; /* of the font */
    bool bold;
    bool centred;
    uint32_t colour;
};

/* The font size that can be read in a picture of w x h px, in px. */
int paint_text_px(int w, int h);
/* Reads the fonts, so that no later text waits for them. */
void paint_warm_up(void);
/* Gives the fonts of this thread back; nothing may be drawn with them while this runs. */
void paint_cool_down(void);
/* s is the painter's until paint_end; it must not be empty. */
struct paint *paint_begin(struct surface *s);
void paint_end(struct paint **paint);
void paint_box(struct paint *p, struct rect r, uint32_t colour);
/* A line of width px along the inner edge of r. */
void paint_frame(struct paint *p, struct rect r, int width_px, uint32_t colour);
/* One line of text in the middle of r's height, ended by dots where r is too narrow. text: any
 * bytes; what is not UTF-8 is shown as replacement characters. */
void paint_text(struct paint *p, struct rect r, const struct paint_style *style,
                const char *text);
/* How wide the text is in this style, in px. */
int paint_text_width(const struct paint_style *style, const char *text);

#endif
