/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/overlay/lobby.h"
#include "server/overlay/paint.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>
#include <xkbcommon/xkbcommon-keysyms.h>
#include <xkbcommon/xkbcommon.h>

/* In lines of text, or their share. */
enum { THUMB_IN_TEXT = 14, LINES_BELOW = 3, HEAD_LINES = 3, FOOT_LINES = 2 };

bool lobby_matches(const struct lobby_choice *c, const struct lobby_entry *e)
{
    size_t n = strlen(c->filter);
    for (const char *at = e->name; *at || !n; at++) {
        if (strncasecmp(at, c->filter, n) == 0)
            return true;
    }
    return false;
}

/* ---- where ---- */

static int at_least_one(int n)
{
    return n < 1 ? 1 : n;
}

static unsigned at_most(unsigned n, unsigned most)
{
    return n < most ? n : most;
}

/* The last that may be the first row seen: no room is left below n machines. */
static unsigned last_row(const struct lobby_shape *s, unsigned n)
{
    unsigned columns = (unsigned)s->columns, seen = (unsigned)s->rows;
    unsigned rows = (n + columns - 1) / columns;
    return rows > seen ? rows - seen : 0;
}

void lobby_shape_find(struct lobby_shape *s, int w, int h, struct lobby_choice *c, unsigned n)
{
    int px = paint_text_px(w, h);
    *s = (struct lobby_shape){.w = w, .h = h, .text_px = px, .line_h = px * 3 / 2, .pad = px};
    s->top = HEAD_LINES * s->line_h;
    s->cell_w = THUMB_IN_TEXT * px + 2 * s->pad;
    s->cell_w = s->cell_w > w ? w : s->cell_w;
    s->thumb_h = at_least_one((s->cell_w - 2 * s->pad) * 10 / 16);
    s->cell_h = s->thumb_h + LINES_BELOW * s->line_h + 2 * s->pad;
    s->columns = at_least_one(w / s->cell_w);
    s->rows = at_least_one((h - s->top - FOOT_LINES * s->line_h) / s->cell_h);
    if (c->chosen >= n)
        c->chosen = n ? n - 1 : 0;
    unsigned row = c->chosen / (unsigned)s->columns, seen = (unsigned)s->rows;
    c->row = at_most(c->row, last_row(s, n));
    c->row = row < c->row ? row : row >= c->row + seen ? row + 1 - seen : c->row;
    s->first = c->row * (unsigned)s->columns;
}

bool lobby_shows(const struct lobby_shape *s, unsigned i)
{
    return i >= s->first && i < s->first + (unsigned)(s->rows * s->columns);
}

struct rect lobby_cell(const struct lobby_shape *s, unsigned i)
{
    int at = (int)(i - s->first), left = (s->w - s->columns * s->cell_w) / 2;
    return (struct rect){left + at % s->columns * s->cell_w,
                         s->top + at / s->columns * s->cell_h, s->cell_w, s->cell_h};
}

struct rect lobby_thumb_box(const struct lobby_shape *s, unsigned i)
{
    struct rect r = lobby_cell(s, i);
    struct rect box = {r.x + s->pad, r.y + s->pad, r.w - 2 * s->pad, s->thumb_h};
    return rect_intersect(box, (struct rect){0, 0, s->w, s->h});
}

/* ---- keys ---- */

static enum lobby_action choose(struct lobby_choice *c, unsigned n, int64_t i)
{
    unsigned before = c->chosen;
    if (n && i >= 0 && i < n)
        c->chosen = (unsigned)i;
    return c->chosen == before ? LOBBY_NOTHING : LOBBY_CHANGED;
}

static enum lobby_action erase(struct lobby_choice *c)
{
    size_t n = strlen(c->filter);
    if (!n)
        return LOBBY_NOTHING;
    do
        n--;
    while (n && ((unsigned char)c->filter[n] & 0xc0) == 0x80);
    c->filter[n] = 0;
    return LOBBY_CHANGED;
}

static enum lobby_action type(struct lobby_choice *c, uint32_t keysym)
{
    char text[8];
    size_t n = strlen(c->filter);
    int len = xkb_keysym_to_utf8(keysym, text, sizeof(text)); /* with its zero */
    if (len < 2 || (unsigned char)text[0] < ' ' || text[0] == 0x7f ||
        n + (size_t)len - 1 > LOBBY_FILTER_MOST)
        return LOBBY_NOTHING;
    memcpy(c->filter + n, text, (size_t)len);
    c->chosen = 0;
    return LOBBY_CHANGED;
}

static enum lobby_action clear(struct lobby_choice *c)
{
    bool any = *c->filter;
    *c->filter = 0;
    return any ? LOBBY_CHANGED : LOBBY_NOTHING;
}

enum lobby_action lobby_key(struct lobby_choice *c, const struct lobby_shape *s, unsigned n,
                            uint32_t keysym)
{
    const int64_t at = c->chosen, last = (int64_t)n - 1, page = s->columns * s->rows;
    const struct {
        uint32_t keysym, keypad;
        int64_t to;
    } moves[] = {
        {XKB_KEY_Left, XKB_KEY_KP_Left, at - 1},
        {XKB_KEY_Right, XKB_KEY_KP_Right, at + 1},
        {XKB_KEY_Tab, XKB_KEY_KP_Tab, at < last ? at + 1 : 0},
        {XKB_KEY_Up, XKB_KEY_KP_Up, at - s->columns},
        {XKB_KEY_Down, XKB_KEY_KP_Down, at + s->columns},
        {XKB_KEY_Home, XKB_KEY_KP_Home, 0},
        {XKB_KEY_End, XKB_KEY_KP_End, last},
        {XKB_KEY_Page_Up, XKB_KEY_KP_Page_Up, at > page ? at - page : 0},
        {XKB_KEY_Page_Down, XKB_KEY_KP_Page_Down, at + page < last ? at + page : last},
    };
    for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
        if (keysym == moves[i].keysym || keysym == moves[i].keypad)
            return choose(c, n, moves[i].to);
    }
    if (keysym == XKB_KEY_Return || keysym == XKB_KEY_KP_Enter)
        return n ? LOBBY_ENTER : LOBBY_NOTHING;
    if (keysym == XKB_KEY_BackSpace)
        return erase(c);
    return keysym == XKB_KEY_Escape ? clear(c) : type(c, keysym);
}

/* ---- the mouse ---- */

enum lobby_action lobby_pointer(struct lobby_choice *c, const struct lobby_shape *s, unsigned n,
                                int x, int y, bool pressed)
{
    for (unsigned i = s->first; i < n && lobby_shows(s, i); i++) {
        struct rect r = lobby_cell(s, i);
        if (x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h) {
            enum lobby_action action = choose(c, n, i);
            return pressed ? LOBBY_ENTER : action;
        }
    }
    return LOBBY_NOTHING;
}

enum lobby_action lobby_wheel(struct lobby_choice *c, const struct lobby_shape *s, unsigned n,
                              int rows)
{
    const unsigned columns = (unsigned)s->columns, column = c->chosen % columns;
    int64_t to = (int64_t)c->row + rows;
    unsigned first = to < 0 ? 0 : at_most((unsigned)to, last_row(s, n));
    unsigned row = c->chosen / columns, last = first + (unsigned)s->rows - 1;
    if (!n || first == c->row)
        return LOBBY_NOTHING;
    c->row = first;
    row = row < first ? first : at_most(row, last);
    c->chosen = at_most(row * columns + column, n - 1);
    return LOBBY_CHANGED;
}
