/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/choose.h"
#include "rfb/encode/job.h"
#include "rfb/encode/tight_data.h"

static struct rect moved(struct rect r, int x, int y)
{
    return (struct rect){r.x + x, r.y + y, r.w, r.h};
}

/* Makes palette and runs of as many columns of px from x on as one palette suffices for. */
static int take_columns(struct encode_job *job, const struct pixels *px, int x)
{
    struct encode_scratch *s = job->scratch;
    int taken = 0, w;
    runs_begin(&s->runs, &s->palette);
    for (; x + taken < px->w; taken += w) {
        w = px->w - x - taken < RUNS_COLUMN ? px->w - x - taken : RUNS_COLUMN;
        struct pixels column = pixels_part(px, (struct rect){x + taken, 0, w, px->h});
        if (!runs_add_column(&s->runs, &s->palette, &column,
                             choose_palette_most((taken + w) * px->h)))
            break;
    }
    return taken;
}

/* Text and drawings: with palettes, and in full where there are too many colours for one. */
static void put_drawn(struct encode_job *job, const struct pixels *px, struct rect r)
{
    for (int x = 0, w; x < px->w; x += w) {
        int with_palette = take_columns(job, px, x);
        w = with_palette ? with_palette : px->w - x < RUNS_COLUMN ? px->w - x : RUNS_COLUMN;
        struct rect part = {x, 0, w, px->h};
        struct pixels columns = pixels_part(px, part);
        if (with_palette)
            tight_put_palette(job, &columns, moved(part, r.x, r.y));
        else
            tight_put_full(job, &columns, moved(part, r.x, r.y), false);
    }
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
