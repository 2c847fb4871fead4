/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/overlay/session_notices.h"
#include "server/overlay/machine_notices.h"
#include "server/overlay/overlay.h"
#include "server/overlay/paint.h"
#include "server/viewer.h"

#include <stdio.h>
#include <string.h>

#define MESSAGE_US UINT64_C(20000000)

/* ---- whom it concerns ---- */

static struct machine *machine_of(struct server *s, const struct console *c)
{
    for (struct machine *m = s->machines.first; m; m = m->next) {
        bool same = c->has_uuid ? m->has_uuid && memcmp(m->uuid, c->uuid, sizeof(m->uuid)) == 0
                                : strcmp(m->name, c->machine) == 0;
        if (same)
            return m;
    }
    return NULL;
}

static void tell_session(struct server *s, const struct session *whom, enum notice_about about,
                         const char *text, uint64_t for_us)
{
    for (struct viewer *v = s->viewers; v && whom; v = v->next) {
        if (v->seat.session == whom)
            viewer_notice(v, about, text, 0, for_us);
    }
}

/* How many besides this one are there now. */
static unsigned others_there(const struct session_event *e, const struct session *but)
{
    unsigned n = 0;
    for (const struct session *s = e->console->all->first; s; s = s->next)
        n += s->console == e->console && s != but && session_is_here(s);
    return n;
}

/*
 * In the picture that all see: one drawing, however many they are. Where the picture comes from
 * another node, that one has drawn it.
 */
static void tell_all(struct server *s, const struct session_event *e, enum notice_about about,
                     const char *text, uint64_t for_us)
{
    struct machine *m = console_is_home(e->console) ? machine_of(s, e->console) : NULL;
    if (m)
        machine_notice(m, about, text, 0, for_us);
}

/* ---- what is said ---- */

typedef char line[NOTICE_BYTES_MOST];

/* Those without a name come and go unannounced: there is nobody to know. */
static void tell_coming(struct server *s, const struct session_event *e)
{
    line text;
    if (!e->session || !*e->session->user || !others_there(e, e->session))
        return;
    snprintf(text, sizeof(text), "%.80s %s", session_user(e->session),
             e->kind == SESSION_ATTACHED ? "is here now" : "has left");
    tell_all(s, e, NOTICE_PEOPLE, text, NOTICE_US);
}

/* That somebody without a name takes what nobody held concerns nobody. */
static void tell_driver(struct server *s, const struct session_event *e)
{
    line text;
    bool known = e->session && *e->session->user;
    if ((!known && !e->other) || !others_there(e, e->session))
        return;
    if (e->session)
        snprintf(text, sizeof(text), "%.80s drives now", session_user(e->session));
    else
        snprintf(text, sizeof(text), "nobody drives: the next key takes control");
    tell_all(s, e, NOTICE_CONTROL, text, NOTICE_US);
    if (e->other)
        tell_session(s, e->session, NOTICE_CONTROL, "you drive now", NOTICE_US);
}

static void tell_asked(struct server *s, const struct session_event *e)
{
    line text;
    if (!e->session || !e->other)
        return;
    snprintf(text, sizeof(text), "%.80s asks for control%s", session_user(e->session),
             ": give or refuse it in the menu; without an answer it goes over");
    tell_session(s, e->other, NOTICE_CONTROL, text, 2 * NOTICE_US);
}

static void tell_denied(struct server *s, const struct session_event *e)
{
    line text;
    snprintf(text, sizeof(text), "%.80s keeps control",
             e->other ? session_user(e->other) : "the driver");
    tell_session(s, e->session, NOTICE_CONTROL, text, NOTICE_US);
}

static void tell_role(struct server *s, const struct session_event *e)
{
    line text;
    if (!e->session)
        return;
    snprintf(text, sizeof(text), "your role here is \"%s\" now", role_name(e->session->role));
    tell_session(s, e->session, NOTICE_CONTROL, text, NOTICE_US);
}

static void tell_message(struct server *s, const struct session_event *e)
{
    tell_all(s, e, NOTICE_MESSAGE, e->text, MESSAGE_US);
}

static void on_event(struct session_observer *o, const struct session_event *e)
{
    static void (*const rows[SESSION_EVENT_KINDS])(struct server *,
                                                   const struct session_event *) = {
        [SESSION_ATTACHED] = tell_coming,       [SESSION_DETACHED] = tell_coming,
        [SESSION_DRIVER_CHANGED] = tell_driver, [SESSION_ASKED] = tell_asked,
        [SESSION_DENIED] = tell_denied,         [SESSION_ROLE_CHANGED] = tell_role,
        [SESSION_MESSAGE] = tell_message,
    };
    struct session_notices *n = (struct session_notices *)o;
    if (rows[e->kind])
        rows[e->kind](n->server, e);
}

/* What this node alone knows of a machine that others show. */
static void on_notice(void *self, struct machine *m, int about, const char *text,
                      uint64_t since_us, uint64_t for_us)
{
    struct server *s = self;
    for (struct viewer *v = s->viewers; v; v = v->next)
        if (v->machine == m)
            viewer_notice(v, (enum notice_about)about, text, since_us, for_us);
}

void session_notices_start(struct session_notices *n, struct server *server)
{
    *n = (struct session_notices){.observer.on_event = on_event, .server = server};
    server->machines.on_notice = on_notice;
    paint_warm_up();
    sessions_observe(&server->sessions, &n->observer);
}

void session_notices_stop(struct session_notices *n)
{
    if (n->server)
        paint_cool_down();
    if (n->observer.link)
        sessions_unobserve(&n->observer);
}
