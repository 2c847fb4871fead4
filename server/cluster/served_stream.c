/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/served_stream.h"
#include "base/alloc.h"
#include "server/cluster/served_seats.h"

#include <stdlib.h>
#include <string.h>

#define UNSENT_MOST (256u << 10) /* bytes queued on the link, from which on streams wait */
#define LOOK_AGAIN_US 10000      /* until some of them may have gone */
#define AREA_MOST (8 << 20)      /* px in one update, so that it fits into a message */

static struct served *served_of(const struct served_stream *s)
{
    return s->sv->sm->served;
}

/* ---- waiting for the link ---- */

static void stop_waiting(struct served_stream *s)
{
    if (!s->waits_link)
        return;
    *s->waits_link = s->waits_next;
    if (s->waits_next)
        s->waits_next->waits_link = s->waits_link;
    s->waits_link = NULL;
}

static int on_look(sd_event_source *source, uint64_t usec, void *self)
{
    struct served *served = self;
    (void)usec;
    if (link_unsent(served->link) >= UNSENT_MOST) {
        sd_event_source_set_time_relative(source, LOOK_AGAIN_US);
        sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
        return 0;
    }
    while (served->waiting) {
        struct served_stream *s = served->waiting;
        stop_waiting(s);
        view_client_wake(&s->client);
    }
    return 0;
}

static void wait_for_link(struct served_stream *s)
{
    struct served *served = served_of(s);
    if (s->waits_link)
        return;
    s->waits_next = served->waiting;
    if (s->waits_next)
        s->waits_next->waits_link = &s->waits_next;
    s->waits_link = &served->waiting;
    served->waiting = s;
    if (!served->look)
        sd_event_add_time(served->cluster->loop, &served->look, CLOCK_MONOTONIC, 0, 1000,
                          on_look, served);
    sd_event_source_set_time_relative(served->look, LOOK_AGAIN_US);
    sd_event_source_set_enabled(served->look, SD_EVENT_ONESHOT);
}

/* ---- when ---- */

/* The machine's own pixels, without what is told to people there, a node shows to whom it lets
 * choose a machine, and to its operator. */
static bool may_look(const struct served_view *sv)
{
    return sv->key.bare || served_may_look(sv->sm);
}

/* Once the size was told, what is shown is what they see there, be it complete or not. */
static bool has_picture(const struct served_view *sv)
{
    const struct machine *m = sv->view->machine;
    if (!m || machine_elsewhere(m) || !may_look(sv))
        return false;
    return sv->layout || (m->active && m->picture_complete && !m->active->picture);
}

static bool flows(const struct flow *flow, uint64_t sent)
{
    return flow_may_send(flow, 0, 0, sent, false);
}

/* Blocks go behind all that is new, so that what they show is what was told before. */
static bool all_flow(const struct served_stream *s)
{
    if (s->id)
        return flows(&s->flow, s->sent);
    for (const struct served_stream *other = s->sv->streams; other; other = other->next) {
        if (other->id && !flows(&other->flow, other->sent))
            return false;
    }
    return flows(&s->sv->flow, s->sv->sent);
}

/* The first row of tiles that is owed from there on, or of all: px. */
static int owed_from(const struct damage *d, int from_px)
{
    for (int y = from_px / TILE * TILE; y < d->h; y += TILE) {
        if (damage_touches(d, (struct rect){0, y, d->w, TILE}))
            return y;
    }
    return d->top * TILE;
}

/* Of a large picture a part at a time, each below the one before, so that what never rests does
 * not keep the rest from being sent. */
static struct rect area_of(const struct served_stream *s)
{
    const struct damage *pending = &s->client.pending;
    struct rect all = surface_rect(&s->client.view->frame), part = all;
    if ((int64_t)all.w * all.h <= AREA_MOST || !damage_any(pending))
        return all;
    part.y = owed_from(pending, s->below);
    part.h = AREA_MOST / all.w / TILE * TILE;
    return rect_intersect(part, all);
}

static bool ready(struct view_client *c, uint64_t now, struct rect *area_r)
{
    struct served_stream *s = (struct served_stream *)c;
    (void)now;
    *area_r = s->area = area_of(s);
    if (!has_picture(s->sv) || !all_flow(s))
        return false;
    if (link_unsent(served_of(s)->link) < UNSENT_MOST)
        return true;
    wait_for_link(s);
    return false;
}

static enum view_news has_news(struct view_client *c)
{
    const struct served_stream *s = (const struct served_stream *)c;
    return s->sv->resized ? VIEW_NEWS_FIRST : VIEW_NEWS_NONE;
}

static bool takes_moves(struct view_client *c)
{
    return ((const struct served_stream *)c)->moves;
}

/* ---- what ---- */

static void deliver(struct view_client *c, const struct fanout_update *update)
{
    struct served_stream *s = (struct served_stream *)c;
    if (!update) {
        served_send_size(s);
        return;
    }
    damage_clear(&c->lossy); /* who shows it asks for the rest */
    s->below = s->area.y + s->area.h;
    if (!update->hashes || !s->sv->layout)
        return;
    if (s->id)
        served_send_unit(s, update);
    else
        served_send_blocks(s, update);
}

static void layout(struct view_client *c)
{
    struct served_stream *s = (struct served_stream *)c;
    s->sv->resized = true;
    if (!s->id)
        served_stream_free(s); /* what it was asked for is over */
}

static const struct view_client_ops ops = {ready, has_news, takes_moves, deliver, layout};

/* ---- life ---- */

struct served_stream *served_stream_new(struct served_view *sv, uint32_t id,
                                        const struct encode_class *class)
{
    struct served_stream *s = ALLOC(struct served_stream);
    s->client.ops = &ops;
    s->client.class = *class;
    s->client.asks = !id;
    s->sv = sv;
    s->id = id;
    flow_init(&s->flow);
    flow_use_fences(&s->flow, true, 0);
    s->next = sv->streams;
    if (s->next)
        s->next->link = &s->next;
    s->link = &sv->streams;
    sv->streams = s;
    *(id ? &sv->n_streams : &sv->n_asked) += 1;
    return s;
}

void served_stream_free(struct served_stream *s)
{
    stop_waiting(s);
    view_client_leave(&s->client);
    view_known_free(&s->known);
    damage_fini(&s->asked);
    *(s->id ? &s->sv->n_streams : &s->sv->n_asked) -= 1;
    *s->link = s->next;
    if (s->next)
        s->next->link = s->link;
    free(s);
}

static bool is_waited_for(const struct served_view *sv, const struct encode_class *class)
{
    for (const struct served_stream *s = sv->streams; s; s = s->next) {
        const struct encode_class exact = encode_class_lossless(&s->client.class);
        if (s->id &&
            (encode_class_equal(&s->client.class, class) || encode_class_equal(&exact, class)))
            return true;
    }
    return false;
}

void served_stream_close(struct served_stream *s)
{
    struct served_view *sv = s->sv;
    served_stream_free(s);
    for (struct served_stream *other = sv->streams, *next; other; other = next) {
        next = other->next;
        if (!other->id && !is_waited_for(sv, &other->client.class))
            served_stream_free(other);
    }
}

struct served_stream *served_stream_find(const struct served_view *sv, uint32_t id)
{
    struct served_stream *s = sv->streams;
    while (s && (s->id != id || !id))
        s = s->next;
    return s;
}

struct served_stream *served_stream_of_blocks(struct served_view *sv,
                                              const struct encode_class *class)
{
    struct served_stream *s = sv->streams;
    while (s && !(!s->id && encode_class_equal(&s->client.class, class)))
        s = s->next;
    if (s || sv->n_asked == 2 * SERVED_STREAMS_MOST) /* each class, and its lossless one */
        return s;
    s = served_stream_new(sv, 0, class);
    view_client_join(&s->client, sv->view);
    damage_clear(&s->client.pending);
    damage_init(&s->asked);
    damage_resize(&s->asked, sv->view->frame.w, sv->view->frame.h);
    return s;
}

void served_stream_join(struct served_stream *s)
{
    view_client_join(&s->client, s->sv->view);
    s->client.known = s->known;
    s->known = NULL;
}

void served_stream_leave(struct served_stream *s)
{
    stop_waiting(s);
    if (!s->id)
        served_stream_free(s);
    else
        view_client_leave(&s->client);
}

void served_stream_ask(struct served_stream *s, uint32_t block)
{
    const struct surface *frame = &s->client.view->frame;
    int columns = (frame->w + BLOCK_W - 1) / BLOCK_W;
    struct rect r = {(int)block % columns * BLOCK_W, (int)block / columns * BLOCK_H, BLOCK_W,
                     BLOCK_H};
    damage_add_rect(&s->client.pending, r);
    damage_add_rect(&s->asked, r);
}

void served_view_wake(struct served_view *sv)
{
    for (struct served_stream *s = sv->streams; s; s = s->next) {
        if (s->client.view)
            view_client_wake(&s->client);
    }
}
