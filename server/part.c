/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/part.h"

static void run(struct pool_job *job, void *scratch)
{
    struct encode_part *part = (struct encode_part *)job;
    for (size_t i = 0; i < part->n; i++)
        encode_rect(scratch, part->class, part->frame, part->rects[i], &part->out);
}

static void done(struct pool_job *job)
{
    struct encode_part *part = (struct encode_part *)job;
    part->on_done(part->self, part);
}

void part_init(struct encode_part *part, const struct encode_class *class,
               const struct surface *frame, const struct rect *rects, size_t n)
{
    *part = (struct encode_part){
        .job = {.run = run, .done = done},
        .class = class,
        .frame = frame,
        .rects = rects,
        .n = n,
    };
    encoded_init(&part->out, frame);
}

void part_fini(struct encode_part *part)
{
    encoded_fini(&part->out);
}

void part_submit(struct encode_part *part, struct pool *pool)
{
    pool_submit(pool, &part->job);
}
