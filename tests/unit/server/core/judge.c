/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/core/judge.h"
#include "base/alloc.h"
#include "rfb/pixel_translator.h"
#include "server/fanout.h"
#include "server/view.h"
#include "server/view_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct encode_class judge_class(int32_t encoding, int quality)
{
    return (struct encode_class){
        .encoding = encoding,
        .format = pixel_format_native,
        .quality = (int8_t)quality,
        .subsampling = 1,
        .effort = 1,
    };
}

/* ---- what a client says ---- */

static bool ready(struct view_client *c, uint64_t now_us, struct rect *area_r)
{
    struct judge *j = (struct judge *)c;
    (void)now_us;
    *area_r = j->area;
    return j->ready;
}

static enum view_news has_news(struct view_client *c)
{
    struct judge *j = (struct judge *)c;
    bool own = j->news == VIEW_NEWS_NONE && view_private_owes(c, j->area);
    return own ? VIEW_NEWS_SOME : j->news;
}

static unsigned stream_bit(int32_t encoding)
{
    return encoding == ENCODING_ZLIB ? 1u : encoding == ENCODING_TIGHT ? 2u : 4u;
}

static bool takes_moves(struct view_client *c)
{
    const struct judge *j = (const struct judge *)c;
    return j->copies && (!encode_class_has_stream(&c->class) ||
                         j->streams_open & stream_bit(c->class.encoding));
}

/* ---- what it is sent ---- */

static void decode_rect(struct judge *j, struct client_source *source)
{
    struct client_target target = {.picture = &j->picture};
    target.x_px = client_source_u16(source);
    target.y_px = client_source_u16(source);
    target.width_px = client_source_u16(source);
    target.height_px = client_source_u16(source);
    int32_t encoding = client_source_s32(source);
    client_decode_fn *decode = client_decode_find(encoding);
    if (!decode || !client_picture_holds(&j->picture, target.x_px, target.y_px, target.width_px,
                                         target.height_px))
        fail_msg("rectangle %d,%d %dx%d in encoding %d does not fit %dx%d", target.x_px,
                 target.y_px, target.width_px, target.height_px, encoding, j->picture.width_px,
                 j->picture.height_px);
    j->copied += encoding == ENCODING_COPYRECT;
    decode(&j->decoder, source, &target);
}

static void decode(struct judge *j, const void *data, size_t n, unsigned n_rects)
{
    struct client_source source;
    client_source_init_memory(&source, &j->fault, "the update", data, n);
    for (unsigned i = 0; i < n_rects; i++)
        decode_rect(j, &source);
    client_source_finish(&source);
    if (client_fault_is(&j->fault))
        fail_msg("%s", j->fault.why);
}

static void open_stream(struct judge *j, const struct fanout_update *update)
{
    const struct surface frame = view_opener_frame(j->client.view);
    struct encoded opener;
    unsigned bit = stream_bit(update->class->encoding);
    if (!update->uses_stream || j->streams_open & bit)
        return;
    encoded_init(&opener, &frame);
    if (encode_opener(j->scratch, update->class, &frame, &opener)) {
        if (j->client.view->encoded)
            view_client_want(&j->client, (struct rect){0, 0, OPENER_SIDE, OPENER_SIDE});
        decode(j, opener.bytes.data, opener.bytes.len, opener.n_rects);
        j->streams_open |= bit;
    }
    encoded_fini(&opener);
}

static void take(struct judge *j, const struct fanout_update *update)
{
    struct bytes all;
    bytes_init(&all, SIZE_MAX);
    for (unsigned i = 0; i < update->n_blobs; i++)
        bytes_put(&all, update->blobs[i]->data, update->blobs[i]->len);
    j->bytes += all.len;
    assert_true(update->n_rects <= FANOUT_RECTS_MOST);
    decode(j, all.data, all.len, update->n_rects);
    bytes_fini(&all);
}

/* What lies over this client's picture only, behind the rest. */
static void take_own(struct judge *j)
{
    const struct encode_class class = encode_class_lossless(&j->client.class);
    struct encoded own;
    encoded_init(&own, &j->client.view->frame);
    view_private_owe(&j->client, (struct rect){0, 0, 64, 64}); /* an opener may come first */
    view_private_encode(&j->client, j->area, j->scratch, &own);
    open_stream(j, &(struct fanout_update){.uses_stream = own.uses_stream, .class = &class});
    j->own_bytes += own.bytes.len;
    decode(j, own.bytes.data, own.bytes.len, own.n_rects);
    encoded_fini(&own);
}

static void deliver(struct view_client *c, const struct fanout_update *update)
{
    struct judge *j = (struct judge *)c;
    j->updates++;
    if (update) {
        assert_int_equal(j->picture.width_px, c->view->frame.w);
        assert_int_equal(j->picture.height_px, c->view->frame.h);
        open_stream(j, update);
        take(j, update);
    } else if (j->news == VIEW_NEWS_FIRST) {
        client_picture_resize(&j->picture, c->view->frame.w, c->view->frame.h);
    }
    if (c->own && j->news != VIEW_NEWS_FIRST)
        take_own(j);
    j->news = VIEW_NEWS_NONE;
    if (j->one)
        j->ready = false;
    if (j->on_update)
        j->on_update(j);
}

static void layout(struct view_client *c)
{
    struct judge *j = (struct judge *)c;
    if (j->picture.width_px != c->view->frame.w || j->picture.height_px != c->view->frame.h)
        j->news = VIEW_NEWS_FIRST;
}

static const struct view_client_ops ops = {ready, has_news, takes_moves, deliver, layout};

/* ---- its life ---- */

static void take_format(struct judge *j, const struct pixel_format *f)
{
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
        for (int k = 0; k < 3; k++)
            j->colours->rgb[i][k] = (uint8_t)(rgb[k] >> 8);
        j->colours->set[i] = true;
    }
}

void judge_join(struct judge *j, struct view *view, const struct encode_class *class)
{
    *j = (struct judge){.ready = true, .copies = true, .area = {0, 0, 65535, 65535}};
    j->colours = ALLOC(struct client_colours);
    j->scratch = encode_scratch_new();
    take_format(j, &class->format);
    client_picture_init(&j->picture, &j->fault, &j->format, j->colours);
    client_picture_resize(&j->picture, view->frame.w, view->frame.h);
    client_decoder_init(&j->decoder, &j->fault);
    j->decoder.may_send_jpeg = true;
    j->client.ops = &ops;
    j->client.class = *class;
    view_client_join(&j->client, view);
}

void judge_leave(struct judge *j)
{
    if (!j->scratch)
        return;
    view_client_leave(&j->client);
    client_picture_fini(&j->picture);
    client_decoder_fini(&j->decoder);
    encode_scratch_free(&j->scratch);
    free(j->colours);
    j->colours = NULL;
}

void judge_set_class(struct judge *j, const struct encode_class *class)
{
    view_client_set_class(&j->client, class);
    take_format(j, &class->format);
    client_picture_reformat(&j->picture);
    view_client_wake(&j->client);
}

static uint8_t *rgb_of(const struct surface *s)
{
    uint8_t *rgb = alloc_zero((size_t)s->w * (size_t)s->h, 3), *at = rgb;
    for (int y = 0; y < s->h; y++) {
        for (int x = 0; x < s->w; x++) {
            uint32_t px = *surface_at(s, x, y);
            *at++ = (uint8_t)(px >> 16);
            *at++ = (uint8_t)(px >> 8);
            *at++ = (uint8_t)px;
        }
    }
    return rgb;
}

static bool compare(struct judge *j, const struct surface *want, int tolerance,
                    struct client_difference *d)
{
    uint8_t *rgb = rgb_of(want);
    bool same = client_picture_compare(&j->picture, rgb, want->w, want->h, (size_t)want->w * 3,
                                       tolerance, d);
    free(rgb);
    return same;
}

bool judge_shows(struct judge *j, const struct surface *want, int tolerance)
{
    return compare(j, want, tolerance, NULL);
}

const char *judge_difference(struct judge *j, const struct surface *want)
{
    static char text[400];
    struct client_difference d;
    compare(j, want, 0, &d);
    client_difference_describe(&d, text, sizeof(text));
    return text;
}
