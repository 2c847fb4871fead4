/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/relay.h"
#include "base/alloc.h"
#include "server/machine/machine.h"
#include "server/relay_private.h"
#include "server/serve.h"

#include <stdlib.h>

#define DRAIN_US_MOST 3000 /* how long clients wait for the loop to read what has come */
#define LINGER_US 5000000  /* for so long a class stays open without clients */

uint64_t relay_now_us(const struct relay *r)
{
    uint64_t t = 0;
    sd_event_now(r->shared->loop, CLOCK_MONOTONIC, &t);
    return t;
}

static void at_time(struct relay *r, uint64_t when_us)
{
    uint64_t set_us;
    if (sd_event_source_get_enabled(r->timer, NULL) > 0 &&
        sd_event_source_get_time(r->timer, &set_us) >= 0 && set_us <= when_us)
        return;
    sd_event_source_set_time(r->timer, when_us);
    sd_event_source_set_enabled(r->timer, SD_EVENT_ONESHOT);
}

static void wake(struct view_keeper *keeper)
{
    struct relay *r = (struct relay *)keeper;
    sd_event_source_set_enabled(r->soon, SD_EVENT_ONESHOT);
    at_time(r, relay_now_us(r) + DRAIN_US_MOST);
}

/* ---- classes ---- */

struct relay_class *relay_find_class(const struct relay *r, const struct encode_class *class)
{
    struct relay_class *k = r->classes;
    while (k && !encode_class_equal(&k->class, class))
        k = k->next;
    return k;
}

struct relay_class *relay_class_of(struct relay *r, const struct encode_class *class,
                                   const struct view_known *has)
{
    struct relay_class *k = relay_find_class(r, class);
    if (k)
        return k;
    k = relay_class_new(class, has);
    k->used_us = relay_now_us(r);
    k->next = r->classes;
    r->classes = k;
    return k;
}

static bool has_all_to_get(const struct view_client *c)
{
    return damage_count(&c->pending) == (size_t)c->pending.cols * (size_t)c->pending.rows;
}

/* Its clients were sent something of it, or nothing at all: then the stream brings it whole. */
static struct relay_class *class_for(struct relay *r, const struct view_client *c)
{
    struct relay_class *k = relay_find_class(r, &c->class);
    if (k || !has_all_to_get(c))
        return k ? k : relay_class_of(r, &c->class, r->known);
    struct view_known *nothing = view_known_new(r->known->w, r->known->h, NULL);
    k = relay_class_of(r, &c->class, nothing);
    view_known_free(&nothing);
    return k;
}

static void fit_stream(struct relay *r, struct relay_class *k, bool moves)
{
    if (!r->up)
        return;
    if (!k->stream) {
        k->stream = r->ops->open(r->self, &k->class, moves, k->has);
        r->shared->relay_streams += k->stream != 0;
        k->moves = moves;
    } else if (k->moves != moves) {
        k->moves = moves;
        r->ops->set_moves(r->self, k->stream, moves);
    }
}

static void close_stream(struct relay *r, struct relay_class *k)
{
    if (!k->stream)
        return;
    r->shared->relay_streams--;
    if (r->up)
        r->ops->close(r->self, k->stream);
    k->stream = 0;
}

static bool any_takes_moves(const struct relay *r, const struct relay_class *k)
{
    for (struct view_client *c = r->view->clients; c; c = c->next) {
        if (encode_class_equal(&c->class, &k->class) && c->ops->takes_moves(c))
            return true;
    }
    return false;
}

static void free_class(struct relay *r, struct relay_class **at)
{
    struct relay_class *k = *at;
    *at = k->next;
    close_stream(r, k);
    relay_class_free(&k);
}

/* Opens what clients need, closes what none has needed for a while. */
static void fit_classes(struct relay *r, uint64_t now)
{
    for (const struct view_client *c = r->view->clients; c; c = c->next) {
        struct relay_class *k = class_for(r, c);
        if (k->used_us != now || !k->stream)
            fit_stream(r, k, any_takes_moves(r, k));
        k->used_us = now;
    }
    for (struct relay_class **at = &r->classes; *at;) {
        if ((*at)->used_us + LINGER_US <= now) {
            free_class(r, at);
            continue;
        }
        if ((*at)->used_us != now)
            at_time(r, (*at)->used_us + LINGER_US);
        at = &(*at)->next;
    }
}

/* ---- serving ---- */

static void send_wanted(struct relay *r, struct relay_class *k)
{
    if (!k->wanting || !r->up || !r->layout)
        return;
    uint32_t *blocks = alloc_zero(k->has->n, sizeof(blocks[0]));
    size_t n = 0;
    for (size_t i = 0; i < k->has->n; i++) {
        if (k->asked[i] != 2)
            continue;
        k->asked[i] = 1;
        blocks[n++] = (uint32_t)i;
    }
    k->wanting = false;
    r->shared->relay_asked += n;
    if (n)
        r->ops->want(r->self, r->layout, &k->class, blocks, n);
    free(blocks);
}

/* Units are kept for clients that lack something. */
static bool is_lacked(const struct relay *r, const struct relay_class *k)
{
    for (const struct view_client *c = r->view->clients; c; c = c->next) {
        if (damage_any(&c->pending) && encode_class_equal(&c->class, &k->class))
            return true;
    }
    return false;
}

static void serve(struct relay *r, const struct encode_class *only)
{
    uint64_t now = relay_now_us(r);
    r->view->layout_changed = false; /* told by relay_told_size */
    damage_clear(&r->view->changed);
    rest_advance(&r->rest, r->view->frame.w, r->view->frame.h, now);
    uint64_t due = serve_each(r->view, only, now, relay_give, r);
    for (struct view_client *c = r->view->clients; c; c = c->next)
        c->in_step = false;
    for (struct relay_class *k = r->classes; k; k = k->next) {
        send_wanted(r, k);
        if (!only)
            relay_class_drop_arrived(k);
        if (!is_lacked(r, k))
            relay_class_drop_units(k);
    }
    shelf_trim(&r->shared->shelf);
    if (due)
        at_time(r, due);
    else if (serve_any_lossy(r->view))
        at_time(r, now + REST_US);
}

static void serve_all(struct relay *r)
{
    struct view *view = view_ref(r->view);
    sd_event_source_set_enabled(r->soon, SD_EVENT_OFF);
    sd_event_source_set_enabled(r->timer, SD_EVENT_OFF);
    fit_classes(r, relay_now_us(r));
    serve(r, NULL);
    view_unref(&view);
}

static int on_soon(sd_event_source *source, void *self)
{
    (void)source;
    serve_all(self);
    return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *self)
{
    (void)source;
    (void)usec;
    serve_all(self);
    return 0;
}

/* ---- what is told ---- */

static void forget_picture(struct relay *r, int w, int h)
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
    struct view *view = view_ref(r->view);
    for (struct relay_class *k = r->classes; k; k = k->next)
        for (size_t i = 0; i < k->has->n; i++)
            k->asked[i] = 0;
    r->layout = layout;
    bool news = view_layout_as(view, w, h, sources, n);
    if (r->known->w != w || r->known->h != h)
        forget_picture(r, w, h);
    if (news)
        view_tell_layout(view);
    wake(&r->keeper);
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
    fit_stream(r, k, any_takes_moves(r, k));
    const struct encode_class class = k->class;
    serve(r, &class);
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
    wake(&r->keeper);
    return NULL;
}

/* ---- its life ---- */

void relay_up(struct relay *r)
{
    relay_down(r);
    r->up = r->ops != NULL;
    wake(&r->keeper);
}

void relay_down(struct relay *r)
{
    r->up = false;
    r->layout = 0;
    for (struct relay_class *k = r->classes; k; k = k->next) {
        r->shared->relay_streams -= k->stream != 0;
        relay_class_down(k);
    }
}

void relay_detach(struct relay *r)
{
    relay_down(r);
    r->ops = NULL;
}

static void lay_out(struct view_keeper *keeper)
{
    struct relay *r = (struct relay *)keeper; /* that is done where it is composed */
    const struct surface *frame = &r->view->frame;
    if (r->known->w != frame->w || r->known->h != frame->h)
        forget_picture(r, frame->w, frame->h);
}

static void class_left(struct view_keeper *keeper, const struct encode_class *before,
                       struct view_client *c)
{
    struct relay *r = (struct relay *)keeper;
    const struct relay_class *k = relay_find_class(r, before);
    wake(keeper);
    if (!c || !k)
        return;
    /* What it has is what those of its class before have. */
    struct relay_class *now = relay_class_of(r, &c->class, k->has);
    view_known_differ(k->has->blocks, now->has->blocks, &c->pending);
}

static bool suits(const struct view_keeper *keeper)
{
    const struct relay *r = (const struct relay *)keeper;
    return r->ops && r->ops->suits(r->self);
}

static struct view_known *hand_over(struct view_keeper *keeper)
{
    struct relay *r = (struct relay *)keeper;
    for (struct view_client *c = r->view->clients; c; c = c->next) {
        const struct relay_class *k = relay_find_class(r, &c->class);
        c->follows = false;
        if (k)
            view_known_differ(k->has->blocks, r->known->blocks, &c->pending);
        else
            damage_set_all(&c->pending);
    }
    return view_known_new(r->known->w, r->known->h, r->known->blocks);
}

static void take_over(struct view_keeper *keeper, struct view_known *known)
{
    struct relay *r = (struct relay *)keeper;
    if (known->w == r->known->w && known->h == r->known->h) {
        view_known_free(&r->known);
        r->known = known;
        known = NULL;
    }
    view_known_free(&known);
    for (struct view_client *c = r->view->clients; c; c = c->next) {
        c->follows = false;
        relay_class_of(r, &c->class, r->known);
    }
    wake(keeper);
}

static void destroy(struct view_keeper *keeper)
{
    struct relay *r = (struct relay *)keeper;
    while (r->classes)
        free_class(r, &r->classes);
    if (r->ops)
        r->ops->gone(r->self);
    sd_event_source_disable_unref(r->soon);
    sd_event_source_disable_unref(r->timer);
    shelf_forget(&r->kept);
    rest_fini(&r->rest);
    view_known_free(&r->known);
    free(r);
}

struct relay *relay_new(struct fanout_shared *shared, struct view *view,
                        const struct relay_ops *ops, void *self)
{
    struct relay *r = ALLOC(struct relay);
    r->keeper = (struct view_keeper){
        .changed = wake,
        .lay_out = lay_out,
        .suits = suits,
        .free = destroy,
        .hand_over = hand_over,
        .take_over = take_over,
        .class_left = class_left,
    };
    r->shared = shared;
    r->view = view;
    r->ops = ops;
    r->self = self;
    r->kept.shelf = &shared->shelf;
    rest_init(&r->rest);
    view->encoded = true;
    r->known = view_known_new(view->frame.w, view->frame.h, NULL);
    sd_event_add_defer(shared->loop, &r->soon, on_soon, r);
    sd_event_source_set_priority(r->soon, SD_EVENT_PRIORITY_IDLE);
    sd_event_source_set_enabled(r->soon, SD_EVENT_OFF);
    sd_event_add_time(shared->loop, &r->timer, CLOCK_MONOTONIC, 0, 1, on_timer, r);
    sd_event_source_set_enabled(r->timer, SD_EVENT_OFF);
    return r;
}

struct view_keeper *relay_keeper(struct relay *r)
{
    return &r->keeper;
}

const struct view *relay_view(const struct relay *r)
{
    return r->view;
}
