/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/view_private.h"
#include "base/alloc.h"
#include "server/view.h"
#include "server/view_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct view_private {
    struct surface picture; /* as large as the frame: rectangles on the wire have its places */
    size_t mapped;          /* bytes; pages that nothing covers are never touched */
    struct damage covered;
    struct damage owed;  /* of covered */
    struct damage black; /* of covered: nothing lies there any more */
};

/* ---- a picture of which little is used ---- */

static void map_picture(struct view_private *own, int w, int h)
{
    int stride = (w + 15) / 16 * 16;
    own->mapped = (size_t)stride * (size_t)h * sizeof(uint32_t);
    void *pixels =
        mmap(NULL, own->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pixels == MAP_FAILED) {
        fputs("out of memory\n", stderr);
        abort();
    }
    own->picture = (struct surface){.pixels = pixels, .w = w, .h = h, .stride = stride};
}

static struct view_private *private_new(const struct surface *frame)
{
    struct view_private *own = ALLOC(struct view_private);
    map_picture(own, frame->w, frame->h);
    damage_init(&own->covered);
    damage_init(&own->owed);
    damage_init(&own->black);
    damage_resize(&own->covered, frame->w, frame->h);
    damage_resize(&own->owed, frame->w, frame->h);
    damage_resize(&own->black, frame->w, frame->h);
    return own;
}

static void private_free(struct view_private **at)
{
    struct view_private *own = *at;
    *at = NULL;
    if (!own)
        return;
    munmap(own->picture.pixels, own->mapped);
    damage_fini(&own->covered);
    damage_fini(&own->owed);
    damage_fini(&own->black);
    free(own);
}

void view_private_drop(struct view_client *c)
{
    private_free(&c->own);
}

/* After another layout it does not fit any more: nothing of it is valid until it is set anew.
 */
static struct view_private *own_of(const struct view_client *c)
{
    const struct view_private *own = c->own;
    bool fits = own && own->picture.w == c->view->frame.w && own->picture.h == c->view->frame.h;
    return fits ? c->own : NULL;
}

/* ---- what lies there ---- */

static bool same_tile(const struct surface *a, const struct surface *b, int col, int row)
{
    int x = col * TILE, y = row * TILE;
    int w = a->w - x < TILE ? a->w - x : TILE, h = a->h - y < TILE ? a->h - y : TILE;
    for (int i = 0; i < h; i++) {
        if (memcmp(surface_at(a, x, y + i), surface_at(b, x, y + i), (size_t)w * 4) != 0)
            return false;
    }
    return true;
}

/* Tiles that the client has already as they are now need not be sent. */
static void take_over_owed(struct view_private *now, const struct view_private *before)
{
    damage_copy(&now->owed, &now->covered);
    int col = 0, row = 0;
    for (int n; (n = damage_next_run(&now->covered, &col, &row)); col += n) {
        for (int i = col; i < col + n; i++) {
            if (damage_tile(&before->covered, i, row) && !damage_tile(&before->owed, i, row) &&
                same_tile(&now->picture, &before->picture, i, row))
                damage_remove_rect(&now->owed, (struct rect){i * TILE, row * TILE, TILE, TILE});
        }
    }
}

/* What was covered is the view's again, and the client has not got it. */
static void uncover(struct view_client *c, const struct view_private *before,
                    const struct view_private *now)
{
    struct damage free_tiles;
    damage_init(&free_tiles);
    damage_resize(&free_tiles, before->covered.w, before->covered.h);
    damage_copy(&free_tiles, &before->covered);
    if (now)
        damage_and_not(&free_tiles, &now->covered);
    damage_or(&c->pending, &free_tiles);
    c->follows = false;
    damage_fini(&free_tiles);
}

static struct view_private *private_of(const struct view_client *c, const struct layer *layers,
                                       unsigned n)
{
    struct view_private *own = private_new(&c->view->frame);
    for (unsigned i = 0; i < n; i++) {
        struct layer opaque = layers[i];
        opaque.alpha = 255;
        damage_add_rect(&own->covered, layer_rect(&opaque));
        layer_draw(&opaque, &own->picture, surface_rect(&own->picture));
    }
    damage_copy(&own->owed, &own->covered);
    return own;
}

/* What nobody can draw now must not go on showing what lay over it. */
static void blacken(struct view_private *now, const struct view_private *before)
{
    damage_copy(&now->black, &before->covered);
    damage_and_not(&now->black, &now->covered);
    damage_or(&now->covered, &now->black);
}

static void light(struct view_client *c)
{
    struct view_private *own = own_of(c);
    if (!own || !damage_any(&own->black))
        return;
    damage_or(&c->pending, &own->black);
    c->follows = false;
    damage_and_not(&own->covered, &own->black);
    damage_and_not(&own->owed, &own->black);
    damage_clear(&own->black);
    if (!damage_any(&own->covered))
        private_free(&c->own);
}

void view_private_light(struct view *view)
{
    for (struct view_client *c = view->dark ? NULL : view->clients; c; c = c->next)
        light(c);
}

void view_private_set(struct view_client *c, const struct layer *layers, unsigned n)
{
    struct view_private *before = own_of(c), *now = NULL;
    bool dark = before && c->view->dark;
    if (n || dark)
        now = private_of(c, layers, n);
    if (dark)
        blacken(now, before);
    if (before && now)
        take_over_owed(now, before);
    if (before)
        uncover(c, before, now);
    if (now)
        damage_and_not(&c->lossy, &now->covered);
    private_free(&c->own);
    c->own = now;
    c->view->keeper->changed(c->view->keeper);
}

/* ---- for the fan-out ---- */

static bool shares_with_another(const struct view_client *c)
{
    for (const struct view_client *other = c->view->clients; other; other = other->next) {
        if (other != c && encode_class_equal(&other->class, &c->class))
            return true;
    }
    return false;
}

/* Without the covered tiles its bytes would be others than its class's: only alone. */
void view_private_trim(struct view_client *c)
{
    const struct view_private *own = own_of(c);
    if (own && !shares_with_another(c))
        damage_and_not(&c->pending, &own->covered);
}

bool view_private_in_the_way(const struct view_client *c, const struct scroll_move *moves,
                             int n_moves)
{
    const struct view_private *own = own_of(c);
    for (int i = 0; own && i < n_moves; i++) {
        const struct scroll_move *move = &moves[i];
        struct rect from = move->to;
        from.x -= move->dx;
        from.y -= move->dy;
        if (damage_touches(&own->covered, move->to) || damage_touches(&own->covered, from))
            return true;
    }
    return false;
}

void view_private_owe(struct view_client *c, struct rect r)
{
    struct view_private *own = own_of(c);
    if (!own)
        return;
    struct damage again;
    damage_init(&again);
    damage_resize(&again, own->covered.w, own->covered.h);
    damage_add_rect(&again, r);
    damage_and(&again, &own->covered);
    damage_or(&own->owed, &again);
    damage_fini(&again);
}

void view_private_note(struct view_client *c, const struct damage *drawn)
{
    struct view_private *own = own_of(c);
    if (!own)
        return;
    struct damage again;
    damage_init(&again);
    damage_resize(&again, drawn->w, drawn->h);
    damage_copy(&again, drawn);
    damage_and(&again, &own->covered);
    damage_or(&own->owed, &again);
    damage_fini(&again);
    damage_and_not(&c->lossy, &own->covered);
}

/* ---- what is sent ---- */

/* own->owed within area. */
static void find_wanted(const struct view_private *own, struct rect area, struct damage *d)
{
    damage_init(d);
    damage_resize(d, own->owed.w, own->owed.h);
    damage_add_rect(d, area);
    damage_and(d, &own->owed);
}

bool view_private_owes(const struct view_client *c, struct rect area)
{
    const struct view_private *own = own_of(c);
    if (!own || !damage_any(&own->owed))
        return false;
    struct damage wanted;
    find_wanted(own, area, &wanted);
    bool any = damage_any(&wanted);
    damage_fini(&wanted);
    return any;
}

static bool row_has_run(const struct damage *d, int row, int col, int n)
{
    for (int i = col; i < col + n; i++) {
        if (row >= d->rows || !damage_tile(d, i, row))
            return false;
    }
    return true;
}

/* Takes the first run out of d together with the rows below that have all of it. */
static bool take_rect(struct damage *d, struct rect *r_r)
{
    int col = 0, row = 0, n = damage_next_run(d, &col, &row), rows = 1;
    if (!n)
        return false;
    while (row_has_run(d, row + rows, col, n))
        rows++;
    *r_r = (struct rect){col * TILE, row * TILE, n * TILE, rows * TILE};
    damage_remove_rect(d, *r_r);
    return true;
}

void view_private_encode(struct view_client *c, struct rect area,
                         struct encode_scratch *scratch, struct encoded *out)
{
    struct view_private *own = own_of(c);
    struct damage wanted;
    struct rect r;
    if (!own)
        return;
    const struct encode_class class = encode_class_lossless(&c->class);
    find_wanted(own, area, &wanted);
    damage_and_not(&own->owed, &wanted);
    while (take_rect(&wanted, &r))
        encode_rect(scratch, &class, &own->picture,
                    rect_intersect(r, surface_rect(&own->picture)), out);
    damage_fini(&wanted);
}
