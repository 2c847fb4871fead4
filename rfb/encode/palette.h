/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The colours of a few pixels, and the pixels as runs of numbered colours. Knows no encoding.
 */
#ifndef HF_RFB_ENCODE_PALETTE_H
#define HF_RFB_ENCODE_PALETTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rfb/encode/pixels.h"

enum { PALETTE_MOST = 256 };

/* Colours in the order in which they were met. Starts as zeroes, is then emptied by
 * palette_clear. */
struct palette {
    int n;
    uint32_t colours[PALETTE_MOST];
    /* By hash: a colour, and its number plus 1, or 0. */
    uint32_t slot_colours[1024];
    uint16_t slots[1024];
    uint16_t slot_of[PALETTE_MOST];
};

enum { RUNS_COLUMN = 64, RUNS_WIDTH_MOST = 2048 };

/*
 * Pixels as runs of one colour, column behind column of 64 pixels, row by row in each; no run
 * passes the end of its row in the column. Bit x of starts[column * h + y] says that a run
 * starts there, ids has one colour number for each. Memory grows on demand.
 */
struct runs {
    int w, h;
    uint64_t *starts;
    size_t starts_cap;
    uint8_t *ids;
    size_t n, ids_cap;
    size_t column_ids[RUNS_WIDTH_MOST / RUNS_COLUMN]; /* where each column's ids begin */
};

/* 0, 1, 2 ... */
extern const uint8_t palette_same_numbers[PALETTE_MOST];

void palette_clear(struct palette *p);
/* The number of a colour, added when it is new; -1 when it is new and there is no room. */
int palette_add(struct palette *p, uint32_t colour);
/* The number of a colour, or -1. */
int palette_lookup(const struct palette *p, uint32_t colour);

void runs_fini(struct runs *runs);
/* Begins with nothing: an empty palette, no columns. */
void runs_begin(struct runs *runs, struct palette *p);
/*
 * Adds a column: px, at most RUNS_COLUMN wide, as high as all others, right of them, which are
 * of full width. False, with nothing added, when the palette would have more than `most`
 * colours.
 */
bool runs_add_column(struct runs *runs, struct palette *p, const struct pixels *px, int most);
/* All columns of px, at most RUNS_WIDTH_MOST wide; false when there are more than `most`
 * colours. */
bool runs_find(struct runs *runs, struct palette *p, const struct pixels *px, int most);
/* Only how many runs there are. */
int runs_count(const struct pixels *px);
/*
 * One byte a pixel, row behind row: number[id]. Returns the end. dst has room for 8 bytes more
 * than that.
 */
uint8_t *runs_expand(const struct runs *runs, const uint8_t *number, uint8_t *dst);

/* One bit a pixel, set where it is not `background`, the leftmost highest, whole bytes; returns
 * the end. */
uint8_t *row_bits(uint8_t *dst, const uint32_t *row, int n, uint32_t background);

#endif
