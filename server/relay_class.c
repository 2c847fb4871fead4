/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/relay_class.h"
#include "base/alloc.h"
#include "server/shelf.h"

#include <stdlib.h>
#include <string.h>

struct relay_class *relay_class_new(const struct encode_class *class,
                                    const struct view_known *has)
{
    struct relay_class *k = ALLOC(struct relay_class);
    k->class = *class;
    k->oldest = 1;
    k->has = view_known_new(has->w, has->h, has->blocks);
    k->asked = alloc_zero(has->n + 1, sizeof(k->asked[0]));
    k->arrived = alloc_zero(has->n + 1, sizeof(struct piece *));
    for (int i = 0; i < RELAY_UNITS_MOST; i++) {
        damage_init(&k->units[i].covered);
        damage_init(&k->units[i].lossy);
        damage_init(&k->units[i].touched);
    }
    return k;
}

static void drop_unit(struct relay_unit *u)
{
    piece_unref(&u->piece);
    damage_fini(&u->covered);
    damage_fini(&u->lossy);
    damage_fini(&u->touched);
}

void relay_class_free(struct relay_class **at)
{
    struct relay_class *k = *at;
    *at = NULL;
    if (!k)
        return;
    relay_class_drop_units(k);
    relay_class_drop_arrived(k);
    view_known_free(&k->has);
    free(k->asked);
    free(k->arrived);
    free(k);
}

void relay_class_resize(struct relay_class *k, int w, int h)
{
    relay_class_drop_units(k);
    relay_class_drop_arrived(k);
    view_known_free(&k->has);
    k->has = view_known_new(w, h, NULL);
    free(k->asked);
    free(k->arrived);
    k->asked = alloc_zero(k->has->n + 1, sizeof(k->asked[0]));
    k->arrived = alloc_zero(k->has->n + 1, sizeof(struct piece *));
}

void relay_class_down(struct relay_class *k)
{
    k->stream = 0;
    memset(k->asked, 0, k->has->n);
    k->wanting = false;
}

/* ---- units ---- */

static int columns_of(const struct relay_class *k)
{
    return (k->has->w + BLOCK_W - 1) / BLOCK_W;
}

static void fill_unit(struct relay_class *k, struct relay_unit *u)
{
    const struct piece *p = u->piece;
    struct damage *all[] = {&u->covered, &u->lossy, &u->touched};
    for (int i = 0; i < 3; i++)
        damage_resize(all[i], k->has->w, k->has->h);
    for (size_t i = 0; i < p->n_sources; i++) {
        const struct piece_source *s = &p->sources[i];
        piece_add_block_tiles(&u->covered, s->block, columns_of(k), s->covered);
        piece_add_block_tiles(&u->lossy, s->block, columns_of(k), s->lossy);
        k->has->blocks[s->block] = s->hash;
    }
    damage_copy(&u->touched, &u->covered);
    for (int i = 0; i < u->n_moves; i++)
        damage_add_rect(&u->touched, u->moves[i].to);
}

static void drop_oldest(struct relay_class *k)
{
    drop_unit(relay_class_unit(k, k->oldest++));
}

static void bound_units(struct relay_class *k)
{
    size_t bytes = 0;
    for (uint64_t i = k->oldest; i < k->newest; i++)
        bytes += piece_size(relay_class_unit(k, i)->piece);
    while (k->oldest < k->newest &&
           (k->newest - k->oldest >= RELAY_UNITS_MOST || bytes > RELAY_UNITS_BYTES_MOST ||
            shelf_memory_is_scarce())) {
        bytes -= piece_size(relay_class_unit(k, k->oldest)->piece);
        drop_oldest(k);
    }
}

struct relay_unit *relay_class_add_unit(struct relay_class *k, struct piece *piece,
                                        const struct scroll_move *moves, int n_moves)
{
    if (k->newest + 1 - k->oldest >= RELAY_UNITS_MOST)
        drop_oldest(k);
    struct relay_unit *u = relay_class_unit(k, ++k->newest);
    u->piece = piece_ref(piece);
    u->n_moves = n_moves;
    if (n_moves)
        memcpy(u->moves, moves, (size_t)n_moves * sizeof(moves[0]));
    fill_unit(k, u);
    bound_units(k);
    return u;
}

void relay_class_drop_units(struct relay_class *k)
{
    while (k->oldest <= k->newest)
        drop_oldest(k);
}

/* ---- blocks ---- */

void relay_class_add_block(struct relay_class *k, struct piece *piece)
{
    unsigned block = piece->sources[0].block;
    k->asked[block] = 0;
    k->n_arrived += !k->arrived[block];
    piece_unref(&k->arrived[block]);
    k->arrived[block] = piece_ref(piece);
}

void relay_class_drop_arrived(struct relay_class *k)
{
    for (size_t i = 0; k->n_arrived && i < k->has->n; i++) {
        k->n_arrived -= k->arrived[i] != NULL;
        piece_unref(&k->arrived[i]);
    }
}
