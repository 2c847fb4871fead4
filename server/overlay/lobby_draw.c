/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the lobby looks like. */
#include <config.h>
#include "server/overlay/lobby.h"
#include "server/overlay/paint.h"

#include <stdio.h>

static void draw_cell(struct paint *p, const struct lobby_shape *s, unsigned i,
                      const struct lobby_entry *e, bool chosen)
{
    struct rect r = lobby_cell(s, i), box = lobby_thumb_box(s, i);
    const struct paint_style name = {
        .size_px = s->text_px, .bold = true, .centred = true, .colour = PAINT_TEXT};
    const struct paint_style faint = {
        .size_px = s->text_px * 5 / 6, .centred = true, .colour = PAINT_FAINT};
    struct rect line = {box.x, box.y + s->thumb_h, box.w, s->line_h};
    struct rect inner = {r.x + s->pad / 2, r.y + s->pad / 2, r.w - s->pad, r.h - s->pad};
    paint_box(p, inner, chosen ? PAINT_CHOSEN : PAINT_RAISED);
    paint_box(p, box, 0);
    if (!e->w)
        paint_text(p, box, &faint, "no picture");
    paint_text(p, line, &name, e->name);
    line.y += s->line_h;
    paint_text(p, line, &faint, e->state);
    line.y += s->line_h;
    paint_text(p, line, &faint, *e->people ? e->people : "nobody is there");
}

static void draw_head(struct paint *p, const struct lobby_shape *s,
                      const struct lobby_choice *c, const char *title, unsigned n)
{
    const struct paint_style big = {
        .size_px = s->text_px * 4 / 3, .bold = true, .centred = true, .colour = PAINT_TEXT};
    const struct paint_style plain = {
        .size_px = s->text_px, .centred = true, .colour = PAINT_FAINT};
    char text[LOBBY_FILTER_MOST + 80];
    struct rect line = {s->pad, s->line_h / 4, s->w - 2 * s->pad, 3 * s->line_h / 2};
    paint_text(p, line, &big, title);
    if (*c->filter)
        snprintf(text, sizeof(text), "machines with \"%s\" in their names: %u", c->filter, n);
    else
        snprintf(text, sizeof(text), "%u machines: type a part of a name, or choose", n);
    line = (struct rect){s->pad, 7 * s->line_h / 4, s->w - 2 * s->pad, s->line_h};
    paint_text(p, line, &plain, text);
}

static void draw_foot(struct paint *p, const struct lobby_shape *s)
{
    const struct paint_style faint = {
        .size_px = s->text_px * 5 / 6, .centred = true, .colour = PAINT_FAINT};
    struct rect line = {s->pad, s->h - 3 * s->line_h / 2, s->w - 2 * s->pad, s->line_h};
    paint_box(p, (struct rect){0, s->h - 2 * s->line_h, s->w, 2 * s->line_h}, PAINT_GROUND);
    paint_text(p, line, &faint,
               "arrows and Enter, or the mouse; from a machine three presses of the hot key "
               "lead back");
}

void lobby_draw(struct surface *surface, const struct lobby_shape *s,
                const struct lobby_choice *c, const char *title,
                const struct lobby_entry *const *entries, unsigned n)
{
    struct paint *p = paint_begin(surface);
    paint_box(p, surface_rect(surface), PAINT_GROUND);
    for (unsigned i = s->first; i < n && lobby_shows(s, i); i++)
        draw_cell(p, s, i, entries[i], i == c->chosen);
    draw_head(p, s, c, title, n);
    draw_foot(p, s);
    paint_end(&p);
}
