/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/job.h"

/* RFC 6143 7.7.1. */
void raw_encode(struct encode_job *job, struct rect r)
{
    const struct pixel_translator *t = &job->scratch->translator;
    size_t row = (size_t)r.w * pixel_format_bytes(&t->format);

    job_put_header(job, r, ENCODING_RAW);
    uint8_t *at = bytes_reserve(&job->out->bytes, row * (size_t)r.h);
    if (!at)
        return;
    for (int y = 0; y < r.h; y++, at += row)
        pixel_translate(t, at, surface_at(job->frame, r.x, r.y + y), (size_t)r.w);
    bytes_commit(&job->out->bytes, row * (size_t)r.h);
}

const struct encoder_ops raw_ops = {
    .encoding = ENCODING_RAW,
    .name = "raw",
    .width_most = SURFACE_SIDE_MOST,
    .area_most = 1 << 20,
    .encode = raw_encode,
};
