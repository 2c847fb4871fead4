/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/font.h"

#include <math.h>
#include <string.h>

/*
 * Strokes from point to point on a grid 4 wide and 8 high: "xy xy xy|xy xy", the baseline at y
 * = 6, small letters from y = 2, descenders to y = 8.
 */
static const char *const strokes[128] = {
    ['a'] = "02 32 43 46 16 05 14 44",
    ['b'] = "00 06 36 45 43 32 02",
    ['c'] = "42 12 03 05 16 46",
    ['d'] = "40 46 16 05 03 12 42",
    ['e'] = "04 44 43 32 12 03 05 16 46",
    ['f'] = "40 30 21 26|12 42",
    ['g'] = "46 16 05 03 12 42 47 38 08",
    ['h'] = "00 06|03 12 32 43 46",
    ['i'] = "22 26|20 20",
    ['j'] = "32 37 28 08|30 30",
    ['k'] = "00 06|42 04 46",
    ['l'] = "20 25 36",
    ['m'] = "06 02 12 23 26|23 32 43 46",
    ['n'] = "02 06|03 12 32 43 46",
    ['o'] = "12 03 05 16 36 45 43 32 12",
    ['p'] = "08 02 32 43 45 36 06",
    ['q'] = "48 42 12 03 05 16 46",
    ['r'] = "02 06|04 12 42",
    ['s'] = "42 12 03 14 34 45 36 06",
    ['t'] = "20 25 36 46|02 42",
    ['u'] = "02 05 16 46|42 46",
    ['v'] = "02 26 42",
    ['w'] = "02 16 23 36 42",
    ['x'] = "02 46|42 06",
    ['y'] = "02 26|42 18",
    ['z'] = "02 42 06 46",
    ['A'] = "06 20 46|14 34",
    ['B'] = "00 06 36 45 44 33 03|33 42 41 30 00",
    ['C'] = "41 30 10 01 05 16 36 45",
    ['D'] = "00 06 26 45 41 20 00",
    ['E'] = "40 00 06 46|03 33",
    ['F'] = "40 00 06|03 33",
    ['G'] = "41 30 10 01 05 16 46 43 23",
    ['H'] = "00 06|40 46|03 43",
    ['I'] = "20 26|10 30|16 36",
    ['J'] = "40 45 36 16 05",
    ['K'] = "00 06|40 03 46",
    ['L'] = "00 06 46",
    ['M'] = "06 00 23 40 46",
    ['N'] = "06 00 46 40",
    ['O'] = "10 01 05 16 36 45 41 30 10",
    ['P'] = "06 00 30 41 42 33 03",
    ['Q'] = "10 01 05 16 36 45 41 30 10|34 46",
    ['R'] = "06 00 30 41 42 33 03|23 46",
    ['S'] = "41 30 10 01 02 13 33 44 45 36 16 05",
    ['T'] = "00 40|20 26",
    ['U'] = "00 05 16 36 45 40",
    ['V'] = "00 26 40",
    ['W'] = "00 16 23 36 40",
    ['X'] = "00 46|40 06",
    ['Y'] = "00 23 40|23 26",
    ['Z'] = "00 40 06 46",
    ['0'] = "10 01 05 16 36 45 41 30 10|05 41",
    ['1'] = "11 20 26|16 36",
    ['2'] = "01 10 30 41 42 06 46",
    ['3'] = "00 40 23 33 44 45 36 16 05",
    ['4'] = "36 30 04 44",
    ['5'] = "40 00 02 32 43 45 36 06",
    ['6'] = "40 10 01 05 16 36 45 44 33 03",
    ['7'] = "00 40 16",
    ['8'] = "13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33",
    ['9'] = "06 36 45 41 30 10 01 02 13 43",
    ['.'] = "26 26",
    [','] = "26 18",
    [':'] = "23 23|26 26",
    [';'] = "23 23|26 18",
    ['\''] = "20 21",
    ['"'] = "10 11|30 31",
    ['-'] = "14 34",
    ['_'] = "07 47",
    ['/'] = "07 40",
    ['\\'] = "00 47",
    ['('] = "30 21 25 36",
    [')'] = "10 21 25 16",
    ['='] = "03 43|05 45",
    ['+'] = "22 26|04 44",
    ['*'] = "22 26|03 45|43 05",
    ['['] = "30 20 26 36",
    [']'] = "10 20 26 16",
    ['{'] = "30 21 22 13 24 25 36",
    ['}'] = "10 21 22 33 24 25 16",
    ['<'] = "42 04 46",
    ['>'] = "02 44 06",
    ['#'] = "10 16|30 36|02 42|04 44",
    ['%'] = "06 40|00 11|35 46",
    ['&'] = "46 11 20 31 04 05 16 43",
    ['!'] = "20 24|26 26",
    ['?'] = "01 10 30 41 24|26 26",
    ['$'] = "41 10 02 33 45 06|20 26",
    ['@'] = "34 32 12 14 44 41 30 10 01 05 16 46",
    ['|'] = "20 27",
    ['~'] = "04 13 34 43",
    ['^'] = "02 20 42",
};

static double distance_to_stroke(double x, double y, double ax, double ay, double bx, double by)
{
    double dx = bx - ax, dy = by - ay, length = dx * dx + dy * dy;
    double t = length > 0 ? ((x - ax) * dx + (y - ay) * dy) / length : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypot(x - ax - t * dx, y - ay - t * dy);
}

/* The distance from x, y (on the grid of strokes, drawn sx and sy times as large) to the
 * nearest stroke. */
static double distance_to_letter(const char *text, double sx, double sy, double x, double y)
{
    double nearest = 1e9;
    for (const char *p = text; *p; p += p[2] ? 3 : 2) {
        bool first = p == text || p[-1] == '|';
        const char *a = first ? p : p - 3;
        if (first && p[2] == ' ')
            continue;
        double d = distance_to_stroke(x, y, (a[0] - '0') * sx, (a[1] - '0') * sy,
                                      (p[0] - '0') * sx, (p[1] - '0') * sy);
        nearest = d < nearest ? d : nearest;
    }
    return nearest;
}

static uint32_t blend(uint32_t under, uint32_t over, unsigned alpha)
{
    uint32_t mixed = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        unsigned u = under >> shift & 255, o = over >> shift & 255;
        mixed |= ((u * (255 - alpha) + o * alpha + 127) / 255) << shift;
    }
    return mixed;
}

enum { GLYPH_SIDE = 64, GLYPH_CACHE = 4096 };

/* Drawing a letter from its strokes is slow, so each is kept as coverage. */
struct glyph {
    struct font font;
    char c;
    int phase; /* quarters of a pixel */
    int w, h;
    uint8_t alpha[GLYPH_SIDE * GLYPH_SIDE];
};

static const struct glyph *glyph_make(struct glyph *g, const struct font *f, char c, int phase)
{
    double sx = f->width_px / 4, sy = f->size_px / 6;
    g->font = *f;
    g->c = c;
    g->phase = phase;
    g->w = (int)(f->width_px + 2 * f->stroke_px + 2);
    g->h = (int)(8 * sy + 2 * f->stroke_px + 2);
    g->w = g->w < GLYPH_SIDE ? g->w : GLYPH_SIDE;
    g->h = g->h < GLYPH_SIDE ? g->h : GLYPH_SIDE;
    for (int y = 0; y < g->h; y++) {
        for (int x = 0; x < g->w; x++) {
            double d = distance_to_letter(strokes[(int)c], sx, sy,
                                          x + 0.5 - f->stroke_px - phase / 4.0,
                                          y + 0.5 - f->stroke_px);
            double cover = 0.5 + f->stroke_px / 2 - d;
            cover = cover < 0 ? 0 : cover > 1 ? 1 : cover;
            if (!f->smooth)
                cover = cover >= 0.45 ? 1 : 0;
            g->alpha[y * GLYPH_SIDE + x] = (uint8_t)(cover * 255 + 0.5);
        }
    }
    return g;
}

static bool glyph_is(const struct glyph *g, const struct font *f, char c, int phase)
{
    return g->c == c && g->phase == phase && g->font.size_px == f->size_px &&
           g->font.stroke_px == f->stroke_px && g->font.smooth == f->smooth;
}

static const struct glyph *glyph_lookup(const struct font *f, char c, int phase)
{
    static struct glyph cache[GLYPH_CACHE];
    unsigned at = (unsigned)c * 4 + (unsigned)phase +
                  (unsigned)(f->size_px * 16 + f->stroke_px * 8) * 409;
    struct glyph *g = &cache[at % GLYPH_CACHE];
    return glyph_is(g, f, c, phase) ? g : glyph_make(g, f, c, phase);
}

static double advance(const struct font *f, char c)
{
    if (!f->proportional)
        return f->advance_px;
    if (strchr("ijl.,:;'!|I", c))
        return f->advance_px * 0.6;
    return strchr("mwMW", c) ? f->advance_px * 1.25 : f->advance_px;
}

static void draw_glyph(const struct glyph *g, struct surface *s, int left, int top,
                       uint32_t colour)
{
    struct rect all = surface_rect(s);
    struct rect r = rect_intersect((struct rect){left, top, g->w, g->h}, all);
    for (int y = r.y; y < r.y + r.h; y++) {
        for (int x = r.x; x < r.x + r.w; x++) {
            unsigned alpha = g->alpha[(y - top) * GLYPH_SIDE + x - left];
            if (alpha)
                *surface_at(s, x, y) = blend(*surface_at(s, x, y), colour, alpha);
        }
    }
}

double font_draw_char(const struct font *f, struct surface *s, double x, int y, char c,
                      uint32_t colour)
{
    if (c > 32 && c < 127 && strokes[(int)c]) {
        int quarters = f->smooth ? (int)floor(x * 4 + 0.5) : (int)floor(x + 0.5) * 4;
        const struct glyph *g = glyph_lookup(f, c, quarters & 3);
        draw_glyph(g, s, (quarters >> 2) - (int)f->stroke_px,
                   y - (int)(f->size_px + f->stroke_px), colour);
    }
    return x + advance(f, c);
}

double font_draw_text(const struct font *f, struct surface *s, double x, int y,
                      const char *text, uint32_t colour)
{
    for (; *text; text++)
        x = font_draw_char(f, s, x, y, *text, colour);
    return x;
}

double font_text_width(const struct font *f, const char *text)
{
    double w = 0;
    for (; *text; text++)
        w += advance(f, *text);
    return w;
}
