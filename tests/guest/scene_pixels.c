/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scenes made of pixels. */
#include "tests/guest/scene.h"

#include "tests/guest/draw.h"

/* A smooth wave of period 256 between 1 and 255. */
static uint32_t wave(uint32_t phase)
{
    uint32_t t = phase & 127;
    uint32_t height = t * (127 - t) >> 5;

    return (phase & 128) == 0 ? 128 + height : 128 - height;
}

static uint32_t minimum(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* The test card: bars, ramps, a checkerboard of single pixels, and small text. */
static const uint32_t bars[] = {0xffffff, 0xffff00, 0x00ffff, 0x00ff00,
                                0xff00ff, 0xff0000, 0x0000ff, 0x000000};

#define BARS (sizeof(bars) / sizeof(bars[0]))
#define CARD_BANDS 4u

static void card_bars(const struct surface *s, uint32_t y, uint32_t h)
{
    for (uint32_t i = 0; i < BARS; i++) {
        uint32_t left = s->w * i / BARS;
        uint32_t right = s->w * (i + 1) / BARS;
        draw_fill(s, (struct rect){left, y, right - left, h}, bars[i]);
    }
}

static void card_ramps(const struct surface *s, uint32_t y, uint32_t h)
{
    static const uint32_t parts[] = {0x010000, 0x000100, 0x000001, 0x010101};

    for (uint32_t row = 0; row < h; row++) {
        uint32_t part = parts[row * 4 / h];
        uint32_t *pixels = surface_row(s, 0, y + row);
        for (uint32_t x = 0; x < s->w; x++)
            pixels[x] = surface_pack(s, x * 255 / s->w * part);
    }
}

static void card_checkers(const struct surface *s, uint32_t y, uint32_t h)
{
    uint32_t light = surface_pack(s, 0xffffff);
    uint32_t dark = surface_pack(s, 0);

    for (uint32_t row = 0; row < h; row++) {
        uint32_t *pixels = surface_row(s, 0, y + row);
        for (uint32_t x = 0; x < s->w; x++)
            pixels[x] = ((x + row) & 1) != 0 ? light : dark;
    }
}

static void card_text(const struct surface *s, uint32_t y, uint32_t h)
{
    static const char text[] =
        "The five boxing wizards jump quickly; 0123456789 {[(<>)]} @#$% ";

    for (uint32_t row = 0; row + GLYPH_H <= h; row += GLYPH_H)
        for (uint32_t x = 0; x < s->w; x += GLYPH_W * (uint32_t)(sizeof(text) - 1))
            draw_string(s, x, y + row, text, 1, 0xc0c0c0, 0x102030);
}

static void still_draw(struct stage *stage, uint32_t frame)
{
    const struct surface *s = stage->surface;
    uint32_t h = s->h / CARD_BANDS;

    (void)frame;
    card_bars(s, 0, h);
    card_ramps(s, h, h);
    card_checkers(s, 2 * h, h);
    card_text(s, 3 * h, s->h - 3 * h);
}

const struct scene scene_still = {
    .name = "still",
    .needs_pixels = true,
    .draw = still_draw,
};

/* A window of lines of text that slides over a pattern and turns at the edges. */
#define WINDOW_W 400u
#define WINDOW_H 300u
#define WINDOW_STEP_X 7u
#define WINDOW_STEP_Y 5u
#define WINDOW_TITLE_H 20u
#define PATTERN_CELL 16u

static void draw_pattern(const struct surface *s, struct rect rect)
{
    for (uint32_t row = 0; row < rect.h; row++) {
        uint32_t y = rect.y + row;
        uint32_t *pixels = surface_row(s, rect.x, y);
        for (uint32_t i = 0; i < rect.w; i++) {
            uint32_t x = rect.x + i;
            bool odd = ((x / PATTERN_CELL + y / PATTERN_CELL) & 1) != 0;
            bool stroke = (x + y) % 48 == 0;
            pixels[i] = surface_pack(s, stroke ? 0x6080a0 : odd ? 0x304050 : 0x384858);
        }
    }
}

static uint32_t bounce(uint32_t way, uint32_t room)
{
    uint32_t at = room > 0 ? way % (2 * room) : 0;

    return at <= room ? at : 2 * room - at;
}

static struct rect window_place(const struct surface *s, uint32_t frame)
{
    uint32_t w = minimum(WINDOW_W, s->w / 2);
    uint32_t h = minimum(WINDOW_H, s->h / 2);
    /* The way is taken modulo a whole period, lest a large frame number overflow. */
    uint32_t room_x = s->w - w;
    uint32_t room_y = s->h - h;
    uint32_t way_x = frame % (2 * room_x) * WINDOW_STEP_X;
    uint32_t way_y = frame % (2 * room_y) * WINDOW_STEP_Y;

    return (struct rect){bounce(way_x, room_x), bounce(way_y, room_y), w, h};
}

static void draw_window(const struct surface *s, struct rect at)
{
    static const char text[] = "every pixel of this window moves";

    draw_fill(s, at, 0xf8f8f0);
    draw_fill(s, (struct rect){at.x, at.y, at.w, minimum(WINDOW_TITLE_H, at.h)}, 0x2858a8);
    for (uint32_t row = WINDOW_TITLE_H + 4; row + GLYPH_H <= at.h; row += GLYPH_H)
        for (uint32_t i = 0; text[i] != '\0' && (i + 2) * GLYPH_W <= at.w; i++)
            draw_glyph(s, at.x + (i + 1) * GLYPH_W, at.y + row, text[i], 1, 0x202020, 0xf8f8f0);
}

static void window_draw(struct stage *stage, uint32_t frame)
{
    draw_pattern(stage->surface, surface_whole(stage->surface));
    draw_window(stage->surface, window_place(stage->surface, frame));
}

static void window_advance(struct stage *stage, uint32_t frame)
{
    struct rect old = window_place(stage->surface, frame - 1);
    struct rect new = window_place(stage->surface, frame);

    draw_pattern(stage->surface, old);
    draw_window(stage->surface, new);
    stage_touch(stage, old);
    stage_touch(stage, new);
}

const struct scene scene_window = {
    .name = "window",
    .needs_pixels = true,
    .draw = window_draw,
    .advance = window_advance,
};

/* A film in the middle: moving waves with some noise, every pixel new in every frame. */
#define VIDEO_W 320u
#define VIDEO_H 240u

static struct rect video_place(const struct surface *s)
{
    uint32_t w = minimum(VIDEO_W, s->w);
    uint32_t h = minimum(VIDEO_H, s->h);

    return (struct rect){(s->w - w) / 2, (s->h - h) / 2, w, h};
}

static void video_frame(struct stage *stage, uint32_t frame)
{
    const struct surface *s = stage->surface;
    struct rect place = video_place(s);
    uint32_t state = noise_seed(frame);

    for (uint32_t y = 0; y < place.h; y++) {
        uint32_t *pixels = surface_row(s, place.x, place.y + y);
        uint32_t by_row = wave(y * 2 - frame * 5);
        for (uint32_t x = 0; x < place.w; x++) {
            state = noise_next(state);
            uint32_t light = wave(x + frame * 3) + by_row + wave((x + y) / 2 + frame * 2);
            uint32_t grain = state & 15;
            uint32_t red = (light / 3 * 15 / 16 + grain) & 255;
            uint32_t green = wave(light / 2 + frame) * 15 / 16 + grain;
            pixels[x] = surface_pack(s, red << 16 | green << 8 | (255 - red));
        }
    }
    stage_touch(stage, place);
}

const struct scene scene_video = {
    .name = "video",
    .needs_pixels = true,
    .draw = video_frame,
    .advance = video_frame,
};

/* A picture like a photograph: wide soft shapes and fine grain, another one in each frame. */
static void photo_frame(struct stage *stage, uint32_t frame)
{
    const struct surface *s = stage->surface;
    uint32_t state = noise_seed(frame);
    uint32_t shift = state >> 16;

    for (uint32_t y = 0; y < s->h; y++) {
        uint32_t *pixels = surface_row(s, 0, y);
        uint32_t tall = wave(y / 3 + shift);
        for (uint32_t x = 0; x < s->w; x++) {
            state = noise_next(state);
            uint32_t wide = wave(x / 4 + tall / 2 + shift);
            uint32_t red = (tall + wide) / 2;
            uint32_t green = (wave((x + y) / 5) + wide) / 2;
            uint32_t blue = (wave(x / 7 + y / 6 + shift) + tall) / 2;
            uint32_t soft = (red << 16 | green << 8 | blue) >> 1 & 0x7f7f7f;
            pixels[x] = surface_pack(s, 0x303030 + soft + (state & 0x070707));
        }
    }
    stage_touch(stage, surface_whole(s));
}

const struct scene scene_photo = {
    .name = "photo",
    .needs_pixels = true,
    .draw = photo_frame,
    .advance = photo_frame,
};
