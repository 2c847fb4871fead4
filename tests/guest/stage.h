/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stage: where a scene is played: one head, as pixels and as a grid of character cells, and
 * which rectangles a frame has touched. In text mode there are only cells. */
#ifndef HF_GUEST_STAGE_H
#define HF_GUEST_STAGE_H

#include "tests/guest/display.h"

#define STAGE_TOUCHED_MAX 4u

struct stage {
    struct display *display;
    unsigned head;
    const struct surface *surface; /* NULL in text mode */
    uint32_t columns;
    uint32_t rows;
    struct rect touched[STAGE_TOUCHED_MAX];
    unsigned touched_count;
};

/* NULL, or why nothing can be played there. The display is lent. */
const char *stage_enter(struct stage *stage, struct display *display, unsigned head);

/* Flushes what was touched. NULL, or why not. */
const char *stage_flush(struct stage *stage);

/* Notes a rectangle; when there are too many, the last ones grow together. */
void stage_touch(struct stage *stage, struct rect rect);

/* `color` is one of the 16 of the VGA; the paper is black, or, for a reversed cell, the ink is.
 */
void stage_put(struct stage *stage, uint32_t column, uint32_t row, char c, unsigned color,
               bool reversed);
void stage_clear(struct stage *stage);
/* Moves all rows up by one and empties the last. */
void stage_scroll(struct stage *stage);

#endif
