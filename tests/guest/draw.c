/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/draw.h"

#include "tests/guest/font.h"
#include "tests/guest/memory.h"

void draw_fill(const struct surface *surface, struct rect rect, uint32_t rgb)
{
    uint32_t pixel = surface_pack(surface, rgb);

    rect = surface_clip(surface, rect);
    for (uint32_t y = 0; y < rect.h; y++) {
        uint32_t *row = surface_row(surface, rect.x, rect.y + y);
        for (uint32_t x = 0; x < rect.w; x++)
            row[x] = pixel;
    }
}

void draw_copy(const struct surface *surface, struct rect from, uint32_t x, uint32_t y)
{
    for (uint32_t i = 0; i < from.h; i++) {
        uint32_t row = y > from.y ? from.h - 1 - i : i;
        memmove(surface_row(surface, x, y + row), surface_row(surface, from.x, from.y + row),
                from.w * sizeof(uint32_t));
    }
}

void draw_noise(const struct surface *surface, struct rect rect, uint32_t seed)
{
    uint32_t state = noise_seed(seed);

    rect = surface_clip(surface, rect);
    for (uint32_t y = 0; y < rect.h; y++) {
        uint32_t *row = surface_row(surface, rect.x, rect.y + y);
        for (uint32_t x = 0; x < rect.w; x++) {
            state = noise_next(state);
            row[x] = surface_pack(surface, state & 0xffffff);
        }
    }
}

void draw_gradient(const struct surface *surface, struct rect rect)
{
    rect = surface_clip(surface, rect);
    uint32_t span_x = rect.w > 1 ? rect.w - 1 : 1;
    uint32_t span_y = rect.h > 1 ? rect.h - 1 : 1;

    for (uint32_t y = 0; y < rect.h; y++) {
        uint32_t *row = surface_row(surface, rect.x, rect.y + y);
        uint32_t green = y * 255 / span_y;
        for (uint32_t x = 0; x < rect.w; x++) {
            uint32_t red = x * 255 / span_x;
            row[x] = surface_pack(surface, red << 16 | green << 8 | (255 - red));
        }
    }
}

void draw_glyph(const struct surface *surface, uint32_t x, uint32_t y, char c, uint32_t scale,
                uint32_t ink_rgb, uint32_t paper_rgb)
{
    struct rect box =
        surface_clip(surface, (struct rect){x, y, GLYPH_W * scale, GLYPH_H * scale});
    uint32_t ink = surface_pack(surface, ink_rgb);
    uint32_t paper = surface_pack(surface, paper_rgb);
    const uint8_t *glyph = font_glyph(c);

    for (uint32_t i = 0; i < box.h; i++) {
        uint32_t *row = surface_row(surface, box.x, box.y + i);
        uint8_t bits = glyph[i / (2 * scale)];
        for (uint32_t j = 0; j < box.w; j++)
            row[j] = (bits >> (7 - j / scale) & 1) != 0 ? ink : paper;
    }
}

uint32_t draw_string(const struct surface *surface, uint32_t x, uint32_t y, const char *text,
                     uint32_t scale, uint32_t ink_rgb, uint32_t paper_rgb)
{
    uint32_t start = x;

    for (; *text != '\0' && x < surface->w; text++) {
        draw_glyph(surface, x, y, *text, scale, ink_rgb, paper_rgb);
        x += GLYPH_W * scale;
    }
    return (x < surface->w ? x : surface->w) - start;
}
