/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/job.h"
#include "rfb/encode/tile.h"

enum { TRLE_TILE = 16 };

/* RFC 6143 7.7.5. */
static void trle_encode(struct encode_job *job, struct rect r)
{
    struct encode_scratch *s = job->scratch;
    struct bytes *out = &job->out->bytes;
    struct pixels px = pixels_of(job->frame, r, &s->translator, PIXEL_ZRLE, &s->words);
    struct tile_coder coder = {
        .palette = &s->palette, .runs = &s->runs, .last = &s->last_palette};
    struct rect all = {0, 0, r.w, r.h};

    job_put_header(job, r, ENCODING_TRLE);
    for (int y = 0; y < r.h; y += TRLE_TILE) {
        for (int x = 0; x < r.w; x += TRLE_TILE) {
            struct pixels tile = pixels_part(
                &px, rect_intersect(all, (struct rect){x, y, TRLE_TILE, TRLE_TILE}));
            uint8_t *at = bytes_reserve(out, tile_size_most(TRLE_TILE, TRLE_TILE));
            if (!at)
                return;
            bytes_commit(out, (size_t)(tile_put(&coder, &tile, at) - at));
        }
    }
}

const struct encoder_ops trle_ops = {
    .encoding = ENCODING_TRLE,
    .name = "trle",
    .width_most = SURFACE_SIDE_MOST,
    .area_most = 1 << 20,
    .encode = trle_encode,
};
