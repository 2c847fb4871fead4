/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/encoder.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "rfb/encode/job.h"

static const struct encoder_ops *const encoders[] = {
    &raw_ops,       &rre_ops,  &hextile_ops, &zlib_ops, &tight_ops,
    &tight_png_ops, &trle_ops, &zrle_ops,    &jpeg_ops,
};

/* Raw stands in for what is not in the table. */
static const struct encoder_ops *encoder_lookup(int32_t encoding)
{
    for (size_t i = 0; i < sizeof encoders / sizeof *encoders; i++) {
        if (encoders[i]->encoding == encoding)
            return encoders[i];
    }
    return &raw_ops;
}

struct encode_scratch *encode_scratch_new(void)
{
    struct encode_scratch *s = ALLOC(struct encode_scratch);
    bytes_init(&s->plain, SIZE_MAX);
    s->deflate = deflate_new(deflate_best_engine());
    s->jpeg = jpeg_new();
    return s;
}

void encode_scratch_free(struct encode_scratch **scratch)
{
    struct encode_scratch *s = *scratch;
    if (!s)
        return;
    word_buffer_fini(&s->words);
    bytes_fini(&s->plain);
    runs_fini(&s->runs);
    plan_fini(&s->plan);
    deflate_free(&s->deflate);
    jpeg_free(&s->jpeg);
    free(s);
    *scratch = NULL;
}

void encoded_init(struct encoded *e, const struct surface *frame)
{
    *e = (struct encoded){0};
    bytes_init(&e->bytes, SIZE_MAX);
    damage_init(&e->lossy);
    damage_resize(&e->lossy, frame->w, frame->h);
}

void encoded_fini(struct encoded *e)
{
    bytes_fini(&e->bytes);
    damage_fini(&e->lossy);
}

static void put_header(struct encoded *out, struct rect r, int32_t encoding)
{
    bytes_put_u16(&out->bytes, (uint16_t)r.x);
    bytes_put_u16(&out->bytes, (uint16_t)r.y);
    bytes_put_u16(&out->bytes, (uint16_t)r.w);
    bytes_put_u16(&out->bytes, (uint16_t)r.h);
    bytes_put_u32(&out->bytes, (uint32_t)encoding);
    out->n_rects++;
}

void job_put_header(struct encode_job *job, struct rect r, int32_t encoding)
{
    put_header(job->out, r, encoding);
}

void job_mark_lossy(struct encode_job *job, struct rect r)
{
    damage_add_rect(&job->out->lossy, r);
}

uint8_t *job_plain_start(struct encode_job *job, size_t n)
{
    bytes_clear(&job->scratch->plain);
    /* Pixels are written a word at a time. */
    return bytes_reserve(&job->scratch->plain, n + 16);
}

void job_plain_end(struct encode_job *job, const uint8_t *end)
{
    bytes_commit(&job->scratch->plain, (size_t)(end - job->scratch->plain.data));
}

void job_put_deflated(struct encode_job *job, enum deflate_content content)
{
    const struct bytes *plain = &job->scratch->plain;
    deflate_append(job->scratch->deflate, content, plain->data, plain->len, job->class->effort,
                   &job->out->bytes);
    job->out->uses_stream = true;
}

void job_put_deflated_u32(struct encode_job *job, enum deflate_content content)
{
    struct bytes *out = &job->out->bytes;
    size_t start = out->len;
    bytes_put_u32(out, 0);
    job_put_deflated(job, content);
    bytes_patch_u32(out, start, (uint32_t)(out->len - start - 4));
}

void encode_copy(struct rect to, int from_x, int from_y, struct encoded *out)
{
    put_header(out, to, ENCODING_COPYRECT);
    bytes_put_u16(&out->bytes, (uint16_t)from_x);
    bytes_put_u16(&out->bytes, (uint16_t)from_y);
}

static void prepare(struct encode_scratch *s, const struct pixel_format *f)
{
    if (s->translator_ready && pixel_format_equal(&s->translator.format, f))
        return;
    pixel_translator_init(&s->translator, f);
    s->translator_ready = true;
}

/* Calls the encoder for pieces within its limits, which are whole rows of r unless those are
 * too wide. */
static void encode_pieces(const struct encoder_ops *ops, struct encode_job *job, struct rect r)
{
    int w = r.w < ops->width_most ? r.w : ops->width_most;
    int h = ops->area_most / w;
    /* Encodings with tiles of their own stay on their borders. */
    if (h > 64)
        h -= h % 64;
    if (h < 1)
        h = 1;
    for (int y = r.y; y < r.y + r.h; y += h) {
        for (int x = r.x; x < r.x + r.w; x += w)
            ops->encode(job, rect_intersect(r, (struct rect){x, y, w, h}));
    }
}

void encode_rect(struct encode_scratch *scratch, const struct encode_class *class,
                 const struct surface *frame, struct rect r, struct encoded *out)
{
    struct encode_job job = {scratch, class, frame, out};
    prepare(scratch, &class->format);
    encode_pieces(encoder_lookup(class->encoding), &job, r);
}

bool encode_class_has_stream(const struct encode_class *class)
{
    return class->encoding == ENCODING_ZLIB || class->encoding == ENCODING_ZRLE ||
           class->encoding == ENCODING_TIGHT;
}

/* The smallest area whose pixels make at least n bytes; empty when the frame has less. */
static struct rect smallest_area(const struct surface *frame, size_t bytes_per_pixel, size_t n)
{
    int px = (int)((n + bytes_per_pixel - 1) / bytes_per_pixel);
    int w = px < frame->w ? px : frame->w, h = (px + w - 1) / w;
    return h <= frame->h ? (struct rect){0, 0, w, h} : (struct rect){0, 0, 0, 0};
}

/* A zlib stream's first bytes: the header, and a block that is stored as it is and not the
 * last. */
static void put_stored(struct bytes *out, const struct bytes *plain)
{
    uint16_t n = (uint16_t)plain->len;
    bytes_put(out,
              (uint8_t[]){0x78, 0x01, 0x00, (uint8_t)n, (uint8_t)(n >> 8), (uint8_t)~n,
                          (uint8_t)(~n >> 8)},
              7);
    bytes_put(out, plain->data, plain->len);
}

/* The pixels of r as they are before deflate, in scratch->plain. */
static void fill_plain(struct encode_scratch *scratch, const struct surface *frame,
                       struct rect r, enum pixel_kind kind)
{
    struct bytes *plain = &scratch->plain;
    const struct pixels p = pixels_of(frame, r, &scratch->translator, kind, &scratch->words);
    const size_t n = (size_t)r.w * (size_t)r.h * p.bytes;
    bytes_clear(plain);
    if (kind == PIXEL_ZRLE)
        bytes_put_u8(plain, 1); /* a tile of one colour */
    pixels_pack_all(&p, bytes_reserve(plain, n + 4));
    bytes_commit(plain, n);
}

bool encode_opener(struct encode_scratch *scratch, const struct encode_class *class,
                   const struct surface *frame, struct encoded *out)
{
    enum { TIGHT_DEFLATED_LEAST = 12, STORED_HEADER = 7 };
    enum pixel_kind kind = class->encoding == ENCODING_TIGHT  ? PIXEL_TIGHT
                           : class->encoding == ENCODING_ZRLE ? PIXEL_ZRLE
                                                              : PIXEL_PLAIN;
    struct encode_job job = {scratch, class, frame, out};
    prepare(scratch, &class->format);
    const struct pixels p = pixels_of(frame, (struct rect){0, 0, 1, 1}, &scratch->translator,
                                      kind, &scratch->words);
    struct rect r =
        smallest_area(frame, p.bytes, kind == PIXEL_TIGHT ? TIGHT_DEFLATED_LEAST : 1);
    if (rect_empty(&r))
        return false;

    const struct bytes *plain = &scratch->plain;
    fill_plain(scratch, frame, r, kind);
    job_put_header(&job, r, class->encoding);
    if (kind == PIXEL_TIGHT) {
        bytes_put_u8(&out->bytes, 0); /* basic compression, stream 0, no filter */
        bytes_put_u8(&out->bytes, (uint8_t)(plain->len + STORED_HEADER));
    } else {
        bytes_put_u32(&out->bytes, (uint32_t)(plain->len + STORED_HEADER));
    }
    put_stored(&out->bytes, plain);
    out->uses_stream = true;
    return true;
}
