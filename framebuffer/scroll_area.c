/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "framebuffer/scroll_area.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

void scroll_area_init(struct scroll_area *a, const struct damage *damage)
{
    size_t cols = (size_t)damage->cols, rows = (size_t)damage->rows;
    a->cols = damage->cols;
    a->rows = damage->rows;
    a->fits = alloc_zero(rows * cols, sizeof(*a->fits));
    a->gain = alloc_zero((rows + 1) * (cols + 1), sizeof(*a->gain));
    a->heights = alloc_zero(cols + 1, sizeof(*a->heights));
    a->starts = alloc_zero(cols + 1, sizeof(*a->starts));
}

void scroll_area_fini(struct scroll_area *a)
{
    free(a->fits);
    free(a->gain);
    free(a->heights);
    free(a->starts);
    *a = (struct scroll_area){0};
}

void scroll_area_take(struct scroll_area *a, struct rect r)
{
    for (int row = r.y; row < r.y + r.h; row++)
        memset(scroll_area_fits(a, r.x, row), 0, (size_t)r.w);
}

static uint32_t *corner(const struct scroll_area *a, int col, int row)
{
    return &a->gain[(size_t)row * (size_t)(a->cols + 1) + (size_t)col];
}

static void sum_up(struct scroll_area *a, const struct damage *damage)
{
    for (int row = 0; row < a->rows; row++) {
        uint32_t in_row = 0;
        for (int col = 0; col < a->cols; col++) {
            in_row += *scroll_area_fits(a, col, row) && damage_tile(damage, col, row);
            *corner(a, col + 1, row + 1) = *corner(a, col + 1, row) + in_row;
        }
    }
}

static uint32_t gain_of(const struct scroll_area *a, struct rect r)
{
    return *corner(a, r.x + r.w, r.y + r.h) - *corner(a, r.x, r.y + r.h) -
           *corner(a, r.x + r.w, r.y) + *corner(a, r.x, r.y);
}

/*
 * All largest rectangles whose bottom row is `row`, found as in a histogram: bars wait on a
 * stack (starts, with heights) while they grow higher; a lower bar ends the higher ones before
 * it.
 */
static void search_row(struct scroll_area *a, int row, const int *above, struct rect *best,
                       uint32_t *most)
{
    int n = 0;
    for (int col = 0; col <= a->cols; col++) {
        int height = col < a->cols ? above[col] : 0, start = col;
        while (n > 0 && a->heights[n - 1] >= height) {
            n--;
            start = a->starts[n];
            struct rect r = {start, row + 1 - a->heights[n], col - start, a->heights[n]};
            uint32_t gain = gain_of(a, r);
            if (gain > *most) {
                *most = gain;
                *best = r;
            }
        }
        if (height) {
            a->starts[n] = start;
            a->heights[n++] = height;
        }
    }
}

/* Borders without gain only make the client copy more. */
static struct rect trim(const struct scroll_area *a, struct rect r)
{
    while (r.h > 1 && !gain_of(a, (struct rect){r.x, r.y, r.w, 1})) {
        r.y++;
        r.h--;
    }
    while (r.h > 1 && !gain_of(a, (struct rect){r.x, r.y + r.h - 1, r.w, 1}))
        r.h--;
    while (r.w > 1 && !gain_of(a, (struct rect){r.x, r.y, 1, r.h})) {
        r.x++;
        r.w--;
    }
    while (r.w > 1 && !gain_of(a, (struct rect){r.x + r.w - 1, r.y, 1, r.h}))
        r.w--;
    return r;
}

struct rect scroll_area_best(struct scroll_area *a, const struct damage *damage,
                             uint32_t *gain_r)
{
    struct rect best = {0, 0, 0, 0};
    int *above = alloc_zero((size_t)a->cols, sizeof(*above));
    *gain_r = 0;
    sum_up(a, damage);
    for (int row = 0; row < a->rows; row++) {
        for (int col = 0; col < a->cols; col++)
            above[col] = *scroll_area_fits(a, col, row) ? above[col] + 1 : 0;
        search_row(a, row, above, &best, gain_r);
    }
    free(above);
    return *gain_r ? trim(a, best) : best;
}
