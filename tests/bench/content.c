/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/content.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/bench/font.h"

/* A number from numbers, the same everywhere. */
static uint32_t mix(uint32_t a, uint32_t b)
{
    uint32_t h = a * 0x9e3779b1u ^ (b + 0x7f4a7c15u) * 0x85ebca6bu;
    h ^= h >> 15;
    h *= 0x2c1b3c6du;
    h ^= h >> 12;
    h *= 0x297a2d39u;
    return h ^ h >> 15;
}

/* The common words of English, the commonest first. */
static const char *const words[] = {
    "the",     "of",     "and",     "to",        "in",        "is",          "that",
    "for",     "it",     "as",      "was",       "with",      "be",          "by",
    "on",      "not",    "he",      "this",      "are",       "or",          "his",
    "from",    "at",     "which",   "but",       "have",      "an",          "had",
    "they",    "you",    "were",    "there",     "one",       "all",         "we",
    "can",     "her",    "has",     "been",      "their",     "if",          "more",
    "when",    "will",   "would",   "who",       "so",        "no",          "said",
    "what",    "up",     "its",     "about",     "than",      "into",        "them",
    "only",    "other",  "time",    "new",       "some",      "could",       "these",
    "two",     "may",    "first",   "then",      "do",        "any",         "like",
    "my",      "now",    "over",    "such",      "our",       "man",         "even",
    "most",    "made",   "after",   "also",      "many",      "must",        "before",
    "through", "years",  "where",   "much",      "your",      "way",         "well",
    "down",    "should", "because", "long",      "each",      "people",      "just",
    "state",   "those",  "between", "system",    "good",      "world",       "still",
    "machine", "under",  "never",   "number",    "become",    "house",       "general",
    "another", "course", "against", "program",   "question",  "during",      "government",
    "without", "school", "however", "different", "important", "development", "information",
};

static const char *word(uint32_t seed)
{
    /* Squaring makes the common ones common. */
    uint32_t n = sizeof words / sizeof *words, u = seed % 1000;
    return words[u * u / 1000 * n / 1000];
}

static double smooth_step(double t)
{
    return t * t * (3 - 2 * t);
}

/* Smooth noise from 0 to 1. */
static double noise(uint32_t seed, double x, double y)
{
    double fx = floor(x), fy = floor(y), tx = smooth_step(x - fx), ty = smooth_step(y - fy);
    uint32_t ix = (uint32_t)(int)fx, iy = (uint32_t)(int)fy;
    double v[4];
    for (unsigned i = 0; i < 4; i++)
        v[i] = mix(mix(seed, ix + (i & 1)), iy + (i >> 1)) / 4294967295.0;
    return (v[0] + (v[1] - v[0]) * tx) * (1 - ty) + (v[2] + (v[3] - v[2]) * tx) * ty;
}

static double cloud(uint32_t seed, double x, double y, int octaves)
{
    double sum = 0, weight = 0.5;
    for (int i = 0; i < octaves; i++, weight /= 2, x *= 2.03, y *= 2.03)
        sum += weight * noise(seed + (uint32_t)i, x, y);
    return sum;
}

static uint32_t colour_of(double r, double g, double b)
{
    double c[3] = {r, g, b};
    uint32_t word = 0;
    for (int i = 0; i < 3; i++) {
        double v = c[i] < 0 ? 0 : c[i] > 255 ? 255 : c[i];
        word = word << 8 | (uint32_t)(v + 0.5);
    }
    return word;
}

/* A view with sky, hills, foliage and a camera's noise: smooth areas, hard edges and fine
 * texture. */
static void draw_photo(struct surface *s, struct rect r, uint32_t seed, double scale)
{
    for (int y = 0; y < r.h; y++) {
        for (int x = 0; x < r.w; x++) {
            if (r.x + x < 0 || r.y + y < 0 || r.x + x >= s->w || r.y + y >= s->h)
                continue;
            double u = x * scale, v = y * scale;
            double ridge = r.h * scale * (0.35 + 0.3 * cloud(seed, u * 0.004, 3, 6));
            double grain = (mix(mix(seed, (uint32_t)x), (uint32_t)y) % 1024 / 1024.0 - 0.5) * 5;
            double red, green, blue;
            if (v < ridge) {
                double c = cloud(seed + 50, u * 0.005, v * 0.009, 5);
                red = 90 + 150 * c + v * 0.05, green = 140 + 110 * c + v * 0.03,
                blue = 215 + 40 * c;
                grain *= 0.5;
            } else {
                double t = cloud(seed + 90, u * 0.03, v * 0.05, 6),
                       m = cloud(seed + 70, u * 0.006, v * 0.01, 3);
                double light = 60 + 150 * t - (v - ridge) * 0.02;
                red = light * (0.55 + 0.6 * m), green = light * (0.95 - 0.2 * m),
                blue = light * 0.45 * (1 + m);
            }
            *surface_at(s, r.x + x, r.y + y) =
                colour_of(red + grain, green + grain, blue + grain);
        }
    }
}

static void box(struct surface *s, int x, int y, int w, int h, uint32_t colour)
{
    surface_fill(s, (struct rect){x, y, w, h}, colour);
}

/* A terminal that lists a build: a few coloured words a line. */
static void draw_text(struct surface *s, unsigned frame)
{
    static const uint32_t colours[] = {0xcdcd00, 0x00cd00, 0x5c5cff,
                                       0x00cdcd, 0xcd00cd, 0xff0000};
    static const struct font font = {
        .size_px = 9, .width_px = 4, .stroke_px = 1, .advance_px = 6};
    enum { LINE = 13, LINES_A_FRAME = 7 };
    surface_fill(s, surface_rect(s), 0x000000);
    for (int row = 0; row * LINE < s->h; row++) {
        uint32_t seed = mix(7, frame * LINES_A_FRAME + (unsigned)row);
        int letters = 20 + (int)(seed % 150), y = row * LINE + 10;
        double x = 2;
        for (unsigned i = 0; x < 2 + letters * 6; i++) {
            uint32_t w = mix(seed, i);
            uint32_t colour = w % 4 ? 0xe5e5e5 : colours[(w >> 8) % 6];
            if (w % 31 == 3)
                box(s, (int)x, y - 10, (int)font_text_width(&font, word(w)), LINE, 0x0000a0);
            x = font_draw_text(&font, s, x, y, word(w), colour);
            x = font_draw_text(&font, s, x, y,
                               (w >> 4) % 5   ? " "
                               : (w >> 7) % 2 ? "/"
                                              : ".o: ",
                               0xe5e5e5);
        }
    }
}

/* The article is one long page of blocks; what is at a line depends on its place in the page
 * alone. */
static void draw_browser(struct surface *s, unsigned frame)
{
    static const struct font body = {11.2, 5.8, 1.25, 8, true, true},
                             head = {19.5, 10, 2.4, 14, true, true},
                             menu = {9.5, 4.8, 1.2, 7, true, true};
    enum { BLOCK = 420, LINE = 25, STEP = 53 };
    int left = s->w / 5, width = s->w * 3 / 5, top = 74;
    surface_fill(s, surface_rect(s), 0xffffff);
    int scrolled = (int)frame * STEP;
    for (int block = scrolled / BLOCK - 1; block * BLOCK < scrolled + s->h; block++) {
        if (block < 0)
            continue;
        uint32_t seed = mix(11, (uint32_t)block);
        int y = top + block * BLOCK - scrolled, line = 0;
        bool picture = block % 3 == 1;
        int text_width = picture ? width - 420 : width;
        font_draw_text(&head, s, left, y + 40, word(seed), 0x101418);
        box(s, left, y + 52, width, 1, 0xa2a9b1);
        if (picture)
            draw_photo(s, (struct rect){left + width - 400, y + 66, 400, 270}, seed, 2.2);
        for (unsigned i = 0; line < 13; line++) {
            double x = left;
            for (; x < left + text_width - 60; i++) {
                uint32_t w = mix(seed, i);
                x = font_draw_text(&body, s, x, y + 80 + line * LINE, word(w),
                                   w % 17 ? 0x202122 : 0x3366cc);
                x = font_draw_text(&body, s, x, y + 80 + line * LINE, (w >> 9) % 9 ? " " : ", ",
                                   0x202122);
            }
        }
    }
    box(s, 0, 0, s->w, top, 0xdee1e6);
    box(s, 180, 40, s->w - 400, 26, 0xffffff);
    for (unsigned i = 0; i < 9; i++)
        font_draw_text(&menu, s, 20 + i * 190, 24, word(mix(1, i)), 0x3c4043);
    for (unsigned i = 0; i < 30; i++)
        font_draw_text(&menu, s, 30, top + 40 + (int)i * 30, word(mix(2, i)), 0x3366cc);
}

/* Source text; every fourth frame is another page, between them letters are typed. */
static void draw_editor(struct surface *s, unsigned frame)
{
    static const struct font font = {9.8, 5.2, 1.2, 8, true, false};
    static const uint32_t colours[] = {0x2e8b57, 0xa52a2a, 0xff00ff, 0x6a5acd,
                                       0x0000ff, 0x000000, 0x000000, 0x000000};
    enum { LINE = 18, MARGIN = 42 };
    unsigned page = frame / 8, typed = frame % 8;
    surface_fill(s, surface_rect(s), 0xffffff);
    box(s, 0, 0, s->w, 28, 0xf0f0ef);
    font_draw_text(&font, s, 10, 19, "File  Edit  Tools  Syntax  Buffers  Window  Help",
                   0x2e3436);
    for (int row = 0; row * LINE + 60 < s->h; row++) {
        unsigned n = page * 25 + (unsigned)row;
        uint32_t seed = mix(23, n);
        char number[16];
        snprintf(number, sizeof number, "%4u", n + 1);
        int y = 46 + row * LINE;
        font_draw_text(&font, s, 2, y, number, 0xa52a2a);
        double x = MARGIN + (int)(seed % 4) * 4 * font.advance_px;
        unsigned count = seed >> 5 & 15;
        for (unsigned i = 0; i < count % 11; i++) {
            uint32_t w = mix(seed, i);
            x = font_draw_text(&font, s, x, y, word(w), colours[w >> 11 & 7]);
            x = font_draw_text(&font, s, x, y,
                               (w >> 3) % 5 == 0   ? "("
                               : (w >> 3) % 5 == 1 ? "->"
                                                   : " ",
                               0);
        }
        if (row == 20) {
            for (unsigned i = 0; i < typed * 3; i++)
                x = font_draw_char(&font, s, x, y, (char)('a' + mix(page, i) % 26), 0);
            box(s, (int)x, y - 13, 8, LINE, 0x000000);
        }
    }
    box(s, 0, s->h - 24, s->w, 24, 0xe0e0e0);
    font_draw_text(&font, s, 10, s->h - 7, "src/server/window.c [+]   line 521  38%", 0);
}

static void draw_console(struct surface *s, unsigned frame)
{
    static const struct font font = {
        .size_px = 10, .width_px = 5, .stroke_px = 1.6, .advance_px = 8};
    enum { LINE = 16 };
    surface_fill(s, surface_rect(s), 0x000000);
    for (int row = 0; row * LINE < s->h; row++) {
        unsigned n = frame * 3 + (unsigned)row;
        uint32_t seed = mix(31, n);
        char stamp[24];
        snprintf(stamp, sizeof stamp, "[%5u.%06u] ", n / 7, seed % 1000000);
        bool service = seed % 3 == 0;
        int y = row * LINE + 12;
        double x = font_draw_text(&font, s, 0, y, service ? "[  " : stamp, 0xaaaaaa);
        if (service) {
            x = font_draw_text(&font, s, x, y, seed % 21 ? "OK" : "FAILED",
                               seed % 21 ? 0x00aa00 : 0xff5555);
            x = font_draw_text(&font, s, x, y, "  ] Started ", 0xaaaaaa);
        }
        for (unsigned i = 0; i < 3 + seed / 64 % 9; i++) {
            x = font_draw_text(&font, s, x, y, word(mix(seed, i)), 0xaaaaaa);
            x = font_draw_text(&font, s, x, y, i % 4 == 1 ? ": " : " ", 0xaaaaaa);
        }
    }
}

static void draw_button(struct surface *s, const struct font *f, int x, int y, int w,
                        const char *text, bool on)
{
    for (int i = 0; i < 30; i++)
        box(s, x, y + i, w, 1,
            on ? 0x3584e4 - (uint32_t)i * 0x010101 : 0xf6f5f4 - (uint32_t)i * 0x010101);
    box(s, x, y, w, 1, 0xb6b3af);
    box(s, x, y + 30, w, 1, 0xa09c98);
    box(s, x, y, 1, 30, 0xb6b3af);
    box(s, x + w, y, 1, 31, 0xb6b3af);
    font_draw_text(f, s, x + (w - font_text_width(f, text)) / 2, y + 20, text,
                   on ? 0xffffff : 0x2e3436);
}

static void draw_dialog(struct surface *s, const struct font *f, struct rect r, uint32_t seed,
                        unsigned progress)
{
    box(s, r.x + 4, r.y + 4, r.w, r.h, 0x203040);
    box(s, r.x, r.y, r.w, r.h, 0xf6f5f4);
    for (int i = 0; i < 34; i++)
        box(s, r.x, r.y + i, r.w, 1, 0xe1dedb - (uint32_t)(i / 3) * 0x010101);
    font_draw_text(f, s, r.x + r.w / 2 - 60, r.y + 22, word(mix(seed, 90)), 0x2e3436);
    box(s, r.x + 20, r.y + 50, r.w - 40, r.h - 140, 0xffffff);
    for (int i = 0; i * 26 < r.h - 170; i++) {
        int y = r.y + 50 + i * 26;
        bool chosen = (unsigned)i == progress % 7;
        if (chosen)
            box(s, r.x + 20, y, r.w - 40, 26, 0x3584e4);
        double x = r.x + 52;
        box(s, r.x + 28, y + 6, 14, 14, 0x9a9996 + (mix(seed, (uint32_t)i) & 0x3f3f3f));
        for (unsigned k = 0; k < 3 + seed % 3; k++)
            x = 8 + font_draw_text(f, s, x, y + 18, word(mix(seed + (uint32_t)i, k)),
                                   chosen ? 0xffffff : 0x2e3436);
    }
    box(s, r.x + 20, r.y + r.h - 80, r.w - 40, 12, 0xdeddda);
    box(s, r.x + 20, r.y + r.h - 80, (r.w - 40) * (int)(progress * 3 % 100) / 100, 12,
        0x3584e4);
    draw_button(s, f, r.x + r.w - 130, r.y + r.h - 46, 100, "Next", progress % 5 == 4);
    draw_button(s, f, r.x + r.w - 250, r.y + r.h - 46, 100, "Back", false);
    draw_button(s, f, r.x + 30, r.y + r.h - 46, 100, "Cancel", false);
}

/* A desktop: a window every few frames moves, is replaced or opens another. */
static void draw_dialogs(struct surface *s, unsigned frame)
{
    static const struct font font = {9.6, 5, 1.2, 7.3, true, true};
    surface_fill(s, surface_rect(s), 0x2d4a68);
    box(s, 0, 0, s->w, 30, 0x1d1d20);
    font_draw_text(&font, s, 12, 20, "Activities    Settings", 0xf2f2f2);
    for (int i = 0; i < 6; i++) {
        box(s, 30, 70 + i * 110, 56, 56, 0x5588bb + (mix(3, (uint32_t)i) & 0x7f7f3f));
        font_draw_text(&font, s, 30, 144 + i * 110, word(mix(4, (uint32_t)i)), 0xffffff);
    }
    unsigned scene = frame / 5;
    struct rect first = {160 + (int)(mix(scene, 1) % 80), 90, 720, 560};
    draw_dialog(s, &font, first, mix(41, scene), frame);
    if (scene % 2) {
        struct rect second = {480, 260 + (int)(frame % 5) * 12, 480, 330};
        draw_dialog(s, &font, second, mix(43, scene), frame + 2);
    }
}

static void draw_video(struct surface *s, unsigned frame)
{
    static const struct font font = {9.6, 5, 1.2, 7.3, true, true};
    surface_fill(s, surface_rect(s), 0x18181a);
    font_draw_text(&font, s, 20, 24, "holiday.mp4 - player", 0xdddddd);
    struct rect r = {(s->w - 1280) / 2, (s->h - 720) / 2, 1280, 720};
    double t = frame * 0.06;
    for (int y = 0; y < r.h; y++) {
        for (int x = 0; x < r.w; x++) {
            double u = x + 9.0 * frame, v = y + 20 * sin(t);
            double a = cloud(5, u * 0.006, v * 0.006, 5),
                   b = cloud(6, u * 0.011 + t, v * 0.011, 3);
            bool thing = hypot(x - 640 - 420 * sin(t * 2), y - 380 - 120 * cos(t * 3)) < 110;
            double light = thing ? 150 + 80 * b : 40 + 190 * a;
            *surface_at(s, r.x + x, r.y + y) =
                colour_of(light * (thing ? 1.1 : 0.8 + 0.3 * b), light * (thing ? 0.6 : 0.9),
                          light * (1.2 - b));
        }
    }
    box(s, r.x, r.y + 740, 1280, 4, 0x555555);
    box(s, r.x, r.y + 740, (int)(frame * 4) % 1280, 4, 0xff0000);
}

static void draw_photos(struct surface *s, unsigned frame)
{
    draw_photo(s, surface_rect(s), mix(77, frame), 1);
}

static const struct content {
    const char *name;
    int w, h;
    void (*draw)(struct surface *s, unsigned frame);
} contents[CONTENT_KINDS] = {
    [CONTENT_TEXT] = {"text", 1920, 1080, draw_text},
    [CONTENT_BROWSER] = {"browser", 1920, 1080, draw_browser},
    [CONTENT_EDITOR] = {"editor", 1280, 1024, draw_editor},
    [CONTENT_CONSOLE] = {"console", 1024, 768, draw_console},
    [CONTENT_DIALOGS] = {"dialogs", 1024, 768, draw_dialogs},
    [CONTENT_VIDEO] = {"video", 1920, 1080, draw_video},
    [CONTENT_PHOTOS] = {"photos", 1920, 1080, draw_photos},
};

const char *content_name(enum content_kind kind)
{
    return contents[kind].name;
}

void content_size(enum content_kind kind, int *w_r, int *h_r)
{
    *w_r = contents[kind].w;
    *h_r = contents[kind].h;
}

void content_draw(enum content_kind kind, unsigned frame, struct surface *s)
{
    contents[kind].draw(s, frame);
}
