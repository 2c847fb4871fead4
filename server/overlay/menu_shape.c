/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/overlay/menu_shape.h"
#include "server/overlay/paint.h"

enum { WIDTH_IN_TEXT = 30, TILE_PX = 16 };

static int lower(int a, int b)
{
    return a < b ? a : b;
}

static int higher(int a, int b)
{
    return a > b ? a : b;
}

static int whole_tiles(int px, int most)
{
    return lower((px + TILE_PX - 1) / TILE_PX * TILE_PX, most);
}

/* A title above the rows and a hint below them. */
void menu_shape_find(struct menu_shape *s, int view_w, int view_h, unsigned n, unsigned chosen)
{
    s->text_px = paint_text_px(view_w, view_h);
    s->pad = s->text_px / 2;
    int room = view_h - 2 * s->pad;
    s->line_h = lower(2 * s->text_px, higher(room / ((int)n + 2), s->text_px * 5 / 4));
    int fit = higher(room / s->line_h - 2, 1);
    s->n_shown = (int)n < fit ? n : (unsigned)fit;
    s->first = chosen < s->n_shown ? 0 : chosen + 1 - s->n_shown;
    s->all.w = whole_tiles(WIDTH_IN_TEXT * s->text_px, view_w);
    s->all.h = whole_tiles(((int)s->n_shown + 2) * s->line_h + 2 * s->pad, view_h);
    s->all.x = (view_w - s->all.w) / 2 / TILE_PX * TILE_PX;
    s->all.y = (view_h - s->all.h) / 2 / TILE_PX * TILE_PX;
    s->rows_y = s->pad + s->line_h;
    /* On whole tiles it begins and ends; what is then left over lies beyond the edge. */
    s->all.w = lower(s->all.w, view_w - s->all.x);
    s->all.h = lower(s->all.h, view_h - s->all.y);
}

struct rect menu_shape_row(const struct menu_shape *s, unsigned i)
{
    return (struct rect){s->pad, s->rows_y + (int)(i - s->first) * s->line_h,
                         s->all.w - 2 * s->pad, s->line_h};
}

int menu_shape_row_at(const struct menu_shape *s, int x, int y)
{
    x -= s->all.x;
    y -= s->all.y;
    if (x < 0 || y < 0 || x >= s->all.w || y >= s->all.h)
        return MENU_SHAPE_OUTSIDE;
    for (unsigned i = s->first; i < s->first + s->n_shown; i++) {
        struct rect r = menu_shape_row(s, i);
        if (x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h)
            return (int)i;
    }
    return MENU_SHAPE_NO_ROW;
}
