/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/job.h"
#include "rfb/encode/subrects.h"

/* Subrectangles with what RRE puts before each. */
struct rre_list {
    const struct pixels *px;
    struct bytes *out;
    size_t bytes_most; /* more is not worth it */
    uint32_t n;
};

static bool put_subrect(void *arg, struct rect r, uint32_t colour)
{
    struct rre_list *list = arg;
    uint8_t pixel[4];
    bytes_put(list->out, pixel, (size_t)(pixels_put(list->px, pixel, colour) - pixel));
    bytes_put_u16(list->out, (uint16_t)r.x);
    bytes_put_u16(list->out, (uint16_t)r.y);
    bytes_put_u16(list->out, (uint16_t)r.w);
    bytes_put_u16(list->out, (uint16_t)r.h);
    list->n++;
    return list->out->len <= list->bytes_most;
}

/* RFC 6143 7.7.3; Raw where that is smaller. */
static void put_piece(struct encode_job *job, struct rect r)
{
    struct encode_scratch *s = job->scratch;
    struct pixels px = pixels_of(job->frame, r, &s->translator, PIXEL_PLAIN, &s->words);
    size_t raw = (size_t)r.w * (size_t)r.h * px.bytes;
    uint32_t background = subrects_background(&px, &s->palette);
    uint8_t pixel[4];

    bytes_clear(&s->plain);
    struct rre_list list = {.px = &px, .out = &s->plain, .bytes_most = raw};
    if (!subrects_find(&px, background, put_subrect, &list)) {
        raw_encode(job, r);
        return;
    }
    job_put_header(job, r, ENCODING_RRE);
    bytes_put_u32(&job->out->bytes, list.n);
    bytes_put(&job->out->bytes, pixel, (size_t)(pixels_put(&px, pixel, background) - pixel));
    bytes_put(&job->out->bytes, s->plain.data, s->plain.len);
}

static void rre_encode(struct encode_job *job, struct rect r)
{
    for (int y = r.y; y < r.y + r.h; y += SUBRECTS_HEIGHT_MOST)
        put_piece(job, rect_intersect(r, (struct rect){r.x, y, r.w, SUBRECTS_HEIGHT_MOST}));
}

const struct encoder_ops rre_ops = {
    .encoding = ENCODING_RRE,
    .name = "rre",
    .width_most = SUBRECTS_WIDTH_MOST,
    .area_most = SUBRECTS_WIDTH_MOST * SUBRECTS_HEIGHT_MOST,
    .encode = rre_encode,
};
