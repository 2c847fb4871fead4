/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/core/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UUID "11111111-2222-3333-4444-555555555555"

void world_start(struct world *w, int width, int height)
{
    const char *why = NULL;
    *w = (struct world){.pointer_visible = true, .dice.state = 1};
    rig_start(&w->rig, NULL);
    assert_int_equal(machines_attach(&w->rig.machines, "m", "fake:m", &why), 0);
    w->machine = rig_machine(&w->rig, "m");
    w->place = fake_place_find("m");
    machine_watch(w->machine);
    fake_runs(w->place, "m", UUID, 0, 0);
    world_set_heads(w, &(struct place_head){.w = width, .h = height}, 1);
    world_shape_pointer(w, 12, 19, 255);
}

void world_stop(struct world *w)
{
    rig_stop(&w->rig);
    for (unsigned i = 0; i < WORLD_HEADS_MOST; i++)
        surface_fini(&w->heads[i]);
    pointer_image_unref(&w->pointer);
}

void world_set_heads(struct world *w, const struct place_head *heads, unsigned n)
{
    w->n_heads = n;
    for (unsigned i = 0; i < WORLD_HEADS_MOST; i++) {
        bool same = i < n && w->heads[i].w == heads[i].w && w->heads[i].h == heads[i].h;
        if (!same)
            surface_resize(&w->heads[i], i < n ? heads[i].w : 0, i < n ? heads[i].h : 0);
    }
    fake_says_heads(w->place, heads, n);
}

static uint32_t pixel(struct world *w, int how, struct rect r, int x, int y, uint32_t colour)
{
    switch (how) {
    case 0:
        return colour;
    case 1:
        return (y - r.y) % 8 < 6 && (x * 7 + y * 3 + (x >> 3) * 5) % 5 < 2 ? colour : 0xf0f0f0;
    case 2:
        return dice_next(&w->dice) & 0xffffff;
    default:
        return (uint32_t)((x * 3 & 0xff) << 16 | (y * 2 & 0xff) << 8 | ((x + y) & 0xff));
    }
}

static void tell(struct world *w, unsigned head, struct rect r)
{
    fake_says_pixels(w->place, head, &w->heads[head], r);
}

static void draw(struct world *w, unsigned head, struct rect r, int how)
{
    uint32_t colour = dice_next(&w->dice) & 0xffffff;
    for (int y = r.y; y < r.y + r.h; y++) {
        for (int x = r.x; x < r.x + r.w; x++)
            *surface_at(&w->heads[head], x, y) = pixel(w, how, r, x, y, colour);
    }
}

void world_draw(struct world *w, unsigned head, struct rect r, int how)
{
    if (rect_empty(&r))
        return;
    draw(w, head, r, how);
    tell(w, head, r);
}

void world_scroll(struct world *w, unsigned head, struct rect r, int dy)
{
    struct surface *s = &w->heads[head];
    if (dy <= 0 || dy >= r.h || rect_empty(&r))
        return;
    for (int y = r.y; y < r.y + r.h - dy; y++)
        memmove(surface_at(s, r.x, y), surface_at(s, r.x, y + dy), (size_t)r.w * 4);
    draw(w, head, (struct rect){r.x, r.y + r.h - dy, r.w, dy}, 1);
    tell(w, head, r);
}

void world_shape_pointer(struct world *w, int width, int height, int alpha)
{
    uint32_t *argb = calloc((size_t)(width * height), sizeof(*argb));
    assert_non_null(argb);
    for (int i = 0; i < width * height; i++)
        argb[i] = (alpha < 0 ? dice_next(&w->dice) & 0xff : (uint32_t)alpha) << 24 |
                  (dice_next(&w->dice) & 0xffffff);
    pointer_image_unref(&w->pointer);
    assert_int_equal(pointer_image_new(&w->pointer, width, height, width / 2, height / 2, argb),
                     0);
    free(argb);
    fake_says_pointer(w->place, w->pointer);
}

void world_point(struct world *w, unsigned head, int x, int y, bool visible)
{
    fake_says_pointer_at(w->place, head, x, y, visible);
    if (!visible && head != w->pointer_head)
        return; /* heads tell in any order: it has gone to another one already */
    w->pointer_head = head;
    w->pointer_x = x;
    w->pointer_y = y;
    w->pointer_visible = visible;
}

struct rect world_random_rect(struct world *w, unsigned head)
{
    const struct surface *s = &w->heads[head];
    struct rect r = {dice_below(&w->dice, s->w), dice_below(&w->dice, s->h), 0, 0};
    r.w = s->w ? 1 + dice_below(&w->dice, s->w - r.x) : 0;
    r.h = s->h ? 1 + dice_below(&w->dice, s->h - r.y) : 0;
    return r;
}

/* ---- what must be seen ---- */

static bool shows(const struct world *w, const struct view_key *key, unsigned i)
{
    return w->heads[i].w && (key->head == VIEW_ALL_HEADS || key->head == (int)i);
}

static uint32_t mixed(uint32_t under, uint32_t over)
{
    uint32_t alpha = over >> 24, result = 0;
    for (unsigned shift = 0; shift < 24; shift += 8) {
        double c = (double)(over >> shift & 0xff) * alpha +
                   (double)(under >> shift & 0xff) * (255 - alpha);
        result |= (uint32_t)(c / 255 + 0.5) << shift;
    }
    return result;
}

static void put_pointer(const struct world *w, int left, struct surface *to)
{
    const struct pointer_image *p = w->pointer;
    for (int y = 0; y < p->h; y++) {
        for (int x = 0; x < p->w; x++) {
            int to_x = left + w->pointer_x - p->hot_x + x, to_y = w->pointer_y - p->hot_y + y;
            if (to_x < 0 || to_y < 0 || to_x >= to->w || to_y >= to->h)
                continue;
            uint32_t *px = surface_at(to, to_x, to_y);
            *px = mixed(*px, p->argb[y * p->w + x]);
        }
    }
}

static void size_of(const struct world *w, const struct view_key *key,
                    const struct surface *frame, int *w_r, int *h_r)
{
    *w_r = *h_r = 0;
    for (unsigned i = 0; i < w->n_heads; i++) {
        if (shows(w, key, i)) {
            *w_r += w->heads[i].w;
            *h_r = w->heads[i].h > *h_r ? w->heads[i].h : *h_r;
        }
    }
    if (!*w_r) {
        *w_r = frame->w;
        *h_r = frame->h;
    }
    if (key->fixed_w) {
        *w_r = key->fixed_w;
        *h_r = key->fixed_h;
    }
}

void world_expect(const struct world *w, const struct view_key *key,
                  const struct surface *frame, struct surface *want_r)
{
    int width, height, left = 0, pointer_left = -1;
    size_of(w, key, frame, &width, &height);
    surface_init(want_r);
    assert_int_equal(surface_resize(want_r, width, height), 0);
    for (unsigned i = 0; i < w->n_heads; i++) {
        if (!shows(w, key, i))
            continue;
        const struct surface *s = &w->heads[i];
        for (int y = 0; y < s->h && y < height; y++) {
            for (int x = 0; x < s->w && left + x < width; x++)
                *surface_at(want_r, left + x, y) = *surface_at(s, x, y);
        }
        if (i == w->pointer_head)
            pointer_left = left;
        left += s->w;
    }
    if (key->draws_pointer && w->pointer_visible && pointer_left >= 0)
        put_pointer(w, pointer_left, want_r);
}
