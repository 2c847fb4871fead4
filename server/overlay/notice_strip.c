/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/overlay/notice_strip.h"
#include "server/overlay/paint.h"

/* In lines of text. */
enum { SURROUNDINGS = 3 };

struct measures {
    struct paint_style style;
    int line_h, pad, w, h;
};

static int line_width(const struct paint_style *style, const struct notice *notice,
                      uint64_t now_us)
{
    char line[NOTICE_LINE_MOST];
    notice_line(notice, now_us, line);
    return paint_text_width(style, line);
}

static int lower(int a, int b)
{
    return a < b ? a : b;
}

static struct measures measure(const struct notices *n, uint64_t now_us, int view_w, int view_h)
{
    int px = paint_text_px(view_w, view_h);
    struct measures m = {
        .style = {.size_px = px, .centred = true, .colour = PAINT_TEXT},
        .line_h = px * 3 / 2,
        .pad = px / 2,
    };
    int widest = 0, room = view_h / 2 / m.line_h;
    for (unsigned i = 0; i < n->n; i++) {
        int w = line_width(&m.style, &n->rows[i], now_us);
        widest = w > widest ? w : widest;
    }
    m.w = lower(widest + 4 * m.pad, view_w);
    m.h = lower(lower((int)n->n, room < 1 ? 1 : room) * m.line_h + m.pad, view_h);
    return m;
}

/* Whole tiles: nothing is encoded with a rest of the picture beside it more than must be. */
static int whole_tiles(int px, int most)
{
    return lower((px + 15) / 16 * 16, most);
}

void notice_strip_draw(const struct notices *n, uint64_t now_us, int view_w, int view_h,
                       struct layer *l)
{
    layer_fini(l);
    if (!n->n)
        return;
    struct measures m = measure(n, now_us, view_w, view_h);
    struct rect r = {0, 0, whole_tiles(m.w, view_w), whole_tiles(m.h, view_h)};
    if (layer_place(l, r) < 0)
        return;
    int top = (r.h - (m.h - m.pad)) / 2;
    struct paint *p = paint_begin(&l->picture);
    paint_box(p, r, PAINT_GROUND);
    paint_frame(p, r, 1 + m.style.size_px / 20, PAINT_EDGE);
    for (unsigned i = 0; i < n->n; i++) {
        char line[NOTICE_LINE_MOST];
        notice_line(&n->rows[i], now_us, line);
        paint_text(p, (struct rect){m.pad, top + (int)i * m.line_h, r.w - 2 * m.pad, m.line_h},
                   &m.style, line);
    }
    paint_end(&p);
}

/* ---- where ---- */

static bool meets(struct rect a, struct rect b)
{
    struct rect common = rect_intersect(a, b);
    return !rect_empty(&common);
}

static bool is_free(const struct strip_place *at, struct rect r)
{
    int around = SURROUNDINGS * paint_text_px(at->view_w, at->view_h);
    struct rect surroundings = {at->pointer_x - around, at->pointer_y - around, 2 * around,
                                2 * around};
    return !meets(r, at->taken) && !(at->pointer_known && meets(r, surroundings));
}

struct rect notice_strip_place(const struct strip_place *at, int w, int h)
{
    int left = (at->view_w - w) / 2 / 16 * 16, bottom = (at->view_h - h) / 16 * 16;
    struct rect top = {left, 0, w, h}, low = {left, bottom, w, h};
    /* A strip is there already: the next one lies beside it, towards the middle. */
    struct rect below = {left, at->taken.y + at->taken.h, w, h};
    struct rect above = {left, at->taken.y - h, w, h};
    const struct rect wanted[2][4] = {{top, low, below, above}, {low, top, above, below}};
    struct rect whole = {0, 0, at->view_w, at->view_h};
    for (int i = 0; i < 4; i++) {
        struct rect r = wanted[at->at_bottom][i];
        if (is_free(at, r) && rect_contains(&whole, &r))
            return r;
    }
    return wanted[at->at_bottom][0];
}
