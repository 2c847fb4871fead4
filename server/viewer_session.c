/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A viewer's seat in its user's session. */
#include <config.h>
#include "rfb/encodings.h"
#include "server/access/access.h"
#include "server/overlay/machine_notices.h"
#include "server/overlay/overlay.h"
#include "server/session/home.h"
#include "server/viewer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

static struct viewer *viewer_of(struct seat *seat)
{
    return (struct viewer *)((char *)seat - offsetof(struct viewer, seat));
}

static void on_lift(struct seat *seat)
{
    viewer_lift(viewer_of(seat));
}

/* Where the machine is at another node, that one decides the session's number. */
static void take_number(struct viewer *v, uint64_t session)
{
    uint64_t before = v->typist.hands.owner;
    v->typist.hands.owner = session;
    if (v->ticket && before && before != session)
        ticket_session_renumbered(v->server->access->tickets, v->ticket, session);
}

static void on_changed(struct seat *seat)
{
    struct viewer *v = viewer_of(seat);
    if (seat->session)
        take_number(v, seat->session->id);
    if (v->stage == VIEWER_RUNNING)
        viewer_add_news(v, NEWS_NAME);
    overlay_refresh(v);
}

static void on_leave(struct seat *seat, const char *why)
{
    viewer_close(viewer_of(seat), why);
}

/* Behind a proxy the peer's address is another one than the socket's: the socket is asked. */
static bool is_tcp(const struct viewer *v)
{
    struct sockaddr_storage own;
    socklen_t len = sizeof(own);
    return getsockname(v->io.fd, (struct sockaddr *)&own, &len) == 0 &&
           own.ss_family != AF_UNIX;
}

/* What the client's fences tell, else what the kernel knows of the connection. */
static int64_t rtt_us_of(const struct viewer *v)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof(info);
    if (v->flow.rtt_us)
        return (int64_t)v->flow.rtt_us;
    if (!is_tcp(v) || getsockopt(v->io.fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
        return -1;
    return info.tcpi_rtt;
}

static void on_describe(struct seat *seat, struct seat_description *description_r)
{
    const struct viewer *v = viewer_of(seat);
    *description_r = (struct seat_description){
        .id = v->id,
        .address = v->address,
        .transport = is_tcp(v) ? "tcp" : "unix",
        .security = v->security,
        .encoding = encoding_name(v->client.class.encoding),
        .rtt_us = rtt_us_of(v),
        .bytes_out = v->out.sent,
        .updates_out = v->updates_out,
        .by_ticket = v->ticket,
        .groups = v->groups,
        .groups_n = v->groups_n,
    };
}

static void on_refused(struct seat *seat, const char *why)
{
    viewer_notice(viewer_of(seat), NOTICE_CONTROL, why, 0, NOTICE_US);
}

static const struct seat_ops seat_ops = {.lift = on_lift,
                                         .changed = on_changed,
                                         .leave = on_leave,
                                         .refused = on_refused,
                                         .describe = on_describe};

/* ---- what it does to the machine ---- */

static int wish(struct viewer *v, struct console_wish wish)
{
    return seat_wish(&v->seat, wish) ? -EOPNOTSUPP : 0;
}

int viewer_resize(struct viewer *v, unsigned head, int w, int h)
{
    int err = machine_resize(v->machine, head, w, h);
    return err == -EREMOTE
               ? wish(v,
                      (struct console_wish){.kind = WISH_RESIZE, .head = head, .w = w, .h = h})
               : err;
}

int viewer_power(struct viewer *v, enum power_action action)
{
    int err = machine_power(v->machine, action);
    return err == -EREMOTE ? wish(v, (struct console_wish){.kind = WISH_POWER, .power = action})
                           : err;
}

/* ---- its seat ---- */

bool viewer_session_join(struct viewer *v, const struct machine *m, const char **why_r)
{
    if (m->lobby)
        return true; /* where nobody drives */
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    v->seat.ops = &seat_ops;
    if (!session_join(&v->server->sessions, &v->seat, &key, v->user, v->role, why_r))
        return false;
    v->typist.hands.owner = v->seat.session->id;
    return true;
}

bool viewer_refuses_exclusive(const struct viewer *v)
{
    return !v->handshake.shared && v->machine->config.exclusive_refuse &&
           v->machine->n_viewers > 1;
}

void viewer_desktop_name(const struct viewer *v, char *text_r, size_t size)
{
    const struct session *s = v->seat.session;
    const struct session *driver = s ? console_driver(s->console) : NULL;
    snprintf(text_r, size, driver ? "%s \xe2\x80\x94 %s drives" : "%s", v->machine->name,
             driver ? session_user(driver) : "");
}
