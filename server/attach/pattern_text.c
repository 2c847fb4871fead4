/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/pattern_text.h"

#include <stdbool.h>

enum {
    CELL_W = 8,
    LINE_H = 16,
    BIT = 16, /* px of a square that shows one bit of the frame number */
};

#define INK 0xc0c0c0

uint32_t pattern_mix(uint32_t v)
{
    v ^= v >> 16;
    v *= 0x7feb352d;
    v ^= v >> 15;
    v *= 0x846ca68b;
    return v ^ v >> 16;
}

/* Whether a letter, a number, has a dot there: 5x9 px in its cell. */
static bool has_dot(uint32_t letter, int column, int row)
{
    bool outside = column >= 5 || row < 3 || row >= 12;
    return !outside && pattern_mix(letter + (uint32_t)((row - 3) * 5 + column)) & 1;
}

/* ---- scroll ---- */

/* One line of something like text: words with gaps, a few colours. */
static void draw_line(struct surface *s, int y0, uint32_t line)
{
    static const uint32_t colours[] = {INK, INK, 0x55ff55, 0xffff55, 0x5555ff, 0xff5555};
    uint32_t ink = colours[pattern_mix(line) % 6];
    int length = (int)(pattern_mix(line + 0x10000) % (uint32_t)(s->w / CELL_W + 1));
    for (int y = y0; y < y0 + LINE_H && y < s->h; y++) {
        for (int x = 0; x < s->w; x++) {
            uint32_t letter = pattern_mix(line * 1021 + (uint32_t)(x / CELL_W));
            bool gap = x / CELL_W >= length || letter % 6 == 0;
            *surface_at(s, x, y) = !gap && has_dot(letter, x % CELL_W, y - y0) ? ink : 0;
        }
    }
}

void pattern_scroll_draw(struct surface *s, uint32_t frame)
{
    for (int y = 0; y < s->h; y += LINE_H)
        draw_line(s, y, frame + (uint32_t)(y / LINE_H));
}

struct rect pattern_scroll_advance(struct surface *s, uint32_t frame)
{
    int lines = (s->h + LINE_H - 1) / LINE_H, last = (lines - 1) * LINE_H;
    surface_copy(s, s, (struct rect){0, LINE_H, s->w, s->h - LINE_H}, 0, -LINE_H);
    /* The lowest line may have been cut off by the edge: then the one above it is drawn again
     * too. */
    for (int y = last >= LINE_H ? last - LINE_H : 0; y < s->h; y += LINE_H)
        draw_line(s, y, frame + (uint32_t)(y / LINE_H));
    return surface_rect(s);
}

/* ---- number ---- */

void pattern_draw_number(struct surface *s, uint32_t number)
{
    for (int bit = 0; bit < 32 && (bit + 1) * BIT <= s->w; bit++)
        surface_fill(s, (struct rect){bit * BIT, 0, BIT, BIT},
                     number >> bit & 1 ? 0xffffff : 0x000000);
}

void pattern_number_scroll_draw(struct surface *s, uint32_t frame)
{
    pattern_scroll_draw(s, frame);
    pattern_draw_number(s, frame);
}

struct rect pattern_number_scroll_advance(struct surface *s, uint32_t frame)
{
    struct rect r = pattern_scroll_advance(s, frame);
    pattern_draw_number(s, frame);
    return r;
}

/* ---- type ---- */

static struct rect cell_rect(const struct surface *s, uint32_t cell)
{
    uint32_t columns = (uint32_t)((s->w + CELL_W - 1) / CELL_W);
    return (struct rect){(int)(cell % columns) * CELL_W, (int)(cell / columns) * LINE_H, CELL_W,
                         LINE_H};
}

static uint32_t cells_of(const struct surface *s)
{
    return (uint32_t)((s->w + CELL_W - 1) / CELL_W) * (uint32_t)((s->h + LINE_H - 1) / LINE_H);
}

static void draw_cell(struct surface *s, uint32_t frame, uint32_t cell)
{
    struct rect r = rect_intersect(cell_rect(s, cell), surface_rect(s));
    uint32_t letter = pattern_mix(frame);
    for (int y = 0; y < r.h; y++) {
        for (int x = 0; x < r.w; x++)
            *surface_at(s, r.x + x, r.y + y) = letter % 6 && has_dot(letter, x, y) ? INK : 0;
    }
}

/* The cursor stands where the frame's own letter will come; a full page is followed by an empty
 * one. */
void pattern_type_draw(struct surface *s, uint32_t frame)
{
    uint32_t cell = frame % cells_of(s);
    surface_fill(s, surface_rect(s), 0);
    for (uint32_t i = 0; i < cell; i++)
        draw_cell(s, frame - cell + i, i);
    surface_fill(s, cell_rect(s, cell), INK);
}

struct rect pattern_type_advance(struct surface *s, uint32_t frame)
{
    uint32_t cell = frame % cells_of(s);
    if (cell == 0) {
        pattern_type_draw(s, frame);
        return surface_rect(s);
    }
    struct rect old = cell_rect(s, cell - 1), now = cell_rect(s, cell);
    draw_cell(s, frame - 1, cell - 1);
    surface_fill(s, now, INK);
    struct rect r = {old.x, old.y, now.x + now.w - old.x, LINE_H};
    if (now.y != old.y)
        r = (struct rect){0, old.y, s->w, 2 * LINE_H};
    return rect_intersect(r, surface_rect(s));
}
