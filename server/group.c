/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/group.h"
#include "base/alloc.h"

#include <stdlib.h>

/* A part smaller than this costs more in lost history and hand-over than a second core gains. */
#define PART_PIXELS_LEAST 65536

struct encode_group *group_find_or_add(struct encode_group **list, const struct encode_class *class,
                                       const struct damage *damage, const struct scroll_move *moves,
                                       int n_moves)
{
    struct encode_group **at = list;
    for (; *at; at = &(*at)->next) {
        if (encode_class_equal(&(*at)->class, class) && (*at)->moves == moves &&
            damage_equal(&(*at)->damage, damage))
            return *at;
    }
    struct encode_group *g = ALLOC(struct encode_group);
    g->class = *class;
    damage_init(&g->damage);
    damage_init(&g->lossy);
    damage_resize(&g->damage, damage->w, damage->h);
    damage_resize(&g->lossy, damage->w, damage->h);
    damage_copy(&g->damage, damage);
    g->moves = moves;
    g->n_moves = n_moves;
    *at = g;
    return g;
}

static size_t area_of(const struct rect *r)
{
    return (size_t)r->w * (size_t)r->h;
}

static size_t area_sum(const struct rect_list *list)
{
    size_t sum = 0;
    for (size_t i = 0; i < list->n; i++)
        sum += area_of(&list->rects[i]);
    return sum;
}

static void cut(struct encode_group *g)
{
    cut_damage(&g->damage, &g->class, &g->rects);
    if (g->rects.n <= FANOUT_RECTS_MOST / 4)
        return;
    /* So scattered that it is cheaper whole. */
    g->rects.n = 0;
    rect_list_add(&g->rects, surface_rect(g->frame));
    damage_set_all(&g->damage);
}

static void run_part(struct pool_job *job, void *scratch)
{
    struct encode_part *part = (struct encode_part *)job;
    const struct encode_group *g = part->group;
    for (size_t i = 0; i < part->n; i++)
        encode_rect(scratch, &g->class, g->frame, g->rects.rects[part->first + i], &part->out);
}

static void part_done(struct pool_job *job)
{
    struct encode_group *g = ((struct encode_part *)job)->group;
    g->on_part_done(g->self);
}

static void add_part(struct encode_group *g, size_t first, size_t n)
{
    struct encode_part *part = &g->parts[g->n_parts++];
    part->job = (struct pool_job){.run = run_part, .done = part_done};
    part->group = g;
    part->first = first;
    part->n = n;
    encoded_init(&part->out, g->frame);
}

/* Runs of rectangles of about the same area, one for each worker that has enough to do. */
static void split(struct encode_group *g, unsigned n_workers)
{
    size_t total = area_sum(&g->rects), n = total / PART_PIXELS_LEAST;
    n = n < 1 ? 1 : n > n_workers ? n_workers : n;
    n = n > GROUP_PARTS_MOST ? GROUP_PARTS_MOST : n;
    size_t share = total / n, first = 0, area = 0;
    for (size_t i = 0; i < g->rects.n; i++) {
        area += area_of(&g->rects.rects[i]);
        if (area >= share && g->n_parts + 1 < n) {
            add_part(g, first, i + 1 - first);
            first = i + 1;
            area = 0;
        }
    }
    add_part(g, first, g->rects.n - first);
}

void group_prepare(struct encode_group *g, const struct surface *frame, unsigned n_workers,
                   void (*on_part_done)(void *self), void *self)
{
    g->frame = frame;
    g->on_part_done = on_part_done;
    g->self = self;
    cut(g);
    split(g, n_workers);
    for (int i = 0; i < g->n_moves; i++)
        encode_copy(g->moves[i].to, g->moves[i].to.x - g->moves[i].dx, g->moves[i].to.y - g->moves[i].dy,
                    &g->parts[0].out);
}

void group_submit(struct encode_group *g, struct pool *pool)
{
    for (unsigned i = 0; i < g->n_parts; i++)
        pool_submit(pool, &g->parts[i].job);
}

void group_finish(struct encode_group *g)
{
    for (unsigned i = 0; i < g->n_parts; i++) {
        struct encoded *out = &g->parts[i].out;
        g->n_rects += out->n_rects;
        g->uses_stream |= out->uses_stream;
        damage_or(&g->lossy, &out->lossy);
        g->blobs[i] = blob_from_bytes(&out->bytes);
    }
}

struct fanout_update group_update(const struct encode_group *g)
{
    return (struct fanout_update){
        .blobs = g->blobs,
        .n_blobs = g->n_parts,
        .n_rects = g->n_rects,
        .uses_stream = g->uses_stream,
        .class = &g->class,
    };
}

static void group_free(struct encode_group *g)
{
    for (unsigned i = 0; i < g->n_parts; i++) {
        encoded_fini(&g->parts[i].out);
        blob_unref(&g->blobs[i]);
    }
    rect_list_fini(&g->rects);
    damage_fini(&g->damage);
    damage_fini(&g->lossy);
    free(g);
}

void group_free_all(struct encode_group **list)
{
    for (struct encode_group *g = *list, *next; g; g = next) {
        next = g->next;
        group_free(g);
    }
    *list = NULL;
}
