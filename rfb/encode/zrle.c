/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/job.h"
#include "rfb/encode/tile.h"

enum { ZRLE_TILE = 64 };

/* RFC 6143 7.7.6: all tiles of the rectangle are one fragment. */
static void zrle_encode(struct encode_job *job, struct rect r)
{
    struct encode_scratch *s = job->scratch;
    struct pixels px = pixels_of(job->frame, r, &s->translator, PIXEL_ZRLE, &s->words);
    struct tile_coder coder = {.palette = &s->palette, .runs = &s->runs, .deflated = true};
    struct rect all = {0, 0, r.w, r.h};
    size_t tiles = (size_t)((r.w + ZRLE_TILE - 1) / ZRLE_TILE) *
                   (size_t)((r.h + ZRLE_TILE - 1) / ZRLE_TILE);

    uint8_t *at = job_plain_start(job, tiles * tile_size_most(ZRLE_TILE, ZRLE_TILE));
    for (int y = 0; y < r.h; y += ZRLE_TILE) {
        for (int x = 0; x < r.w; x += ZRLE_TILE) {
            struct pixels tile = pixels_part(
                &px, rect_intersect(all, (struct rect){x, y, ZRLE_TILE, ZRLE_TILE}));
            at = tile_put(&coder, &tile, at);
        }
    }
    job_plain_end(job, at);
    job_put_header(job, r, ENCODING_ZRLE);
    job_put_deflated_u32(job, DEFLATE_PIXELS);
}

const struct encoder_ops zrle_ops = {
    .encoding = ENCODING_ZRLE,
    .name = "zrle",
    .width_most = SURFACE_SIDE_MOST,
    .area_most = 1 << 18,
    .encode = zrle_encode,
};
