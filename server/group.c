/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/group.h"
#include "base/alloc.h"

#include <stdlib.h>

/* A part smaller than this costs more in lost history and hand-over than a second core gains.
 */
#define PART_PIXELS_LEAST 65536

struct encode_group *group_find_or_add(struct encode_group **list,
                                       const struct encode_class *class,
                                       const struct damage *damage,
                                       const struct scroll_move *moves, int n_moves)
{
    struct encode_group **at = list;
    for (; *at; at = &(*at)->next) {
        if (encode_class_equal(&(*at)->class, class) && (*at)->moves == moves &&
            !(*at)->asked && damage_equal(&(*at)->damage, damage))
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

/* Whether both together are at most a quarter more than each, and few enough for one update. */
static bool nearly_same(const struct damage *a, const struct damage *b)
{
    struct damage both;
    size_t n_a = damage_count(a), n_b = damage_count(b);
    damage_init(&both);
    damage_resize(&both, a->w, a->h);
    damage_copy(&both, a);
    damage_or(&both, b);
    size_t n = damage_count(&both);
    damage_fini(&both);
    return n * 4 <= (n_a < n_b ? n_a : n_b) * 5 && n <= FANOUT_RECTS_MOST / 4;
}

struct encode_group *group_find_or_add_late(struct encode_group **list,
                                            const struct encode_class *class,
                                            const struct damage *damage)
{
    for (struct encode_group *g = *list; g; g = g->next) {
        if (g->late && encode_class_equal(&g->class, class) &&
            nearly_same(&g->damage, damage)) {
            damage_or(&g->damage, damage);
            return g;
        }
    }
    struct encode_group *g = group_find_or_add(list, class, damage, NULL, 0);
    g->late = !g->n_clients;
    return g;
}

struct encode_group *group_find_or_add_asked(struct encode_group **list,
                                             const struct encode_class *class,
                                             const struct damage *damage)
{
    struct encode_group *g = *list;
    while (g && !(g->asked && encode_class_equal(&g->class, class)))
        g = g->next;
    if (!g) {
        struct encode_group *rest = *list;
        *list = NULL;
        g = group_find_or_add(list, class, damage, NULL, 0);
        g->asked = true;
        g->next = rest;
    }
    damage_or(&g->damage, damage);
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

/* Whether all of a w x h picture fits into one update whatever it shows. */
static bool fits_whole(int w, int h)
{
    int cell_px = FANOUT_CELL_TILES * TILE;
    return (w + cell_px - 1) / cell_px * ((h + TILE - 1) / TILE) <= FANOUT_RECTS_MOST;
}

static void cut(struct encode_group *g, const struct surface *frame)
{
    cut_damage(&g->damage, &g->class, &g->rects);
    for (size_t i = 0; i < g->rects.n; i++)
        damage_add_rect(&g->damage, g->rects.rects[i]); /* also what was joined over gaps */
    if (g->rects.n <= FANOUT_RECTS_MOST / 4 || !fits_whole(frame->w, frame->h))
        return;
    /* So scattered that it is cheaper whole. */
    g->rects.n = 0;
    rect_list_add(&g->rects, surface_rect(frame));
    damage_set_all(&g->damage);
}

static void add_part(struct encode_group *g, const struct surface *frame, size_t first,
                     size_t n)
{
    part_init(&g->parts[g->n_parts++], &g->class, frame, g->rects.rects + first, n);
}

/* Runs of rectangles of about the same area, one for each worker that has enough to do. */
static void split(struct encode_group *g, const struct surface *frame, unsigned n_workers)
{
    size_t total = area_sum(&g->rects), n = total / PART_PIXELS_LEAST;
    n = n < 1 ? 1 : n > n_workers ? n_workers : n;
    n = n > GROUP_PARTS_MOST ? GROUP_PARTS_MOST : n;
    size_t share = total / n, first = 0, area = 0;
    for (size_t i = 0; i < g->rects.n; i++) {
        area += area_of(&g->rects.rects[i]);
        if (area >= share && g->n_parts + 1 < n) {
            add_part(g, frame, first, i + 1 - first);
            first = i + 1;
            area = 0;
        }
    }
    add_part(g, frame, first, g->rects.n - first);
}

/* What all the rectangles show, and what is copied before them. */
static uint64_t number_of(const struct encode_group *g, const struct block_hashes *hashes)
{
    const uint64_t odd = 0x9e3779b97f4a7c15;
    uint64_t number = g->rects.n;
    for (int i = 0; i < g->n_moves; i++) {
        const struct scroll_move *m = &g->moves[i];
        const int parts[] = {m->to.x, m->to.y, m->to.w, m->to.h, m->dx, m->dy};
        for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++)
            number = (number ^ (uint32_t)parts[k]) * odd;
    }
    for (size_t i = 0; i < g->rects.n; i++)
        number = (number ^ block_hashes_rect(hashes, g->rects.rects[i])) * odd;
    return number;
}

void group_prepare(struct encode_group *g, const struct surface *frame, struct blocks *blocks,
                   unsigned n_workers)
{
    cut(g, frame);
    g->number = number_of(g, &blocks->hashes);
    struct piece *kept = blocks_find_unit(blocks, &g->class, g->number, &g->keep_unit);
    if (kept) {
        g->unit = piece_ref(kept);
        return;
    }
    split(g, frame, n_workers);
    for (int i = 0; i < g->n_moves; i++)
        encode_copy(g->moves[i].to, g->moves[i].to.x - g->moves[i].dx,
                    g->moves[i].to.y - g->moves[i].dy, &g->parts[0].out);
}

/* ---- blocks instead of a unit ---- */

static unsigned count_units(const struct encode_group *list, const struct encode_class *class)
{
    unsigned n = 0;
    for (const struct encode_group *g = list; g; g = g->next)
        n += !g->set && encode_class_equal(&g->class, class);
    return n;
}

/* The one that most viewers share stays a unit; so does what was copied, which blocks cannot
 * hold. */
static struct encode_group *largest_unit(struct encode_group *list,
                                         const struct encode_class *class)
{
    struct encode_group *largest = NULL;
    for (struct encode_group *g = list; g; g = g->next) {
        if (!g->set && encode_class_equal(&g->class, class) &&
            (!largest || g->n_clients > largest->n_clients))
            largest = g;
    }
    return largest;
}

static void make_of_blocks(struct encode_group *list, struct blocks *blocks,
                           const struct encode_class *class)
{
    const struct encode_group *largest = largest_unit(list, class);
    for (struct encode_group *g = list; g; g = g->next) {
        if (g->set || g == largest || g->moves || !encode_class_equal(&g->class, class))
            continue;
        g->set = blocks_set(blocks, class);
        blocks_widen(blocks, &g->damage);
    }
}

void groups_choose_blocks(struct encode_group *list, struct blocks *blocks)
{
    for (struct encode_group *g = list; g; g = g->next) {
        if (g->asked && !g->set) {
            g->set = blocks_set(blocks, &g->class);
            blocks_widen(blocks, &g->damage);
        }
    }
    if (!fits_whole(blocks->hashes.cols * BLOCK_W, blocks->hashes.rows * BLOCK_H))
        return; /* widened, a group might be too many rectangles */
    for (struct encode_group *g = list; g; g = g->next) {
        if (!g->set && count_units(list, &g->class) > GROUP_UNITS_MOST)
            make_of_blocks(list, blocks, &g->class);
    }
}

/* ---- the result ---- */

static void add_piece(struct encode_group *g, const struct piece *p)
{
    g->blobs = alloc_resize(g->blobs, g->n_blobs + p->n_blobs, sizeof(g->blobs[0]));
    for (unsigned i = 0; i < p->n_blobs; i++)
        g->blobs[g->n_blobs++] = blob_ref(p->blobs[i]);
    g->n_rects += p->n_rects;
    g->uses_stream |= p->uses_stream;
    piece_add_lossy(p, &g->lossy);
}

static void collect_blocks(struct encode_group *g, const struct blocks *blocks)
{
    g->pieces = alloc_zero((size_t)blocks_count(blocks), sizeof(g->pieces[0]));
    for (int i = 0; i < blocks_count(blocks); i++) {
        if (!damage_touches(&g->damage, blocks_rect(blocks, i)))
            continue;
        g->pieces[g->n_pieces++] = g->set->blocks[i].piece;
        add_piece(g, g->set->blocks[i].piece);
    }
}

static void make_unit(struct encode_group *g, struct blocks *blocks, uint64_t epoch,
                      uint64_t version)
{
    g->unit = piece_new(&g->class, epoch, version);
    for (unsigned i = 0; i < g->n_parts; i++) {
        damage_or(&g->lossy, &g->parts[i].out.lossy);
        piece_add(g->unit, &g->parts[i].out);
    }
    piece_note_sources(g->unit, &blocks->hashes, &g->damage, &g->lossy);
    if (g->keep_unit)
        blocks_keep_unit(blocks, g->number, g->unit);
}

void group_finish(struct encode_group *g, struct blocks *blocks, uint64_t epoch,
                  uint64_t version)
{
    if (g->set) {
        collect_blocks(g, blocks);
        return;
    }
    if (!g->unit)
        make_unit(g, blocks, epoch, version);
    add_piece(g, g->unit);
}

struct fanout_update group_update(const struct encode_group *g)
{
    return (struct fanout_update){
        .blobs = g->blobs,
        .n_blobs = g->n_blobs,
        .n_rects = g->n_rects,
        .uses_stream = g->uses_stream,
        .class = &g->class,
        .covered = &g->damage,
        .lossy = &g->lossy,
        .moves = g->moves,
        .n_moves = g->n_moves,
        .pieces = g->pieces,
        .n_pieces = g->n_pieces,
    };
}

static void group_free(struct encode_group *g)
{
    for (unsigned i = 0; i < g->n_parts; i++)
        part_fini(&g->parts[i]);
    for (unsigned i = 0; i < g->n_blobs; i++)
        blob_unref(&g->blobs[i]);
    free(g->blobs);
    free(g->pieces);
    piece_unref(&g->unit);
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
