/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From one frame's groups to bytes, and those to the clients. */
#include <config.h>
#include "server/fanout_private.h"
#include "base/alloc.h"
#include "server/machine/machine.h"
#include "server/serve.h"
#include "server/view_client.h"

#include <stdlib.h>

static void deliver_group(struct fanout *f, struct encode_group *group)
{
    struct fanout_update update = group_update(group);
    uint64_t now = fanout_now_us(f);
    update.hashes = &f->blocks.hashes;
    update.epoch = f->epoch;
    update.version = f->version;
    for (struct view_client *c = f->view->clients, *next; c; c = next) {
        next = c->next;
        if (c->group != group)
            continue;
        view_client_has_got(c, &update);
        c->delivered_us = now;
        f->shared->deliveries++;
        c->ops->deliver(c, &update);
        if (f->view->machine)
            machine_update_queued(f->view->machine, f->picture);
    }
}

static void deliver_groups(struct fanout *f, struct encode_group *groups, bool asked)
{
    for (struct encode_group *g = groups; f->view && g; g = g->next) {
        if (g->asked == asked)
            deliver_group(f, g);
    }
}

static void finish_job(struct fanout *f)
{
    struct view *view = f->view;
    struct encode_group *groups = f->groups;
    f->groups = NULL;
    for (struct encode_group *g = groups; g; g = g->next)
        group_finish(g, &f->blocks, f->epoch, f->version);
    deliver_groups(f, groups, false);
    deliver_groups(f, groups, true); /* to who has got all that came before */
    group_free_all(&groups);
    blocks_end_frame(&f->blocks);
    shelf_trim(&f->shared->shelf);
    fanout_job_ended(f);
    view_unref(&view);
}

static void part_is_done(struct fanout *f)
{
    if (--f->parts_left == 0)
        finish_job(f);
}

static void on_unit_part(void *self, struct encode_part *part)
{
    struct fanout *f = self;
    f->shared->encode_cpu_ns += part->cpu_ns;
    part_is_done(f);
}

/* A block that some groups need and that is missing or old. */
struct block_work {
    struct encode_part part;
    struct rect rect;
    struct block_set *set;
    int index;
};

static void on_block(void *self, struct encode_part *part)
{
    struct fanout *f = self;
    struct block_work *work = (struct block_work *)part;
    blocks_store(&f->blocks, work->set, work->index, f->epoch, f->version, &part->out);
    f->shared->encode_cpu_ns += part->cpu_ns;
    part_fini(part);
    free(work);
    part_is_done(f);
}

static void submit(struct fanout *f, struct encode_part *part,
                   void (*on_done)(void *, struct encode_part *))
{
    part->on_done = on_done;
    part->self = f;
    f->parts_left++;
    f->shared->parts++;
    if (f->shared->scratch && part_is_small(part))
        part_run_here(part, f->shared->scratch);
    else
        part_submit(part, f->shared->pool);
}

static void submit_block(struct fanout *f, struct block_set *set, int i)
{
    struct block_work *work = ALLOC(struct block_work);
    f->shared->blocks++;
    work->rect = blocks_rect(&f->blocks, i);
    work->set = set;
    work->index = i;
    part_init(&work->part, &set->class, &f->frame, &work->rect, 1);
    submit(f, &work->part, on_block);
}

static void submit_blocks(struct fanout *f, const struct encode_group *g)
{
    for (int i = 0; i < blocks_count(&f->blocks); i++) {
        if (damage_touches(&g->damage, blocks_rect(&f->blocks, i)) &&
            blocks_must_make(&f->blocks, g->set, i))
            submit_block(f, g->set, i);
    }
}

static void submit_group(struct fanout *f, struct encode_group *g)
{
    f->shared->groups++;
    if (g->set) {
        submit_blocks(f, g);
        return;
    }
    group_prepare(g, &f->frame, &f->blocks, f->shared->n_workers);
    for (unsigned i = 0; i < g->n_parts; i++)
        submit(f, &g->parts[i], on_unit_part);
}

void fanout_start_job(struct fanout *f)
{
    view_ref(f->view);
    f->frame = f->view->frame;
    f->version = f->view->version;
    serve_settle(f->view, f->groups, &f->blocks);
    f->parts_left = 1; /* ours, so that it does not end before all is submitted */
    for (struct encode_group *g = f->groups; g; g = g->next)
        submit_group(f, g);
    part_is_done(f);
}
