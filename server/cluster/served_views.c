/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/served_views.h"
#include "base/alloc.h"
#include "server/cluster/served_stream.h"

#include <stdlib.h>
#include <string.h>

/* ---- by number ---- */

static struct served_view **bucket(struct served *served, uint32_t id)
{
    enum { BUCKETS = sizeof(served->views) / sizeof(served->views[0]) };
    return &served->views[id % BUCKETS];
}

static struct served_view *find(struct served *served, uint32_t id)
{
    struct served_view *sv = *bucket(served, id);
    while (sv && sv->id != id)
        sv = sv->same;
    return sv;
}

/* ---- whether there is anything to show ---- */

/* Nothing goes through two nodes. */
static bool is_here(const struct served_view *sv)
{
    const struct machine *m = sv->sm->machine;
    return m && !machine_elsewhere(m) && !m->shown_from_elsewhere;
}

static void show(struct served_view *sv)
{
    if (sv->view || !is_here(sv))
        return;
    sv->view = view_get(sv->sm->machine, &sv->key);
    sv->view->keeper->lay_out(sv->view->keeper);
    sv->resized = true;
    for (struct served_stream *s = sv->streams; s; s = s->next)
        served_stream_join(s);
}

static void hide(struct served_view *sv)
{
    for (struct served_stream *s = sv->streams, *next; s; s = next) {
        next = s->next;
        served_stream_leave(s);
    }
    view_unref(&sv->view);
}

static void on_news(struct machine_watcher *w, enum machine_news news)
{
    struct served_view *sv =
        (struct served_view *)((char *)w - offsetof(struct served_view, watcher));
    if (news != MACHINE_NEWS_STATE && news != MACHINE_NEWS_PICTURE)
        return;
    if (is_here(sv))
        show(sv);
    else
        hide(sv);
    served_view_wake(sv);
}

static void on_gone(struct machine_watcher *w)
{
    struct served_view *sv =
        (struct served_view *)((char *)w - offsetof(struct served_view, watcher));
    sv->watching = false;
    hide(sv);
}

static void begin(struct served_view *sv)
{
    if (!sv->sm->machine || sv->watching)
        return;
    sv->watching = true;
    sv->watcher = (struct machine_watcher){.news = on_news, .gone = on_gone};
    machine_add_watcher(sv->sm->machine, &sv->watcher);
    show(sv);
}

static void end(struct served_view *sv)
{
    if (sv->watching)
        machine_remove_watcher(&sv->watcher);
    sv->watching = false;
    hide(sv);
}

void served_views_begin(struct served_machine *sm)
{
    for (struct served_view *sv = sm->views; sv; sv = sv->next)
        begin(sv);
}

void served_views_end(struct served_machine *sm)
{
    for (struct served_view *sv = sm->views; sv; sv = sv->next)
        end(sv);
}

void served_views_wake(struct served_machine *sm)
{
    for (struct served_view *sv = sm->views; sv; sv = sv->next)
        served_view_wake(sv);
}

static void free_view(struct served_view *sv)
{
    end(sv);
    while (sv->streams)
        served_stream_free(sv->streams);
    *sv->link = sv->next;
    if (sv->next)
        sv->next->link = sv->link;
    *sv->same_link = sv->same;
    if (sv->same)
        sv->same->same_link = sv->same_link;
    sv->sm->served->n_views--;
    free(sv);
}

void served_views_free(struct served_machine *sm)
{
    while (sm->views)
        free_view(sm->views);
}

/* ---- what is asked ---- */

static const char *take_open(struct served *served, const struct view_msg *msg)
{
    struct served_machine *sm = served_machine_find(served, msg->open.machine);
    struct served_view **same = bucket(served, msg->view);
    if (!sm)
        return "a machine's number that was not opened";
    if (find(served, msg->view))
        return "a view's number that is taken";
    if (served->n_views == SERVED_VIEWS_MOST)
        return "too many views";
    struct served_view *sv = ALLOC(struct served_view);
    sv->sm = sm;
    sv->id = msg->view;
    sv->key = msg->open.key;
    flow_init(&sv->flow);
    flow_use_fences(&sv->flow, true, 0);
    sv->next = sm->views;
    if (sv->next)
        sv->next->link = &sv->next;
    sv->link = &sm->views;
    sm->views = sv;
    sv->same = *same;
    if (sv->same)
        sv->same->same_link = &sv->same;
    sv->same_link = same;
    *same = sv;
    served->n_views++;
    begin(sv);
    return NULL;
}

static const char *take_close(struct served_view *sv, const struct view_msg *msg)
{
    (void)msg;
    free_view(sv);
    return NULL;
}

static const char *take_stream(struct served_view *sv, const struct view_msg *msg)
{
    struct served_stream *s = served_stream_find(sv, msg->stream.stream);
    if (!msg->stream.begins) {
        if (s)
            s->moves = msg->stream.moves;
        return s ? NULL : "a stream that is not open";
    }
    if (s)
        return "a stream's number that is taken";
    if (sv->n_streams == SERVED_STREAMS_MOST)
        return "too many streams of a view";
    s = served_stream_new(sv, msg->stream.stream, &msg->stream.class);
    s->moves = msg->stream.moves;
    s->known = view_msg_known(msg);
    if (sv->view)
        served_stream_join(s);
    return NULL;
}

static const char *take_stream_close(struct served_view *sv, const struct view_msg *msg)
{
    struct served_stream *s = served_stream_find(sv, msg->stream.stream);
    if (s)
        served_stream_close(s);
    return NULL;
}

static const char *take_wanted(struct served_view *sv, const struct view_msg *msg)
{
    const struct view_msg_rows *rows = &msg->wanted.rows;
    if (!sv->view || sv->resized || msg->wanted.layout != sv->layout)
        return NULL; /* of a size that is over */
    size_t n = view_known_count(sv->view->frame.w, sv->view->frame.h);
    for (size_t i = 0; i < rows->n; i++) {
        if (view_msg_block(rows, i) >= n)
            return "a block that is not there";
    }
    struct served_stream *s = served_stream_of_blocks(sv, &msg->wanted.class);
    if (!s)
        return "too many streams of a view";
    for (size_t i = 0; i < rows->n; i++)
        served_stream_ask(s, view_msg_block(rows, i));
    view_client_wake(&s->client);
    return NULL;
}

static const char *take_ack(struct served_view *sv, const struct view_msg *msg)
{
    const struct served_stream *s = served_stream_find(sv, msg->ack.stream);
    struct flow *flow = !msg->ack.stream ? &sv->flow : s ? (struct flow *)&s->flow : NULL;
    uint64_t now = 0;
    sd_event_now(sv->sm->served->cluster->loop, CLOCK_MONOTONIC, &now);
    if (flow)
        flow_acked(flow, now, msg->ack.mark - 1);
    served_view_wake(sv);
    return NULL;
}

const char *served_view_message(struct served *served, enum link_type type,
                                struct reader *payload)
{
    static const char *(*const rows[LINK_TYPES])(struct served_view *,
                                                 const struct view_msg *) = {
        [LINK_VIEW_CLOSE] = take_close,
        [LINK_STREAM_OPEN] = take_stream,
        [LINK_STREAM_CLOSE] = take_stream_close,
        [LINK_BLOCKS_WANTED] = take_wanted,
        [LINK_ACK] = take_ack,
    };
    struct view_msg msg;
    const char *why = view_msg_read(payload, type, &msg);
    if (why)
        return why;
    if (type == LINK_VIEW_OPEN)
        return take_open(served, &msg);
    struct served_view *sv = find(served, msg.view);
    return sv ? rows[type](sv, &msg) : "a view that is not open";
}
