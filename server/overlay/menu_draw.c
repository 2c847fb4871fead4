/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the menu looks like. */
#include <config.h>
#include "server/overlay/menu.h"
#include "server/overlay/menu_shape.h"
#include "server/overlay/paint.h"

#include <stdio.h>

static void draw_row(struct paint *p, const struct menu_shape *shape, unsigned i,
                     const struct menu_row *row, bool chosen)
{
    struct rect r = menu_shape_row(shape, i);
    const struct paint_style style = {
        .size_px = shape->text_px,
        .colour = row->action == MENU_NOTHING ? PAINT_FAINT : PAINT_TEXT,
        .bold = row->marked,
    };
    char text[MENU_TEXT_MOST + 16];
    if (chosen)
        paint_box(p, r, PAINT_CHOSEN);
    if (row->action == MENU_NOTHING || i >= 9)
        snprintf(text, sizeof(text), "%s", row->text);
    else
        snprintf(text, sizeof(text), "%u  %s%s", i + 1, row->text,
                 row->marked ? "  \xe2\x9c\x93" : "");
    r.x += shape->pad;
    r.w -= 2 * shape->pad;
    paint_text(p, r, &style, text);
}

static void draw_frame(struct paint *p, const struct menu_shape *shape,
                       const struct menu_facts *facts)
{
    struct rect all = {0, 0, shape->all.w, shape->all.h};
    struct rect title = {shape->pad, shape->pad, all.w - 2 * shape->pad, shape->line_h};
    struct rect hint = {shape->pad, all.h - shape->pad - shape->line_h, all.w - 2 * shape->pad,
                        shape->line_h};
    const struct paint_style bold = {
        .size_px = shape->text_px, .bold = true, .centred = true, .colour = PAINT_TEXT};
    const struct paint_style faint = {
        .size_px = shape->text_px * 5 / 6, .centred = true, .colour = PAINT_FAINT};
    paint_box(p, all, PAINT_GROUND);
    paint_frame(p, all, 1 + shape->text_px / 14, PAINT_EDGE);
    paint_text(p, title, &bold, facts->machine);
    paint_text(p, hint, &faint, "arrows and Enter, digits, or the mouse; Esc closes");
}

void menu_draw(const struct menu *m, const struct menu_facts *facts, int view_w, int view_h,
               struct layer *l)
{
    struct menu_row rows[MENU_ROWS_MOST];
    unsigned n = menu_rows(m, facts, rows);
    struct menu_shape shape;
    menu_shape_find(&shape, view_w, view_h, n, m->chosen);
    layer_fini(l);
    if (layer_place(l, shape.all) < 0)
        return;
    struct paint *p = paint_begin(&l->picture);
    draw_frame(p, &shape, facts);
    for (unsigned i = shape.first; i < shape.first + shape.n_shown; i++)
        draw_row(p, &shape, i, &rows[i], i == m->chosen);
    paint_end(&p);
}
