/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/pattern_scenes.h"
#include "server/attach/pattern_text.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

enum {
    FILM_W = 320,
    FILM_H = 240,
    WINDOW_W = 400,
    WINDOW_H = 300,
    TITLE_H = 24,
};

static struct rect middle(const struct surface *s, int w, int h)
{
    w = w < s->w ? w : s->w;
    h = h < s->h ? h : s->h;
    return (struct rect){(s->w - w) / 2, (s->h - h) / 2, w, h};
}

/* Colour bars above, a gradient in the middle third, fine lines below. */
static uint32_t card_pixel(const struct surface *s, int x, int y)
{
    static const uint32_t bars[] = {0xffffff, 0xffff00, 0x00ffff, 0x00ff00,
                                    0xff00ff, 0xff0000, 0x0000ff, 0x000000};
    if (y < s->h / 3)
        return bars[x * 8 / s->w];
    if (y < s->h * 2 / 3) {
        uint32_t v = (uint32_t)(x * 255 / s->w), u = (uint32_t)(y * 255 / s->h);
        return v << 16 | u << 8 | (255 - v);
    }
    int step = 1 + x * 8 / s->w;
    return (x / step + y / step) % 2 ? 0xc0c0c0 : 0x202020;
}

static void draw_card(struct surface *s, struct rect r)
{
    r = rect_intersect(r, surface_rect(s));
    for (int y = r.y; y < r.y + r.h; y++) {
        uint32_t *row = surface_at(s, 0, y);
        for (int x = r.x; x < r.x + r.w; x++)
            row[x] = card_pixel(s, x, y);
    }
}

static struct rect video_advance(struct surface *s, uint32_t frame)
{
    struct rect r = middle(s, FILM_W, FILM_H);
    for (int y = 0; y < r.h; y++) {
        uint32_t *row = surface_at(s, r.x, r.y + y);
        for (int x = 0; x < r.w; x++) {
            uint32_t ux = (uint32_t)x, uy = (uint32_t)y;
            uint32_t noise = pattern_mix(frame * 76801 + uy * FILM_W + ux) & 0x0f0f0f;
            uint32_t wave = ((ux + frame * 3) & 0xf0) << 16 | ((uy + frame * 2) & 0xf0) << 8 |
                            ((ux + uy + frame) & 0xf0);
            row[x] = wave | noise;
        }
    }
    return r;
}

static void video_draw(struct surface *s, uint32_t frame)
{
    draw_card(s, surface_rect(s));
    video_advance(s, frame);
}

static void number_video_draw(struct surface *s, uint32_t frame)
{
    video_draw(s, frame);
    pattern_draw_number(s, frame);
}

static struct rect number_video_advance(struct surface *s, uint32_t frame)
{
    video_advance(s, frame);
    pattern_draw_number(s, frame);
    return (struct rect){0, 0, s->w, s->h};
}

/* There and back again between 0 and room. */
static int sway(uint32_t at, int room)
{
    if (room <= 0)
        return 0;
    int v = (int)(at % (uint32_t)(2 * room));
    return v < room ? v : 2 * room - v;
}

static struct rect window_place(const struct surface *s, uint32_t frame)
{
    int w = WINDOW_W < s->w ? WINDOW_W : s->w, h = WINDOW_H < s->h ? WINDOW_H : s->h;
    return (struct rect){sway(frame * 7, s->w - w), sway(frame * 4, s->h - h), w, h};
}

static void window_paint(struct surface *s, struct rect r)
{
    surface_fill(s, r, 0xf0f0f0);
    surface_fill(s, (struct rect){r.x, r.y, r.w, TITLE_H}, 0x3060a0);
    for (int y = TITLE_H + 8; y + 8 < r.h; y += 12)
        surface_fill(s,
                     (struct rect){r.x + 8, r.y + y,
                                   (int)(pattern_mix((uint32_t)y) % (uint32_t)r.w) / 2, 2},
                     0x303030);
}

static void window_draw(struct surface *s, uint32_t frame)
{
    draw_card(s, surface_rect(s));
    window_paint(s, window_place(s, frame));
}

static struct rect window_advance(struct surface *s, uint32_t frame)
{
    struct rect old = window_place(s, frame - 1), now = window_place(s, frame);
    draw_card(s, old);
    window_paint(s, now);
    int x1 = old.x < now.x ? old.x : now.x, y1 = old.y < now.y ? old.y : now.y;
    int x2 = old.x > now.x ? old.x : now.x, y2 = old.y > now.y ? old.y : now.y;
    return (struct rect){x1, y1, x2 - x1 + now.w, y2 - y1 + now.h};
}

static void still_draw(struct surface *s, uint32_t frame)
{
    (void)frame;
    draw_card(s, surface_rect(s));
}

static struct rect still_advance(struct surface *s, uint32_t frame)
{
    (void)s;
    (void)frame;
    return (struct rect){0, 0, 0, 0};
}

static const struct {
    const char *name;
    void (*draw)(struct surface *s, uint32_t frame);
    struct rect (*advance)(struct surface *s, uint32_t frame);
} scenes[] = {
    [PATTERN_STILL] = {"still", still_draw, still_advance},
    [PATTERN_SCROLL] = {"scroll", pattern_scroll_draw, pattern_scroll_advance},
    [PATTERN_NUMBER_SCROLL] = {"number-scroll", pattern_number_scroll_draw,
                               pattern_number_scroll_advance},
    [PATTERN_TYPE] = {"type", pattern_type_draw, pattern_type_advance},
    [PATTERN_VIDEO] = {"video", video_draw, video_advance},
    [PATTERN_NUMBER_VIDEO] = {"number-video", number_video_draw, number_video_advance},
    [PATTERN_WINDOW] = {"window", window_draw, window_advance},
};

int pattern_scene_by_name(const char *name, size_t n, enum pattern_scene *scene_r)
{
    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        if (strlen(scenes[i].name) == n && !memcmp(scenes[i].name, name, n)) {
            *scene_r = (enum pattern_scene)i;
            return 0;
        }
    }
    return -EINVAL;
}

void pattern_draw(struct surface *s, enum pattern_scene scene, uint32_t frame)
{
    scenes[scene].draw(s, frame);
}

struct rect pattern_advance(struct surface *s, enum pattern_scene scene, uint32_t frame)
{
    return scenes[scene].advance(s, frame);
}
