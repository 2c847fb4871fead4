/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/part.h"

#include <time.h>

/* Encoding so many pixels takes less than a hand-over to another thread and back. */
enum { SMALL_PIXELS = 16384 };

static void *create_scratch(void)
{
    return encode_scratch_new();
}

static void destroy_scratch(void *scratch)
{
    struct encode_scratch *s = scratch;
    encode_scratch_free(&s);
}

const struct pool_scratch_ops part_scratch_ops = {create_scratch, destroy_scratch};

static uint64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void run(struct pool_job *job, void *scratch)
{
    struct encode_part *part = (struct encode_part *)job;
    uint64_t before_ns = cpu_ns();
    for (size_t i = 0; i < part->n; i++)
        encode_rect(scratch, part->class, part->frame, part->rects[i], &part->out);
    part->cpu_ns = cpu_ns() - before_ns;
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

bool part_is_small(const struct encode_part *part)
{
    int64_t pixels = 0;
    for (size_t i = 0; i < part->n; i++)
        pixels += (int64_t)part->rects[i].w * part->rects[i].h;
    return pixels <= SMALL_PIXELS;
}

void part_run_here(struct encode_part *part, struct encode_scratch *scratch)
{
    run(&part->job, scratch);
    done(&part->job);
}

void part_submit(struct encode_part *part, struct pool *pool)
{
    pool_submit(pool, &part->job);
}
