/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/relay_pixels.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/pool.h"
#include "server/machine/machines.h"
#include "server/relay_rects.h"
#include "server/view_client.h"

#include <stdlib.h>

#define BYTES_MOST (1u << 20) /* beyond those of the pixels, which may come twice */

struct relay_pixels {
    struct view_client client; /* first */
    struct pool_job job;
    struct machine_watcher watcher;
    struct machine *machine; /* NULL: it is gone, or not needed any more */
    struct view_key key;
    struct relay_pixels_asker *askers, *later; /* later: for a newer one than has begun */
    int w, h;                                  /* px */
    struct blob **blobs;
    unsigned n_blobs;
    size_t bytes; /* in them */
    sd_event_source *deadline, *soon;
    struct surface picture;
    const char *why; /* that there is none */
    bool busy;       /* computed or answered, and freed then */
};

/* ---- who asks ---- */

static void link_asker(struct relay_pixels *p, struct relay_pixels_asker **list,
                       struct relay_pixels_asker *a)
{
    a->of = p;
    a->next = *list;
    if (a->next)
        a->next->link = &a->next;
    a->link = list;
    *list = a;
}

static void unlink_asker(struct relay_pixels_asker *a)
{
    *a->link = a->next;
    if (a->next)
        a->next->link = a->link;
    a->of = NULL;
}

static void answer(struct relay_pixels *p, struct relay_pixels_asker **list)
{
    while (*list) {
        struct relay_pixels_asker *a = *list;
        unlink_asker(a);
        a->done(a, p->why ? NULL : &p->picture, p->why);
    }
}

/* ---- its life ---- */

static void drop_blobs(struct relay_pixels *p)
{
    for (unsigned i = 0; i < p->n_blobs; i++)
        blob_unref(&p->blobs[i]);
    free(p->blobs);
    p->blobs = NULL;
    p->n_blobs = 0;
    p->bytes = 0;
}

/* Nothing more of it is asked for. */
static void stop_asking(struct relay_pixels *p)
{
    view_client_leave(&p->client);
    if (p->machine)
        machine_remove_watcher(&p->watcher);
    p->machine = NULL;
    p->deadline = sd_event_source_disable_unref(p->deadline);
    p->soon = sd_event_source_disable_unref(p->soon);
}

static void pixels_free(struct relay_pixels *p)
{
    stop_asking(p);
    drop_blobs(p);
    surface_fini(&p->picture);
    free(p);
}

/* ---- what came ---- */

static void compute(struct pool_job *job, void *scratch)
{
    struct relay_pixels *p =
        (struct relay_pixels *)((char *)job - offsetof(struct relay_pixels, job));
    int64_t area = (int64_t)p->w * p->h * RELAY_RECTS_TIMES_MOST;
    (void)scratch;
    if (surface_resize(&p->picture, p->w, p->h) < 0)
        p->why = "its picture is too large";
    for (unsigned i = 0; i < p->n_blobs && !p->why; i++)
        p->why = relay_rects_draw(&p->picture, p->blobs[i]->data, p->blobs[i]->len, &area);
}

static void on_computed(struct pool_job *job)
{
    struct relay_pixels *p =
        (struct relay_pixels *)((char *)job - offsetof(struct relay_pixels, job));
    if (p->why)
        log_warning("relay: a picture of another node cannot be read: %s", p->why);
    p->why = p->why ? "the picture that the other node sent cannot be read" : NULL;
    answer(p, &p->askers);
    pixels_free(p);
}

static struct relay_pixels *begin(struct machine *m, const struct view_key *key);

/* All of it is here. Who asked when it was on its way is owed another one. */
static void finish(struct relay_pixels *p)
{
    struct machine *m = p->machine;
    struct pool *pool = m->owner->pool;
    const struct view_key key = p->key;
    stop_asking(p); /* so that the view ends, and with it what is known of it */
    struct relay_pixels *next = p->later ? begin(m, &key) : NULL;
    while (p->later) {
        struct relay_pixels_asker *a = p->later;
        unlink_asker(a);
        link_asker(next, &next->askers, a);
    }
    p->busy = true;
    p->job = (struct pool_job){.run = compute, .done = on_computed};
    if (pool) {
        pool_submit(pool, &p->job);
        return;
    }
    compute(&p->job, NULL);
    on_computed(&p->job);
}

static int on_soon(sd_event_source *source, void *self)
{
    struct relay_pixels *p = self;
    (void)source;
    if (!p->why) {
        finish(p);
        return 0;
    }
    stop_asking(p);
    p->busy = true;
    answer(p, &p->askers);
    answer(p, &p->later);
    pixels_free(p);
    return 0;
}

/* From inside a view or a machine that is just telling something. */
static void end_soon(struct relay_pixels *p, const char *why)
{
    p->why = p->why ? p->why : why;
    sd_event_source_set_enabled(p->soon, SD_EVENT_ONESHOT);
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *self)
{
    (void)source;
    (void)usec;
    end_soon(self, "no picture came from the other node within 15 seconds");
    return 0;
}

/* ---- as a watcher of the machine ---- */

static struct relay_pixels *of_watcher(struct machine_watcher *w)
{
    return (struct relay_pixels *)((char *)w - offsetof(struct relay_pixels, watcher));
}

static void on_news(struct machine_watcher *w, enum machine_news news)
{
    struct relay_pixels *p = of_watcher(w);
    if (news == MACHINE_NEWS_STATE && p->machine->state == MACHINE_WAITING)
        end_soon(p, "the node where the machine was cannot be reached");
}

static void on_gone(struct machine_watcher *w)
{
    struct relay_pixels *p = of_watcher(w);
    p->machine = NULL;
    end_soon(p, "the machine was detached");
}

/* ---- as a client of the view ---- */

static bool ready(struct view_client *c, uint64_t now_us, struct rect *area_r)
{
    const struct relay_pixels *p = (const struct relay_pixels *)c;
    (void)now_us;
    *area_r = surface_rect(&c->view->frame);
    return sd_event_source_get_enabled(p->soon, NULL) <= 0;
}

static enum view_news has_news(struct view_client *c)
{
    (void)c;
    return VIEW_NEWS_NONE;
}

static bool takes_moves(struct view_client *c)
{
    (void)c;
    return false;
}

static size_t bytes_most(const struct relay_pixels *p)
{
    return (size_t)p->w * (size_t)p->h * 2 * sizeof(uint32_t) + BYTES_MOST;
}

static void deliver(struct view_client *c, const struct fanout_update *update)
{
    struct relay_pixels *p = (struct relay_pixels *)c;
    if (!update)
        return;
    p->blobs = alloc_resize(p->blobs, p->n_blobs + update->n_blobs, sizeof(struct blob *));
    for (unsigned i = 0; i < update->n_blobs; i++) {
        p->bytes += update->blobs[i]->len + sizeof(struct blob);
        p->blobs[p->n_blobs++] = blob_ref(update->blobs[i]);
    }
    if (p->bytes > bytes_most(p))
        end_soon(p, "the other node sent more than a picture");
    else if (!damage_any(&c->pending) && !c->group)
        end_soon(p, NULL);
}

/* What came is of another size. */
static void layout(struct view_client *c)
{
    struct relay_pixels *p = (struct relay_pixels *)c;
    drop_blobs(p);
    p->w = c->view->frame.w;
    p->h = c->view->frame.h;
}

static const struct view_client_ops ops = {ready, has_news, takes_moves, deliver, layout};

/* ---- asking ---- */

static struct relay_pixels *begin(struct machine *m, const struct view_key *key)
{
    struct relay_pixels *p = ALLOC(struct relay_pixels);
    sd_event *loop = m->owner->loop;
    struct view *view = view_get(m, key);
    p->client.ops = &ops;
    p->client.class = relay_rects_class();
    p->machine = m;
    p->key = *key;
    p->w = view->frame.w;
    p->h = view->frame.h;
    surface_init(&p->picture);
    sd_event_add_defer(loop, &p->soon, on_soon, p);
    sd_event_source_set_enabled(p->soon, SD_EVENT_OFF);
    sd_event_add_time_relative(loop, &p->deadline, CLOCK_MONOTONIC, RELAY_PIXELS_US_MOST, 0,
                               on_deadline, p);
    p->watcher = (struct machine_watcher){.news = on_news, .gone = on_gone};
    machine_add_watcher(m, &p->watcher);
    view_client_join(&p->client, view);
    view_unref(&view);
    return p;
}

/* One that is on its way. */
static struct relay_pixels *find(const struct machine *m, const struct view_key *key)
{
    const struct view *view = m->views;
    while (view && !view_key_equal(&view->key, key))
        view = view->next;
    struct view_client *c = view ? view->clients : NULL;
    while (c && c->ops != &ops)
        c = c->next;
    return (struct relay_pixels *)c;
}

void relay_pixels_ask(struct relay_pixels_asker *a, struct machine *m,
                      const struct view_key *key)
{
    struct relay_pixels *p = find(m, key);
    p = p ? p : begin(m, key);
    link_asker(p, p->n_blobs ? &p->later : &p->askers, a);
}

void relay_pixels_leave(struct relay_pixels_asker *a)
{
    struct relay_pixels *p = a->of;
    if (!p)
        return;
    unlink_asker(a);
    if (!p->askers && !p->later && !p->busy)
        pixels_free(p);
}
