/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/job.h"

/* rfbproto, zlib Encoding. */
static void zlib_encode(struct encode_job *job, struct rect r)
{
    struct encode_scratch *s = job->scratch;
    struct pixels px = pixels_of(job->frame, r, &s->translator, PIXEL_PLAIN, &s->words);

    uint8_t *at = job_plain_start(job, (size_t)r.w * (size_t)r.h * px.bytes);
    job_plain_end(job, pixels_pack_all(&px, at));
    job_put_header(job, r, ENCODING_ZLIB);
    job_put_deflated_u32(job, DEFLATE_PIXELS);
}

const struct encoder_ops zlib_ops = {
    .encoding = ENCODING_ZLIB,
    .name = "zlib",
    .width_most = SURFACE_SIDE_MOST,
    .area_most = 1 << 18,
    .encode = zlib_encode,
};
