/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a relay is told, and what follows for its clients. */
#include <config.h>
#include "server/machine/machine.h"
#include "server/relay_private.h"

void relay_forget_picture(struct relay *r, int w, int h)
{
    for (struct relay_class *k = r->classes; k; k = k->next)
        relay_class_resize(k, w, h);
    view_known_free(&r->known);
    r->known = view_known_new(w, h, NULL);
    shelf_forget(&r->kept);
}

const char *relay_told_size(struct relay *r, uint32_t layout, int w, int h,
                            const struct view_source *sources, unsigned n)
{
    const struct view_key *key = &r->view->key;
    if (key->fixed_w && (key->fixed_w != w || key->fixed_h != h))
        return "another size than the one that was asked for";
    struct view *view = view_ref(r->view);
    for (struct relay_class *k = r->classes; k; k = k->next)
        for (size_t i = 0; i < k->has->n; i++)
            k->asked[i] = 0;
    r->layout = layout;
    bool news = view_layout_as(view, w, h, sources, n);
    if (r->known->w != w || r->known->h != h)
        relay_forget_picture(r, w, h);
    if (news)
        view_tell_layout(view);
    relay_wake(r);
    view_unref(&view);
    return NULL;
}

static bool is_inside(const struct relay *r, struct rect a)
{
    struct rect whole = surface_rect(&r->view->frame);
    return !rect_empty(&a) && rect_contains(&whole, &a);
}

static const char *check_unit(const struct relay *r, const struct piece *p,
                              const struct scroll_move *moves, int n_moves)
{
    if (p->n_rects > FANOUT_RECTS_MOST)
        return "an update of too many rectangles";
    for (size_t i = 0; i < p->n_sources; i++) {
        if (p->sources[i].block >= r->known->n)
            return "an update of blocks that are not there";
    }
    for (int i = 0; i < n_moves; i++) {
        struct rect from = moves[i].to;
        from.x -= moves[i].dx;
        from.y -= moves[i].dy;
        if (!is_inside(r, moves[i].to) || !is_inside(r, from))
            return "a move that leaves the picture";
    }
    return NULL;
}

static void owe_unit(struct relay *r, const struct relay_class *k, const struct relay_unit *u)
{
    for (struct view_client *c = r->view->clients; c; c = c->next) {
        if (!encode_class_equal(&c->class, &k->class))
            continue;
        c->in_step = !damage_any(&c->pending);
        if (c->in_step) {
            c->follows = true;
            c->unit = k->newest - 1;
        }
        damage_or(&c->pending, &u->touched);
    }
}

const char *relay_told_unit(struct relay *r, uint32_t stream, uint32_t layout,
                            struct piece *piece, const struct scroll_move *moves, int n_moves)
{
    struct relay_class *k = r->classes;
    while (k && k->stream != stream)
        k = k->next;
    if (!k || !stream || layout != r->layout)
        return NULL; /* closed meanwhile, or of a size that is over */
    const char *why = check_unit(r, piece, moves, n_moves);
    if (why)
        return why;
    struct view *view = view_ref(r->view);
    piece->columns = (r->known->w + BLOCK_W - 1) / BLOCK_W;
    const struct relay_unit *u = relay_class_add_unit(k, piece, moves, n_moves);
    for (size_t i = 0; i < piece->n_sources; i++)
        r->known->blocks[piece->sources[i].block] = piece->sources[i].hash;
    r->shared->relay_units++;
    r->shared->relay_bytes += piece_size(piece);
    r->picture = view->machine ? view->machine->moves.picture : 0;
    rest_advance(&r->rest, view->frame.w, view->frame.h, relay_now_us(r));
    rest_note(&r->rest, &u->touched);
    owe_unit(r, k, u);
    relay_fit_stream(r, k);
    const struct encode_class class = k->class;
    relay_serve(r, &class);
    view_unref(&view);
    return NULL;
}

const char *relay_told_block(struct relay *r, uint32_t layout, struct piece *piece)
{
    struct relay_class *k = relay_find_class(r, &piece->class);
    if (!k || layout != r->layout)
        return NULL;
    const char *why = check_unit(r, piece, NULL, 0);
    if (why || piece->n_sources != 1)
        return why ? why : "a block that is none";
    piece->columns = (r->known->w + BLOCK_W - 1) / BLOCK_W;
    relay_class_add_block(k, piece);
    shelf_keep(&r->kept, (int)piece->sources[0].block, piece->sources[0].hash, piece);
    r->shared->relay_blocks++;
    r->shared->relay_bytes += piece_size(piece);
    relay_wake(r);
    return NULL;
}
