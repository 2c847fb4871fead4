/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/frames.h"

#include <stdlib.h>
#include <string.h>

enum { SQUARE = 64 };

static const unsigned usual_number[CONTENT_KINDS] = {
    [CONTENT_TEXT] = 12,    [CONTENT_BROWSER] = 12, [CONTENT_EDITOR] = 24,
    [CONTENT_CONSOLE] = 24, [CONTENT_DIALOGS] = 24, [CONTENT_VIDEO] = 8,
    [CONTENT_PHOTOS] = 5,
};

void frames_init(struct frames *f, enum content_kind kind, unsigned n)
{
    int w, h;
    *f = (struct frames){.kind = kind, .n = n ? n : usual_number[kind]};
    content_size(kind, &w, &h);
    surface_init(&f->now);
    surface_init(&f->before);
    damage_init(&f->damage);
    if (surface_resize(&f->now, w, h) || surface_resize(&f->before, w, h))
        abort();
    damage_resize(&f->damage, w, h);
}

void frames_fini(struct frames *f)
{
    surface_fini(&f->now);
    surface_fini(&f->before);
    damage_fini(&f->damage);
}

static bool differs(const struct frames *f, struct rect r)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        if (memcmp(surface_at(&f->now, r.x, y), surface_at(&f->before, r.x, y),
                   (size_t)r.w * 4))
            return true;
    }
    return false;
}

bool frames_next(struct frames *f)
{
    if (f->done == f->n)
        return false;
    surface_copy(&f->before, &f->now, surface_rect(&f->now), 0, 0);
    content_draw(f->kind, f->done, &f->now);
    damage_clear(&f->damage);
    if (f->done++ == 0) {
        damage_set_all(&f->damage);
        return true;
    }
    for (int y = 0; y < f->now.h; y += SQUARE) {
        for (int x = 0; x < f->now.w; x += SQUARE) {
            struct rect r =
                rect_intersect((struct rect){x, y, SQUARE, SQUARE}, surface_rect(&f->now));
            if (differs(f, r))
                damage_add_rect(&f->damage, r);
        }
    }
    return true;
}

size_t frames_damaged_px(const struct frames *f)
{
    size_t px = 0;
    int col = 0, row = 0, length;
    for (; (length = damage_next_run(&f->damage, &col, &row)) > 0; col += length) {
        struct rect r = {col * TILE, row * TILE, length * TILE, TILE};
        r = rect_intersect(r, surface_rect(&f->now));
        px += (size_t)r.w * (size_t)r.h;
    }
    return px;
}
