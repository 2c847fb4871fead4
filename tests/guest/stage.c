/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/stage.h"

#include "tests/guest/draw.h"

static const uint32_t palette[16] = {
    0x000000, 0x0000aa, 0x00aa00, 0x00aaaa, 0xaa0000, 0xaa00aa, 0xaa5500, 0xaaaaaa,
    0x555555, 0x5555ff, 0x55ff55, 0x55ffff, 0xff5555, 0xff55ff, 0xffff55, 0xffffff,
};

const char *stage_enter(struct stage *stage, struct display *display, unsigned head)
{
    if (display->ops == NULL || !display->heads[head].on)
        return "the head is off";
    *stage = (struct stage){.display = display, .head = head};
    stage->surface = display_surface(display, head);
    stage->columns = stage->surface != NULL ? stage->surface->w / GLYPH_W : VGA_COLUMNS;
    stage->rows = stage->surface != NULL ? stage->surface->h / GLYPH_H : VGA_ROWS;
    if (stage->columns == 0 || stage->rows == 0)
        return "the head is too small";
    return NULL;
}

const char *stage_flush(struct stage *stage)
{
    const char *why = NULL;

    for (unsigned i = 0; why == NULL && i < stage->touched_count; i++)
        why = display_flush(stage->display, stage->head, stage->touched[i]);
    stage->touched_count = 0;
    return why;
}

static struct rect rect_union(struct rect a, struct rect b)
{
    uint32_t x = a.x < b.x ? a.x : b.x;
    uint32_t y = a.y < b.y ? a.y : b.y;
    uint32_t right = a.x + a.w > b.x + b.w ? a.x + a.w : b.x + b.w;
    uint32_t bottom = a.y + a.h > b.y + b.h ? a.y + a.h : b.y + b.h;

    return (struct rect){x, y, right - x, bottom - y};
}

void stage_touch(struct stage *stage, struct rect rect)
{
    if (stage->surface == NULL)
        return;
    rect = surface_clip(stage->surface, rect);
    if (rect.w == 0 || rect.h == 0)
        return;
    if (stage->touched_count < STAGE_TOUCHED_MAX) {
        stage->touched[stage->touched_count++] = rect;
        return;
    }
    struct rect *last = &stage->touched[STAGE_TOUCHED_MAX - 1];
    *last = rect_union(*last, rect);
}

void stage_put(struct stage *stage, uint32_t column, uint32_t row, char c, unsigned color,
               bool reversed)
{
    if (stage->surface == NULL) {
        vga_put(column, row, c, (uint8_t)(reversed ? color << 4 : color));
        return;
    }
    uint32_t ink = reversed ? palette[0] : palette[color];
    uint32_t paper = reversed ? palette[color] : palette[0];
    draw_glyph(stage->surface, column * GLYPH_W, row * GLYPH_H, c, 1, ink, paper);
}

void stage_clear(struct stage *stage)
{
    if (stage->surface == NULL) {
        vga_clear();
        return;
    }
    draw_fill(stage->surface, surface_whole(stage->surface), palette[0]);
    stage_touch(stage, surface_whole(stage->surface));
}

void stage_scroll(struct stage *stage)
{
    if (stage->surface == NULL) {
        vga_scroll();
        return;
    }
    uint32_t w = stage->surface->w;
    uint32_t kept_h = (stage->rows - 1) * GLYPH_H;
    draw_copy(stage->surface, (struct rect){0, GLYPH_H, w, kept_h}, 0, 0);
    draw_fill(stage->surface, (struct rect){0, kept_h, w, GLYPH_H}, palette[0]);
    stage_touch(stage, (struct rect){0, 0, w, kept_h + GLYPH_H});
}
