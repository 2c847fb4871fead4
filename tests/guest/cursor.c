/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/cursor.h"

#include <stddef.h>

#include "tests/guest/text.h"

#define WHITE 0xffffffffu
#define BLACK 0xff000000u
#define SHADE 0x60000000u
#define NOTHING 0u

#define ARROW_H 24u
#define SHADOW_OFFSET 4u

static bool is_arrow(uint32_t x, uint32_t y)
{
    return y < ARROW_H && x <= y * 2 / 3;
}

static uint32_t arrow(uint32_t x, uint32_t y)
{
    if (!is_arrow(x, y))
        return NOTHING;
    bool edge = x == 0 || y == ARROW_H - 1 || !is_arrow(x + 1, y) || !is_arrow(x, y - 1);
    return edge ? BLACK : WHITE;
}

static uint32_t shadow(uint32_t x, uint32_t y)
{
    uint32_t pixel = arrow(x, y);

    if (pixel != NOTHING || x < SHADOW_OFFSET || y < SHADOW_OFFSET)
        return pixel;
    return is_arrow(x - SHADOW_OFFSET, y - SHADOW_OFFSET) ? SHADE : NOTHING;
}

static uint32_t beam(uint32_t x, uint32_t y)
{
    bool serif = (y == 0 || y == 15) && x < 7;
    bool stem = x == 3 && y < 16;
    return serif || stem ? BLACK : NOTHING;
}

static uint32_t cross(uint32_t x, uint32_t y)
{
    return (x == 15 && y < 31) || (y == 15 && x < 31) ? 0xffff0000u : NOTHING;
}

static uint32_t block(uint32_t x, uint32_t y)
{
    return 0xff000080u | x * 4 << 16 | y * 4 << 8;
}

static uint32_t glass(uint32_t x, uint32_t y)
{
    uint32_t alpha = x * 4;

    return alpha << 24 | alpha << 16 | (y < CURSOR_SIZE / 2 ? alpha : 0);
}

static uint32_t empty(uint32_t x, uint32_t y)
{
    (void)x;
    (void)y;
    return NOTHING;
}

static const struct {
    const char *name;
    uint32_t (*pixel)(uint32_t x, uint32_t y);
} shapes[] = {
    {"arrow", arrow}, {"shadow", shadow}, {"beam", beam},   {"cross", cross},
    {"block", block}, {"glass", glass},   {"empty", empty},
};

bool cursor_draw(const char *name, uint32_t pixels_r[CURSOR_SIZE * CURSOR_SIZE])
{
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        if (!text_equal(shapes[i].name, name))
            continue;
        for (uint32_t at = 0; at < CURSOR_SIZE * CURSOR_SIZE; at++)
            pixels_r[at] = shapes[i].pixel(at % CURSOR_SIZE, at / CURSOR_SIZE);
        return true;
    }
    return false;
}
