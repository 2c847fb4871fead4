/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/shape.h"

#include <stdbool.h>

static struct rgba block(int x, int y)
{
    return (struct rgba){(uint8_t)(x * 4), (uint8_t)(y * 4), 128, 255};
}

static struct rgba cross(int x, int y)
{
    bool on = (x == 15 && y < 31) || (y == 15 && x < 31);

    return on ? (struct rgba){255, 0, 0, 255} : (struct rgba){0, 0, 0, 0};
}

static struct rgba glass(int x, int y)
{
    uint8_t a = (uint8_t)(x * 4);

    return (struct rgba){a, 0, y < SHAPE_SIDE_PX / 2 ? a : 0, a};
}

static struct rgba beam(int x, int y)
{
    bool on = ((y == 0 || y == 15) && x < 7) || (x == 3 && y < 16);

    return (struct rgba){0, 0, 0, on ? 255 : 0};
}

const struct shape shapes[SHAPES] = {
    [SHAPE_BLOCK] = {"block", block},
    [SHAPE_CROSS] = {"cross", cross},
    [SHAPE_GLASS] = {"glass", glass},
    [SHAPE_BEAM] = {"beam", beam},
};

static uint8_t blend(uint8_t below, uint8_t colour, uint8_t alpha)
{
    return (uint8_t)(colour + (below * (255 - alpha) + 127) / 255);
}

void shape_draw(struct shot shot, const struct shape *shape, int left_px, int top_px)
{
    for (int y = 0; y < SHAPE_SIDE_PX; y++)
        for (int x = 0; x < SHAPE_SIDE_PX; x++) {
            int at_x = left_px + x, at_y = top_px + y;
            struct rgba p = shape->pixel(x, y);
            if (at_x < 0 || at_y < 0 || at_x >= shot.width_px || at_y >= shot.height_px)
                continue;
            uint8_t *to = shot.rgb + 3 * ((size_t)at_y * (size_t)shot.width_px + (size_t)at_x);
            to[0] = blend(to[0], p.r, p.a);
            to[1] = blend(to[1], p.g, p.a);
            to[2] = blend(to[2], p.b, p.a);
        }
}
