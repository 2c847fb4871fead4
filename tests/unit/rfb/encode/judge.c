/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/rfb/encode/judge.h"
#include "base/alloc.h"
#include "rfb/pixel_translator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

void judge_init(struct judge *j, const struct pixel_format *f, int w, int h, bool jpeg)
{
    memset(j, 0, sizeof *j);
    j->format = (struct client_format){
        .bits = f->bpp,
        .depth = f->depth,
        .big_endian = f->big_endian,
        .true_colour = f->true_colour,
        .max = {f->red_max, f->green_max, f->blue_max},
        .shift = {f->red_shift, f->green_shift, f->blue_shift},
    };
    for (unsigned i = 0; i < 256; i++) {
        uint16_t rgb[3];
        pixel_colour_map_entry(i, rgb);
        for (int c = 0; c < 3; c++)
            j->colours.rgb[i][c] = (uint8_t)(rgb[c] >> 8);
        j->colours.set[i] = true;
    }
    client_picture_init(&j->picture, &j->fault, &j->format, &j->colours);
    assert_true(client_picture_resize(&j->picture, w, h));
    client_decoder_init(&j->decoder, &j->fault);
    j->decoder.may_send_jpeg = jpeg;
    j->painted = alloc_zero((size_t)w * (size_t)h, sizeof *j->painted);
}

void judge_fini(struct judge *j)
{
    client_decoder_fini(&j->decoder);
    client_picture_fini(&j->picture);
    free(j->painted);
}

static void take_rect(struct judge *j, struct client_source *source)
{
    struct client_target t = {.picture = &j->picture};
    t.x_px = client_source_u16(source);
    t.y_px = client_source_u16(source);
    t.width_px = client_source_u16(source);
    t.height_px = client_source_u16(source);
    int32_t encoding = client_source_s32(source);
    if (client_fault_is(&j->fault))
        fail_msg("%s", j->fault.why);
    client_decode_fn *decode = client_decode_find(encoding);
    assert_non_null(decode);
    assert_true(t.width_px > 0 && t.height_px > 0);
    assert_true(client_picture_holds(&j->picture, t.x_px, t.y_px, t.width_px, t.height_px));
    decode(&j->decoder, source, &t);
    if (client_fault_is(&j->fault))
        fail_msg("encoding %d, %dx%d at %d,%d: %s", (int)encoding, t.width_px, t.height_px,
                 t.x_px, t.y_px, j->fault.why);
    for (int y = t.y_px; y < t.y_px + t.height_px; y++) {
        for (int x = t.x_px; x < t.x_px + t.width_px; x++)
            j->painted[(size_t)y * (size_t)j->picture.width_px + (size_t)x]++;
    }
}

void judge_take(struct judge *j, const struct bytes *b, unsigned n)
{
    struct client_source *source = ALLOC(struct client_source);
    client_source_init_memory(source, &j->fault, "the rectangles", b->data, b->len);
    for (unsigned i = 0; i < n; i++)
        take_rect(j, source);
    j->rects += n;
    client_source_finish(source);
    free(source);
    if (client_fault_is(&j->fault))
        fail_msg("%s", j->fault.why);
}

static uint32_t expected_value(const struct judge *j, const struct pixel_translator *t,
                               uint32_t rgb)
{
    uint32_t word = pixel_translate_one(t, rgb);
    uint8_t wire[4];
    for (int i = 0; i < 4; i++)
        wire[i] = (uint8_t)(word >> 8 * i);
    return client_format_value(&j->format, wire);
}

static long rgb_error(const uint8_t *got, uint32_t want)
{
    long sum = 0;
    for (int c = 0; c < 3; c++)
        sum += labs((long)got[c] - (long)(want >> (16 - 8 * c) & 255));
    return sum;
}

void judge_compare(struct judge *j, const struct surface *frame, struct rect r,
                   const struct damage *lossy, int tolerance)
{
    struct pixel_translator *t = ALLOC(struct pixel_translator);
    struct pixel_format f = {
        j->format.bits,     j->format.depth,    j->format.big_endian, j->format.true_colour,
        j->format.max[0],   j->format.max[1],   j->format.max[2],     j->format.shift[0],
        j->format.shift[1], j->format.shift[2],
    };
    long error = 0, inexact = 0;
    pixel_translator_init(t, &f);
    for (int y = 0; y < frame->h; y++) {
        for (int x = 0; x < frame->w; x++) {
            bool inside = x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
            size_t i = (size_t)y * (size_t)frame->w + (size_t)x;
            if (j->painted[i] != inside)
                fail_msg("pixel %d,%d painted %u times", x, y, j->painted[i]);
            j->painted[i] = 0;
            if (!inside)
                continue;
            uint32_t want = *surface_at(frame, x, y);
            if (lossy && damage_tile(lossy, x / TILE, y / TILE)) {
                error += rgb_error(&j->picture.rgb[3 * i], want);
                inexact++;
            } else if (j->picture.value[i] != expected_value(j, t, want)) {
                fail_msg("pixel %d,%d is %x, should be %x (%06x)", x, y, j->picture.value[i],
                         expected_value(j, t, want), want);
            }
        }
    }
    if (inexact && error > inexact * 3 * tolerance)
        fail_msg("inexact pixels are off by %ld on average", error / inexact / 3);
    free(t);
}
