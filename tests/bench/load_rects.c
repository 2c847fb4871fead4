/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/load_rects.h"

#include <rfb/rfbproto.h>

enum { HEXTILE = 16, TIGHT_PLAIN_MOST = 12 };

static uint32_t u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint64_t area(const struct framing *f)
{
    return (uint64_t)f->rect.w * (uint64_t)f->rect.h;
}

static void pass(struct framing *f, uint64_t bytes)
{
    framing_expect(f, bytes, 0, framing_next_rect);
}

/* ---- data of a size that the header or a length tells ---- */

static void raw(struct framing *f)
{
    pass(f, area(f) * f->pixel_bytes);
}

static void copyrect(struct framing *f)
{
    pass(f, 4);
}

static void length_known(struct framing *f)
{
    pass(f, u32(f->head));
}

static void with_length(struct framing *f)
{
    framing_expect(f, 0, 4, length_known);
}

static void rre_count_known(struct framing *f)
{
    pass(f, f->pixel_bytes + (uint64_t)u32(f->head) * (f->pixel_bytes + 8u));
}

static void rre(struct framing *f)
{
    framing_expect(f, 0, 4, rre_count_known);
}

/* ---- Hextile (RFC 6143 section 7.7.4) ---- */

static void hextile_tile(struct framing *f);

static void hextile_next(struct framing *f)
{
    f->rect.tile_x += HEXTILE;
    if (f->rect.tile_x >= f->rect.w) {
        f->rect.tile_x = 0;
        f->rect.tile_y += HEXTILE;
    }
    if (f->rect.tile_y >= f->rect.h)
        framing_next_rect(f);
    else
        framing_expect(f, 0, 1, hextile_tile);
}

static void hextile_count_known(struct framing *f)
{
    unsigned each = f->rect.mask & rfbHextileSubrectsColoured ? f->pixel_bytes + 2 : 2;
    framing_expect(f, (uint64_t)f->head[0] * each, 0, hextile_next);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static void hextile_tile(struct framing *f)
{
    uint8_t mask = f->rect.mask = f->head[0];
    int w = least(HEXTILE, f->rect.w - f->rect.tile_x);
    int h = least(HEXTILE, f->rect.h - f->rect.tile_y);
    uint64_t colours = (mask & rfbHextileBackgroundSpecified ? f->pixel_bytes : 0u) +
                       (mask & rfbHextileForegroundSpecified ? f->pixel_bytes : 0u);
    if (mask & rfbHextileRaw)
        framing_expect(f, (uint64_t)(w * h) * f->pixel_bytes, 0, hextile_next);
    else if (mask & rfbHextileAnySubrects)
        framing_expect(f, colours, 1, hextile_count_known);
    else
        framing_expect(f, colours, 0, hextile_next);
}

static void hextile(struct framing *f)
{
    f->rect.tile_x = f->rect.tile_y = 0;
    framing_expect(f, 0, 1, hextile_tile);
}

/* ---- Tight (rfbproto, Tight Encoding) ---- */

/* Up to three bytes, seven bits each, the lowest first. */
static void tight_length(struct framing *f)
{
    if (f->head[f->have - 1] & 0x80 && f->have < 3) {
        f->want++;
        return;
    }
    uint64_t length = 0;
    for (size_t i = 0; i < f->have; i++)
        length |= (uint64_t)(f->head[i] & (i < 2 ? 0x7f : 0xff)) << (7 * i);
    pass(f, length);
}

static void tight_data(struct framing *f, uint64_t before)
{
    uint64_t bytes = (uint64_t)((f->rect.row_bits + 7) / 8) * f->rect.lines;
    if (bytes < TIGHT_PLAIN_MOST)
        framing_expect(f, before + bytes, 0, framing_next_rect);
    else
        framing_expect(f, before, 1, tight_length);
}

static void tight_palette(struct framing *f)
{
    unsigned colours = f->head[0] + 1u;
    f->rect.row_bits = (size_t)f->rect.w * (colours == 2 ? 1 : 8);
    tight_data(f, (uint64_t)colours * f->tight_bytes);
}

static void tight_filter(struct framing *f)
{
    if (f->head[0] == rfbTightFilterPalette)
        framing_expect(f, 0, 1, tight_palette);
    else
        tight_data(f, 0);
}

static void tight_control(struct framing *f)
{
    uint8_t kind = f->head[0] >> 4;
    f->rect.row_bits = (size_t)f->rect.w * f->tight_bytes * 8;
    f->rect.lines = (size_t)f->rect.h;
    if (kind == rfbTightFill)
        pass(f, f->tight_bytes);
    else if (kind == rfbTightJpeg)
        framing_expect(f, 0, 1, tight_length);
    else if (kind > rfbTightJpeg)
        framing_break(f, "an unknown form of Tight");
    else if (kind & rfbTightExplicitFilter)
        framing_expect(f, 0, 1, tight_filter);
    else
        tight_data(f, 0);
}

static void tight(struct framing *f)
{
    framing_expect(f, 0, 1, tight_control);
}

/* ---- pseudo-rectangles ---- */

static void nothing(struct framing *f)
{
    framing_next_rect(f);
}

static void cursor(struct framing *f)
{
    pass(f, area(f) * f->pixel_bytes + (uint64_t)((f->rect.w + 7) / 8) * (uint64_t)f->rect.h);
}

static void resized(struct framing *f)
{
    f->handler->resized(f, f->rect.w, f->rect.h);
    framing_next_rect(f);
}

static void screens_known(struct framing *f)
{
    pass(f, 16ull * f->head[0] + 3);
}

static void screens(struct framing *f)
{
    f->handler->resized(f, f->rect.w, f->rect.h);
    framing_expect(f, 0, 1, screens_known);
}

bool framing_is_last_rect(const struct framing *f)
{
    return f->rect.encoding == (int32_t)rfbEncodingLastRect;
}

static const struct {
    int32_t encoding;
    void (*begin)(struct framing *f);
} encodings[] = {
    {rfbEncodingRaw, raw},
    {rfbEncodingCopyRect, copyrect},
    {rfbEncodingRRE, rre},
    {rfbEncodingHextile, hextile},
    {rfbEncodingZlib, with_length},
    {rfbEncodingTight, tight},
    {rfbEncodingZRLE, with_length},
    {(int32_t)rfbEncodingRichCursor, cursor},
    {(int32_t)rfbEncodingNewFBSize, resized},
    {(int32_t)rfbEncodingExtDesktopSize, screens},
    {(int32_t)rfbEncodingPointerPos, nothing},
    {(int32_t)rfbEncodingLastRect, nothing},
};

void framing_begin_rect(struct framing *f)
{
    for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
        if (encodings[i].encoding == f->rect.encoding) {
            encodings[i].begin(f);
            return;
        }
    }
    framing_break(f, "a rectangle of an encoding that was not asked for");
}
