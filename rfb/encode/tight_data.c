/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/tight_data.h"

#include <string.h>

#include "rfb/encode/gradient.h"
#include "rfb/encode/png.h"

/* Compression control and filters; stream 0 is none of its bits. */
enum { TIGHT_FILTER = 0x40, TIGHT_FILL = 0x80, TIGHT_JPEG = 0x90, TIGHT_PNG = 0xa0 };
enum { FILTER_PALETTE = 1, FILTER_GRADIENT = 2 };

/* Fewer bytes go without deflate. */
enum { DEFLATED_LEAST = 12 };

static void put_compact(struct bytes *out, size_t n)
{
    bytes_put_u8(out, (uint8_t)((n & 127) | (n > 127 ? 128 : 0)));
    if (n > 127)
        bytes_put_u8(out, (uint8_t)((n >> 7 & 127) | (n > 16383 ? 128 : 0)));
    if (n > 16383)
        bytes_put_u8(out, (uint8_t)(n >> 14));
}

/* Puts what was appended from `start` on behind its length. */
static void insert_compact(struct bytes *out, size_t start)
{
    uint8_t length[4];
    struct bytes head = {.data = length, .cap = sizeof length, .max = sizeof length};
    size_t n = out->len - start;
    put_compact(&head, n);
    if (!bytes_reserve(out, head.len))
        return;
    memmove(out->data + start + head.len, out->data + start, n);
    memcpy(out->data + start, length, head.len);
    bytes_commit(out, head.len);
}

/* scratch->plain, deflated where the protocol wants it. */
static void put_data(struct encode_job *job, enum deflate_content content)
{
    struct bytes *out = &job->out->bytes, *plain = &job->scratch->plain;
    if (plain->len < DEFLATED_LEAST) {
        bytes_put(out, plain->data, plain->len);
        return;
    }
    size_t start = out->len;
    job_put_deflated(job, content);
    insert_compact(out, start);
}

static void put_pixel(struct bytes *out, const struct pixels *px, uint32_t colour)
{
    uint8_t pixel[4];
    bytes_put(out, pixel, (size_t)(pixels_put(px, pixel, colour) - pixel));
}

static bool wants_png(const struct encode_job *job)
{
    return job->class->encoding == ENCODING_TIGHT_PNG;
}

/* Begins a rectangle of Tight PNG; its picture starts at *start_r. */
static struct png_writer begin_png(struct encode_job *job, struct rect r, size_t *start_r)
{
    job_put_header(job, r, ENCODING_TIGHT_PNG);
    bytes_put_u8(&job->out->bytes, TIGHT_PNG);
    *start_r = job->out->bytes.len;
    return (struct png_writer){job->scratch->deflate, job->class->effort, &job->scratch->plain,
                               &job->out->bytes};
}

void tight_put_solid(struct encode_job *job, const struct pixels *px, struct rect r,
                     uint32_t colour)
{
    job_put_header(job, r, job->class->encoding);
    bytes_put_u8(&job->out->bytes, TIGHT_FILL);
    put_pixel(&job->out->bytes, px, colour);
}

static void put_palette_header(struct encode_job *job, const struct pixels *px, struct rect r,
                               const uint32_t *colours, int n)
{
    struct bytes *out = &job->out->bytes;
    job_put_header(job, r, job->class->encoding);
    bytes_put_u8(out, TIGHT_FILTER);
    bytes_put_u8(out, FILTER_PALETTE);
    bytes_put_u8(out, (uint8_t)(n - 1));
    for (int i = 0; i < n; i++)
        put_pixel(out, px, colours[i]);
}

void tight_put_mono(struct encode_job *job, const struct pixels *px, struct rect r,
                    const uint32_t colours[2])
{
    if (wants_png(job)) {
        size_t start;
        struct png_writer w = begin_png(job, r, &start);
        png_put_mono(&w, px, colours);
        insert_compact(&job->out->bytes, start);
        return;
    }
    put_palette_header(job, px, r, colours, 2);
    uint8_t *at = job_plain_start(job, (size_t)((px->w + 7) / 8) * (size_t)px->h);
    for (int y = 0; y < px->h; y++)
        at = row_bits(at, pixels_row(px, y), px->w, colours[0]);
    job_plain_end(job, at);
    put_data(job, DEFLATE_NUMBERS);
}

void tight_put_palette(struct encode_job *job, const struct pixels *px, struct rect r)
{
    struct encode_scratch *s = job->scratch;
    const struct palette *p = &s->palette;
    if (p->n == 1) {
        tight_put_solid(job, px, r, p->colours[0]);
        return;
    }
    if (p->n == 2) {
        tight_put_mono(job, px, r, p->colours);
        return;
    }
    if (wants_png(job)) {
        size_t start;
        struct png_writer w = begin_png(job, r, &start);
        png_put_palette(&w, px, p, &s->runs);
        insert_compact(&job->out->bytes, start);
        return;
    }
    put_palette_header(job, px, r, p->colours, p->n);
    uint8_t *at = job_plain_start(job, (size_t)px->w * (size_t)px->h + 8);
    job_plain_end(job, runs_expand(&s->runs, palette_same_numbers, at));
    put_data(job, DEFLATE_NUMBERS);
}

void tight_put_full(struct encode_job *job, const struct pixels *px, struct rect r, bool smooth)
{
    struct bytes *out = &job->out->bytes;
    if (wants_png(job)) {
        size_t start;
        struct png_writer w = begin_png(job, r, &start);
        png_put_full(&w, px, smooth);
        insert_compact(out, start);
        return;
    }
    bool gradient = smooth && job->class->gradient && px->bytes == 3 && px->reversed;
    job_put_header(job, r, job->class->encoding);
    bytes_put_u8(out, gradient ? TIGHT_FILTER : 0);
    if (gradient)
        bytes_put_u8(out, FILTER_GRADIENT);
    uint8_t *at = job_plain_start(job, (size_t)px->w * (size_t)px->h * px->bytes + 4);
    job_plain_end(job, gradient ? gradient_filter(px, at) : pixels_pack_all(px, at));
    put_data(job, gradient ? DEFLATE_DIFFERENCES : DEFLATE_PIXELS);
}

void tight_put_jpeg(struct encode_job *job, const struct pixels *px, struct rect r)
{
    struct bytes *out = &job->out->bytes;
    size_t start = out->len;
    job_put_header(job, r, job->class->encoding);
    bytes_put_u8(out, TIGHT_JPEG);
    size_t data = out->len;
    if (jpeg_append(job->scratch->jpeg, job->frame, r, job->class->quality,
                    job->class->subsampling, out)) {
        insert_compact(out, data);
        job_mark_lossy(job, r);
        return;
    }
    out->len = start;
    job->out->n_rects--;
    tight_put_full(job, px, r, true);
}
