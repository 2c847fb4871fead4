/* SPDX-License-Identifier: GPL-2.0-or-later */
/* events: what happens, as server-sent events (HTML, "Server-sent events"). */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/control/call.h"

#include <stdlib.h>
#include <string.h>

enum { STREAMS_MOST = 16 }; /* of the API's connections, most of which are to stay free */

/* Silence in which a client that is gone would not be noticed. */
#define BEAT_US (15 * UINT64_C(1000000))

/* One client that listens. */
struct event_stream {
    struct session_observer observer; /* first */
    struct event_stream *next;
    struct control *control;
    struct http_exchange *x;
    sd_event_source *beat;
};

static void free_stream(struct event_stream *s)
{
    struct event_stream **at = &s->control->event_streams;
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    sessions_unobserve(&s->observer);
    sd_event_source_disable_unref(s->beat);
    free(s);
}

static void on_gone(struct http_exchange *x)
{
    free_stream(x->self);
}

static json_t *user_to_json(const struct session *s)
{
    return s ? text_to_json(session_user(s)) : json_null();
}

static json_t *event_to_json(const struct session_event *e)
{
    static const char *const other_names[SESSION_EVENT_KINDS] = {
        [SESSION_DRIVER_CHANGED] = "before",
        [SESSION_ASKED] = "driver",
        [SESSION_DENIED] = "driver",
    };
    json_t *o =
        json_pack("{s:s, s:o, s:o}", "event", session_event_name(e->kind), "time",
                  time_to_json(e->time_us), "machine", text_to_json(e->console->machine));
    if (e->kind != SESSION_MESSAGE) {
        json_object_set_new(
            o, "session", e->session ? json_integer((json_int_t)e->session->id) : json_null());
        json_object_set_new(o, "user", user_to_json(e->session));
    }
    if (other_names[e->kind])
        json_object_set_new(o, other_names[e->kind], user_to_json(e->other));
    if (e->kind == SESSION_ROLE_CHANGED)
        json_object_set_new(o, "role", json_string(role_name(e->session->role)));
    if (e->text)
        json_object_set_new(o, "text", text_to_json(e->text));
    return o;
}

static void put_event(struct event_stream *s, const char *name, const json_t *o)
{
    char *data = json_dumps(o, JSON_COMPACT),
         *text = alloc_printf("event: %s\ndata: %s\n\n", name, data);
    http_stream_put(s->x, text, strlen(text));
    free(data);
    free(text);
}

void control_machine_event(struct control *c, const struct machine *m, enum machine_event event)
{
    json_t *o = json_pack("{s:s, s:o, s:o, s:s}", "event", machine_event_name(event), "time",
                          time_to_json(real_us()), "machine", text_to_json(m->name), "state",
                          machine_state_name(m->state));
    for (struct event_stream *s = c ? c->event_streams : NULL; s; s = s->next)
        put_event(s, machine_event_name(event), o);
    json_decref(o);
}

static void on_event(struct session_observer *observer, const struct session_event *e)
{
    struct event_stream *s = (struct event_stream *)observer;
    json_t *o = event_to_json(e);
    put_event(s, session_event_name(e->kind), o);
    json_decref(o);
}

static int on_beat(sd_event_source *source, uint64_t usec, void *self)
{
    struct event_stream *s = self;
    (void)usec;
    http_stream_put(s->x, ":\n\n", 3);
    sd_event_source_set_time_relative(source, BEAT_US);
    sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    return 0;
}

void cmd_events(struct call *call)
{
    struct control *c = call->control;
    unsigned n = 0;
    for (const struct event_stream *other = c->event_streams; other; other = other->next)
        n++;
    if (n >= STREAMS_MOST) {
        http_answer_error(call->x, 503, "%d listen to events already", STREAMS_MOST);
        return;
    }
    struct event_stream *s = ALLOC(struct event_stream);
    s->control = c;
    s->x = call->x;
    s->next = c->event_streams;
    c->event_streams = s;
    s->observer.on_event = on_event;
    if (c->context.sessions)
        sessions_observe(c->context.sessions, &s->observer);
    call->x->self = s;
    call->x->on_gone = on_gone;
    log_debug("control: events are listened to by uid %d", (int)call->x->peer.uid);
    http_stream_begin(call->x, "text/event-stream");
    sd_event_add_time_relative(c->context.loop, &s->beat, CLOCK_MONOTONIC, 0, 0, on_beat, s);
}

void event_streams_stop(struct control *c)
{
    while (c->event_streams) {
        struct http_exchange *x = c->event_streams->x;
        x->on_gone = NULL;
        free_stream(c->event_streams);
        http_stream_end(x);
    }
}
