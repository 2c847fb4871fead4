/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every decision that trades bytes against time, with the thresholds and what set them. Knows
 * no wire format.
 */
#ifndef HF_RFB_ENCODE_CHOOSE_H
#define HF_RFB_ENCODE_CHOOSE_H

#include "framebuffer/rect.h"
#include "rfb/encode/class.h"
#include "rfb/encode/plan.h"

/* How damage is cut for a class. */
struct cut_limits {
    int width_most, area_most; /* px of one rectangle */
    int waste_px;              /* unchanged pixels that may go along to save one rectangle */
};
struct cut_limits choose_cut_limits(const struct encode_class *class);

/* How a ZRLE or TRLE tile is coded. */
enum tile_coding {
    TILE_CODING_RAW,
    TILE_CODING_SOLID,
    TILE_CODING_PACKED,
    TILE_CODING_RUNS,
    TILE_CODING_PALETTE_RUNS,
};
struct tile_facts {
    int area;         /* px */
    unsigned bytes;   /* of a pixel */
    int colours;      /* 0: too many for a palette */
    int runs;         /* of one colour, ending with each row */
    int packed_bytes; /* of the packed numbers */
    bool deflated;    /* the tile is deflated afterwards */
};
enum tile_coding choose_tile_coding(const struct tile_facts *facts);
/* Beyond so many colours (at most TILE_COLOURS_MOST) a tile gets no palette. */
int choose_tile_colours_most(bool deflated);

/* What makes a piece of the screen a picture. Steps are neighbours in a row that differ. */
enum { CELL_SMALL_STEP = 24 }; /* of 255, the largest of the channels */
struct cell_facts {
    int looked_at; /* px */
    int steps, small_steps;
};
enum picture_likeness { PICTURE_NOT, PICTURE_NEARLY, PICTURE_SURELY };
enum picture_likeness choose_picture(const struct cell_facts *facts);

/* From which sizes on Tight sends parts of a rectangle separately. */
struct plan_limits choose_plan_limits(const struct encode_class *class);
/* How many colours a palette may have for so many pixels. */
int choose_palette_most(int area);
/* Whether a rectangle for a client of JPEG (21) goes as JPEG. */
bool choose_jpeg_rect(const struct encode_class *class, struct rect r);

#endif
