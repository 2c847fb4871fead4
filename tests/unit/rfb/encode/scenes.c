/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/rfb/encode/scenes.h"

uint32_t scene_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    uint32_t v = *state;
    v ^= v >> 16;
    v *= 0x7feb352du;
    return v ^ v >> 15;
}

static uint32_t random_colour(uint32_t *state)
{
    return scene_random(state) & 0xffffff;
}

/* Marks that look like writing: 1 in some places of a grid that repeats. */
static bool inked(int x, int y, uint32_t seed)
{
    uint32_t letter = (uint32_t)(x / 7) * 2654435761u ^ (uint32_t)(y / 12) * 40503u ^ seed;
    letter ^= letter >> 13;
    uint32_t shape = letter % 23 * 2246822519u;
    return x % 7 < 5 && y % 12 < 9 && (shape >> ((x % 7) * 3 + y % 12 / 2) & 1);
}

static uint32_t shade(uint32_t colour, int amount)
{
    uint32_t out = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        int v = (int)(colour >> shift & 255) + amount;
        out |= (uint32_t)(v < 0 ? 0 : v > 255 ? 255 : v) << shift;
    }
    return out;
}

static uint32_t pixel_of(enum scene scene, const uint32_t *colours, int x, int y,
                         uint32_t *state)
{
    int wave;
    switch (scene) {
    case SCENE_TWO_COLOURS:
        return colours[inked(x, y, colours[2])];
    case SCENE_FEW_COLOURS:
        return inked(x, y, colours[2]) ? colours[1 + (x / 21 + y / 12) % 6] : colours[0];
    case SCENE_TEXT:
        return inked(x, y, colours[2]) ? shade(0x404040, (x * 37 + y * 11) % 160) : 0xfafafa;
    case SCENE_GRADIENT:
        return shade(colours[0] & 0x7f7f7f, colours[1] & 1 ? y / 2 : x / 2);
    case SCENE_PICTURE:
        wave = (x * x / 40 + y * y / 50) % 220;
        return shade(colours[0] & 0x3f3f3f,
                     (wave < 110 ? wave : 220 - wave) + (int)(scene_random(state) % 5));
    case SCENE_NOISE:
        return random_colour(state);
    case SCENE_STRIPES:
        return colours[(x + y * 40) / 300 % 8] + (uint32_t)((x + y * 40) / 300 / 8 % 200);
    default:
        return colours[0];
    }
}

static void draw_plain(struct surface *s, struct rect r, enum scene scene, uint32_t *state)
{
    uint32_t colours[8];
    for (int i = 0; i < 8; i++)
        colours[i] = random_colour(state);
    for (int y = 0; y < r.h; y++) {
        for (int x = 0; x < r.w; x++)
            *surface_at(s, r.x + x, r.y + y) = pixel_of(scene, colours, x, y, state) & 0xffffff;
    }
}

void scene_draw(struct surface *s, struct rect r, enum scene scene, uint32_t *state)
{
    if (scene != SCENE_MIXED) {
        draw_plain(s, r, scene, state);
        return;
    }
    for (int y = 0; y < r.h;) {
        int h = 1 + (int)(scene_random(state) % 120);
        for (int x = 0; x < r.w;) {
            int w = 1 + (int)(scene_random(state) % 200);
            struct rect part = rect_intersect(r, (struct rect){r.x + x, r.y + y, w, h});
            draw_plain(s, part, scene_random(state) % SCENE_MIXED, state);
            x += w;
        }
        y += h;
    }
}
