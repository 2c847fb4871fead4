/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/plan.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "rfb/encode/cell.h"

void plan_fini(struct plan *plan)
{
    free(plan->cells);
    free(plan->regions);
    *plan = (struct plan){0};
}

static struct cell *cell_at(const struct plan *plan, int col, int row)
{
    return &plan->cells[(size_t)row * (size_t)plan->cols + (size_t)col];
}

static struct rect cell_rect(const struct pixels *px, struct rect cells)
{
    struct rect all = {0, 0, px->w, px->h};
    return rect_intersect(all, (struct rect){cells.x * CELL_W, cells.y * CELL_H,
                                             cells.w * CELL_W, cells.h * CELL_H});
}

static void look_at_cells(struct plan *plan, const struct pixels *px)
{
    plan->cols = (px->w + CELL_W - 1) / CELL_W;
    plan->rows = (px->h + CELL_H - 1) / CELL_H;
    plan->n = 0;
    size_t n = (size_t)plan->cols * (size_t)plan->rows;
    if (n > plan->cells_cap) {
        plan->cells = alloc_resize(plan->cells, n, sizeof *plan->cells);
        plan->cells_cap = n;
    }
    for (int row = 0; row < plan->rows; row++) {
        for (int col = 0; col < plan->cols; col++) {
            struct pixels part = pixels_part(px, cell_rect(px, (struct rect){col, row, 1, 1}));
            cell_look(cell_at(plan, col, row), &part);
        }
    }
}

/* A region that grows: its kind, and for one and two colours which. */
struct growth {
    const struct plan *plan;
    enum region_kind kind;
    uint32_t colours[2];
    bool nearly_pictures_join;
};

static bool take_colour(struct growth *g, uint32_t colour)
{
    if (colour == g->colours[0] || colour == g->colours[1])
        return true;
    if (g->kind == REGION_SOLID || g->colours[0] != g->colours[1])
        return false;
    g->colours[1] = colour;
    return true;
}

/* Whether a cell may join; notes a second colour that it brings. */
static bool admit(struct growth *g, int col, int row)
{
    const struct cell *c = cell_at(g->plan, col, row);
    if (c->taken)
        return false;
    if (g->kind == REGION_DRAWN)
        return true;
    if (g->kind == REGION_PICTURE)
        return c->kind == REGION_PICTURE || (g->nearly_pictures_join && c->nearly_picture);
    return c->kind <= g->kind && take_colour(g, c->colours[0]) && take_colour(g, c->colours[1]);
}

static bool admit_column(struct growth *g, int col, int row, int h)
{
    struct growth before = *g;
    for (int i = 0; i < h; i++) {
        if (!admit(g, col, row + i)) {
            *g = before;
            return false;
        }
    }
    return true;
}

static bool admit_row(struct growth *g, int col, int row, int w)
{
    struct growth before = *g;
    for (int i = 0; i < w; i++) {
        if (!admit(g, col + i, row)) {
            *g = before;
            return false;
        }
    }
    return true;
}

/* The largest that grows from a cell to the right first, or downwards first. In cells. */
static struct rect grow(struct growth *g, int col, int row, bool right_first)
{
    struct rect r = {col, row, 1, 1};
    (void)admit(g, col, row);
    for (int turn = 0; turn < 2; turn++) {
        if ((turn == 0) == right_first) {
            while (r.x + r.w < g->plan->cols && admit_column(g, r.x + r.w, r.y, r.h))
                r.w++;
        } else {
            while (r.y + r.h < g->plan->rows && admit_row(g, r.x, r.y + r.h, r.w))
                r.h++;
        }
    }
    return r;
}

static void add_region(struct plan *plan, const struct pixels *px, struct rect cells,
                       const struct growth *g)
{
    if (plan->n == plan->regions_cap) {
        plan->regions_cap = plan->regions_cap ? plan->regions_cap * 2 : 64;
        plan->regions = alloc_resize(plan->regions, plan->regions_cap, sizeof *plan->regions);
    }
    plan->regions[plan->n++] =
        (struct region){cell_rect(px, cells), g->kind, {g->colours[0], g->colours[1]}};
    for (int row = cells.y; row < cells.y + cells.h; row++) {
        for (int col = cells.x; col < cells.x + cells.w; col++)
            cell_at(plan, col, row)->taken = true;
    }
}

/* Makes regions of one kind wherever they become large enough. */
static void take_regions(struct plan *plan, const struct pixels *px, enum region_kind kind,
                         int area_least, bool nearly)
{
    for (int row = 0; row < plan->rows; row++) {
        for (int col = 0; col < plan->cols; col++) {
            const struct cell *c = cell_at(plan, col, row);
            if (c->taken || (kind != REGION_DRAWN && c->kind != kind))
                continue;
            struct growth wide = {plan, kind, {c->colours[0], c->colours[0]}, nearly},
                          high = wide;
            struct rect a = grow(&wide, col, row, true), b = grow(&high, col, row, false);
            bool prefer_wide = a.w * a.h >= b.w * b.h;
            struct rect cells = prefer_wide ? a : b, r = cell_rect(px, cells);
            if (r.w * r.h >= area_least)
                add_region(plan, px, cells, prefer_wide ? &wide : &high);
        }
    }
}

void plan_make(struct plan *plan, const struct pixels *px, const struct plan_limits *limits)
{
    look_at_cells(plan, px);
    take_regions(plan, px, REGION_PICTURE, limits->picture_least, limits->nearly_pictures_join);
    take_regions(plan, px, REGION_SOLID, limits->solid_least, false);
    take_regions(plan, px, REGION_MONO, limits->mono_least, false);
    take_regions(plan, px, REGION_DRAWN, 0, false);
}
