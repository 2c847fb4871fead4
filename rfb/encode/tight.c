/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/choose.h"
#include "rfb/encode/job.h"
#include "rfb/encode/tight_data.h"

static struct rect moved(struct rect r, int x, int y)
{
    return (struct rect){r.x + x, r.y + y, r.w, r.h};
}

/* Text and drawings: with a palette, and divided until the colours fit into one. */
static void put_drawn(struct encode_job *job, const struct pixels *px, struct rect r)
{
    struct encode_scratch *s = job->scratch;
    if (runs_find(&s->runs, &s->palette, px, choose_palette_most(px->w * px->h))) {
        tight_put_palette(job, px, r);
        return;
    }
    if (r.w <= CELL_W * 2) {
        tight_put_full(job, px, r, false);
        return;
    }
    int left = r.w / 2 / CELL_W * CELL_W;
    struct rect a = {0, 0, left, r.h}, b = {left, 0, r.w - left, r.h};
    struct pixels half = pixels_part(px, a);
    put_drawn(job, &half, moved(a, r.x, r.y));
    half = pixels_part(px, b);
    put_drawn(job, &half, moved(b, r.x, r.y));
}

static void put_region(struct encode_job *job, const struct pixels *px,
                       const struct region *region, struct rect r)
{
    struct pixels part = pixels_part(px, region->r);
    struct rect at = moved(region->r, r.x, r.y);

    if (region->kind == REGION_SOLID)
        tight_put_solid(job, px, at, region->colours[0]);
    else if (region->kind == REGION_MONO)
        tight_put_mono(job, &part, at, region->colours);
    else if (region->kind == REGION_PICTURE && job->class->quality >= 0)
        tight_put_jpeg(job, &part, at);
    else if (region->kind == REGION_PICTURE)
        tight_put_full(job, &part, at, true);
    else
        put_drawn(job, &part, at);
}

/* rfbproto, Tight Encoding. */
static void tight_encode(struct encode_job *job, struct rect r)
{
    struct encode_scratch *s = job->scratch;
    struct pixels px = pixels_of(job->frame, r, &s->translator, PIXEL_TIGHT, &s->words);
    struct plan_limits limits = choose_plan_limits(job->class);

    plan_make(&s->plan, &px, &limits);
    for (size_t i = 0; i < s->plan.n; i++)
        put_region(job, &px, &s->plan.regions[i], r);
}

const struct encoder_ops tight_ops = {
    .encoding = ENCODING_TIGHT,
    .name = "tight",
    .width_most = 2048,
    .area_most = 1 << 18,
    .encode = tight_encode,
};

/* rfbproto, Tight PNG Encoding: the same but for what carries exact pixels. */
const struct encoder_ops tight_png_ops = {
    .encoding = ENCODING_TIGHT_PNG,
    .name = "tight-png",
    .width_most = 2048,
    .area_most = 1 << 18,
    .encode = tight_encode,
};
