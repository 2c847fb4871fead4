/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scenes made of character cells: they play in text mode, too. */
#include "tests/guest/scene.h"

#include "tests/guest/draw.h"
#include "tests/guest/text.h"

#define GREY 7u
#define WHITE 15u

static const char *const words[] = {
    "device", "eth0:",  "link",  "up",      "at",       "irq",  "memory", "mapped",
    "0x1f0",  "disk",   "sda1",  "mounted", "starting", "done", "cpu0:",  "page",
    "cache",  "socket", "bound", "timeout", "retry",    "usb",  "hub",    "ok",
};

#define WORDS (sizeof(words) / sizeof(words[0]))

/* A row of the console: a number that counts, then words. */
static void compose_row(uint32_t number, struct line *line_r)
{
    uint32_t state = noise_seed(number);
    unsigned count = 3 + state % 9;

    line_r->length = 0;
    line_add(line_r, "[");
    line_add_int(line_r, (int32_t)number);
    line_add(line_r, "] ");
    for (unsigned i = 0; i < count; i++) {
        state = noise_next(state);
        line_add(line_r, words[state % WORDS]);
        line_add_char(line_r, ' ');
    }
}

static unsigned row_color(uint32_t number)
{
    uint32_t kind = noise_next(noise_seed(number)) >> 8 & 15;

    return kind < 10 ? GREY : kind;
}

static void put_row(struct stage *stage, uint32_t number, uint32_t row)
{
    struct line line;

    compose_row(number, &line);
    for (uint32_t i = 0; i < line.length && i < stage->columns; i++)
        stage_put(stage, i, row, line.text[i], row_color(number), false);
}

static void scroll_draw(struct stage *stage, uint32_t frame)
{
    for (uint32_t i = 0; i < stage->rows && i <= frame; i++)
        put_row(stage, frame - i, stage->rows - 1 - i);
}

static void scroll_advance(struct stage *stage, uint32_t frame)
{
    stage_scroll(stage);
    put_row(stage, frame, stage->rows - 1);
}

const struct scene scene_scroll = {
    .name = "scroll",
    .draw = scroll_draw,
    .advance = scroll_advance,
};

/* Typing: frame n shows n characters, page by page, and a cursor that is on for four frames and
 * off for four. */
static const char typed[] =
    "She packed twelve blue pens in my small hazy jar, 3456789 times over. ";

#define TYPED_LENGTH (sizeof(typed) - 1)
#define BLINK_FRAMES 4u

static void put_typed(struct stage *stage, uint32_t at, uint32_t page_start, bool cursor)
{
    uint32_t column = at % stage->columns;
    uint32_t row = at / stage->columns;
    char c = cursor ? ' ' : typed[(page_start + at) % TYPED_LENGTH];

    stage_put(stage, column, row, c, WHITE, cursor);
    stage_touch(stage, (struct rect){column * GLYPH_W, row * GLYPH_H, GLYPH_W, GLYPH_H});
}

static void put_type_cursor(struct stage *stage, uint32_t frame, uint32_t at,
                            uint32_t page_start)
{
    if (stage->surface == NULL)
        vga_set_cursor(at % stage->columns, at / stage->columns);
    else if (frame / BLINK_FRAMES % 2 == 0)
        put_typed(stage, at, page_start, true);
}

static void type_draw(struct stage *stage, uint32_t frame)
{
    uint32_t at = frame % (stage->columns * stage->rows);

    for (uint32_t i = 0; i < at; i++)
        put_typed(stage, i, frame - at, false);
    put_type_cursor(stage, frame, at, frame - at);
}

static void type_advance(struct stage *stage, uint32_t frame)
{
    uint32_t at = frame % (stage->columns * stage->rows);

    if (at == 0)
        stage_clear(stage);
    else
        put_typed(stage, at - 1, frame - at, false);
    put_type_cursor(stage, frame, at, frame - at);
}

const struct scene scene_type = {
    .name = "type",
    .draw = type_draw,
    .advance = type_advance,
};

/* Clock: frame n is n seconds after midnight; a step draws the digits that change. */
#define CLOCK_DIGITS 8u
#define CLOCK_WIDTH_PARTS 128u /* a scale of 1 for each so many pixels */

static void clock_text(uint32_t frame, char text_r[CLOCK_DIGITS])
{
    uint32_t parts[] = {frame / 3600 % 24, frame / 60 % 60, frame % 60};

    for (unsigned i = 0; i < CLOCK_DIGITS; i++) {
        uint32_t part = parts[i / 3];
        uint32_t digit = i % 3 == 0 ? part / 10 : part % 10;
        text_r[i] = i % 3 == 2 ? ':' : (char)('0' + digit);
    }
}

static void put_clock_digit(struct stage *stage, unsigned index, char c)
{
    if (stage->surface == NULL) {
        stage_put(stage, (stage->columns - CLOCK_DIGITS) / 2 + index, stage->rows / 2, c, WHITE,
                  false);
        return;
    }
    const struct surface *surface = stage->surface;
    uint32_t scale = surface->w / CLOCK_WIDTH_PARTS > 0 ? surface->w / CLOCK_WIDTH_PARTS : 1;
    uint32_t w = GLYPH_W * scale;
    uint32_t h = GLYPH_H * scale;
    uint32_t left = surface->w > CLOCK_DIGITS * w ? (surface->w - CLOCK_DIGITS * w) / 2 : 0;
    uint32_t top = surface->h > h ? (surface->h - h) / 2 : 0;
    draw_glyph(surface, left + index * w, top, c, scale, 0xffffff, 0x000000);
    stage_touch(stage, (struct rect){left + index * w, top, w, h});
}

static void clock_scene_draw(struct stage *stage, uint32_t frame)
{
    char text[CLOCK_DIGITS];

    clock_text(frame, text);
    for (unsigned i = 0; i < CLOCK_DIGITS; i++)
        put_clock_digit(stage, i, text[i]);
}

static void clock_scene_advance(struct stage *stage, uint32_t frame)
{
    char before[CLOCK_DIGITS];
    char after[CLOCK_DIGITS];

    clock_text(frame - 1, before);
    clock_text(frame, after);
    for (unsigned i = 0; i < CLOCK_DIGITS; i++)
        if (before[i] != after[i])
            put_clock_digit(stage, i, after[i]);
}

const struct scene scene_clock = {
    .name = "clock",
    .draw = clock_scene_draw,
    .advance = clock_scene_advance,
};
