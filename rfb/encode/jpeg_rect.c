/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/choose.h"
#include "rfb/encode/job.h"

/*
 * rfbproto, JPEG Encoding: each rectangle is a picture with its own tables, so that none
 * depends on another. Small rectangles go as Raw, which is exact.
 */
static void jpeg_encode(struct encode_job *job, struct rect r)
{
    if (!choose_jpeg_rect(job->class, r)) {
        raw_encode(job, r);
        return;
    }
    struct bytes *out = &job->out->bytes;
    size_t start = out->len;
    job_put_header(job, r, ENCODING_JPEG);
    if (jpeg_append(job->scratch->jpeg, job->frame, r, job->class->quality,
                    job->class->subsampling, out)) {
        job_mark_lossy(job, r);
        return;
    }
    out->len = start;
    job->out->n_rects--;
    raw_encode(job, r);
}

const struct encoder_ops jpeg_ops = {
    .encoding = ENCODING_JPEG,
    .name = "jpeg",
    .width_most = 2048,
    .area_most = 1 << 18,
    .encode = jpeg_encode,
};
