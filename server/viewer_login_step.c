/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A viewer inside a security type: what the method wants next, and how it ends. */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/secret.h"
#include "server/cluster/cluster.h"
#include "server/overlay/lobby_room.h"
#include "server/viewer_login.h"

#include <inttypes.h>
#include <string.h>

void login_start_method(struct viewer *v)
{
    struct login *l = v->login;
    const struct auth_method_ops *ops = auth_method_by_type(v->handshake.type);
    const char *why = "no such method";
    v->stage = VIEWER_METHOD;
    l->method = ops ? ops->start(&l->realm, &v->reply, &why) : NULL;
    if (l->method)
        return;
    handshake_verdict(&v->handshake, false, "the server cannot do this now", &v->reply);
    viewer_leave(v, why);
}

/* ---- the end ---- */

static void refuse(struct viewer *v, const char *reason)
{
    handshake_verdict(&v->handshake, false, reason, &v->reply);
    viewer_leave(v, reason ? reason : "the login failed");
}

static void enter_machine(struct viewer *v, struct machine *m)
{
    uint64_t now = 0;
    struct ticket_book *tickets = v->server->access->tickets;
    sd_event_now(v->server->loop, CLOCK_MONOTONIC, &now);
    const struct ticket *ticket = v->ticket ? ticket_by_id(tickets, v->ticket, now) : NULL;
    if (ticket && !ticket->session)
        ticket_used(tickets, v->ticket, v->seat.session->id);
    v->machine = m;
    v->audited_machine = alloc_text(m->name);
    m->n_viewers++;
    machine_add_watcher(m, &v->watcher);
}

/* Who is here may stay; who comes is told where to go instead. */
static bool is_drained(struct viewer *v, const struct machine *m)
{
    char text[CLUSTER_REFUSAL_SIZE];
    const char *why = cluster_refusal(v->server->cluster, m, text);
    if (!why)
        return false;
    v->server->refused++;
    handshake_verdict(&v->handshake, false, why, &v->reply);
    viewer_leave(v, "this host is being drained");
    return true;
}

void login_enter(struct viewer *v)
{
    const char *why = NULL;
    struct machine *m = login_choose_machine(v, &why);
    if (is_drained(v, m))
        return;
    if (!m && v->login->choice) {
        m = lobby_open(v);
        v->role = viewer_role_at(v, m);
    }
    if (m && !viewer_session_join(v, m, &why))
        m = NULL;
    if (!m) {
        refuse(v, why);
        return;
    }
    handshake_verdict(&v->handshake, true, NULL, &v->reply);
    enter_machine(v, m);
    v->stage = VIEWER_INIT;
    v->server->n_pending--;
    v->server->logged_in++;
    log_info("viewer %" PRIu64 " (%s): logged in as %s by %s, %s at %s", v->id, v->address,
             log_quote(viewer_user_text(v)), v->security, role_name(v->role), m->name);
    viewer_audit(v, AUDIT_LOGIN, NULL);
}

/* A VNC password that is a ticket's: the ticket says who it is. False: it is gone. */
static bool take_ticket(struct viewer *v, uint64_t id)
{
    uint64_t now = 0;
    sd_event_now(v->server->loop, CLOCK_MONOTONIC, &now);
    const struct ticket *t = ticket_by_id(v->server->access->tickets, id, now);
    if (!t)
        return false;
    memcpy(v->user, t->user, sizeof(v->user));
    v->ticket = id;
    v->role_most = t->role;
    login_bind(v, t);
    return true;
}

static void accept_login(struct viewer *v)
{
    const struct auth_verdict *verdict = &v->login->verdict;
    memcpy(v->user, verdict->user, sizeof(v->user));
    v->role_most = verdict->watch_only ? ROLE_WATCH : ROLE_ADMIN;
    if (!verdict->ticket)
        login_bind(v, NULL);
    if (verdict->ticket && !take_ticket(v, verdict->ticket))
        refuse(v, NULL);
    else if (!*v->user && !verdict->machine_known && v->uid != VIEWER_NO_UID)
        login_find_name(v);
    else
        login_enter(v);
}

void login_conclude(struct viewer *v)
{
    struct login *l = v->login;
    l->wait = LOGIN_READS;
    login_end_attempt(v, l->step == AUTH_ACCEPT ? GUARD_PASSED : GUARD_FAILED);
    if (l->step == AUTH_ACCEPT)
        accept_login(v);
    else
        refuse(v, l->locked ? CHECK_LOCKED_TEXT : l->verdict.reason);
}

/* ---- steps ---- */

/* The number that a password handed back holds now only: machines come and go. */
static void note_machine(struct login *l)
{
    const struct machine *m = l->viewer->server->machines.first;
    if (l->step != AUTH_ACCEPT || !l->verdict.machine_known || l->verdict.ticket)
        return;
    for (unsigned i = l->verdict.machine; m && i; i--)
        m = m->next;
    l->matched = m ? alloc_text(m->name) : NULL;
}

static void take_step(struct viewer *v)
{
    struct login *l = v->login;
    v->security = offer_name_of(v->handshake.type, l->method->subtype);
    switch (l->step) {
    case AUTH_MORE:
        break;
    case AUTH_WAIT:
        login_check(v);
        break;
    case AUTH_WRAP:
        l->wait = LOGIN_EMPTIES;
        break;
    case AUTH_BAD:
        viewer_leave(v, l->verdict.reason);
        break;
    case AUTH_ACCEPT:
    case AUTH_REJECT:
        note_machine(l);
        login_hold(v);
        break;
    }
}

/* ---- in the pool ---- */

static void run_feed(struct pool_job *job, void *scratch)
{
    struct login *l = login_of_job(job);
    struct reader in = reader_over(l->job_in.data, l->job_in.len);
    (void)scratch;
    l->step = l->method->ops->feed(l->method, &in, &l->job_out, &l->verdict);
    l->job_used = l->job_in.len - reader_left(&in);
}

static void on_fed(struct pool_job *job)
{
    struct viewer *v = login_job_over(job);
    if (!v)
        return;
    struct login *l = v->login;
    l->wait = LOGIN_READS;
    bytes_consume(&v->in, l->job_used);
    bytes_put(&v->reply, l->job_out.data, l->job_out.len);
    bytes_clear(&l->job_out);
    take_step(v);
    if (l->step == AUTH_MORE)
        viewer_flush(v);
    else
        viewer_go_on(v);
}

/* The job has copies: nothing of the viewer's is touched by it. */
static void compute(struct viewer *v, const struct reader *in)
{
    struct login *l = v->login;
    bytes_clear(&l->job_in);
    bytes_put(&l->job_in, in->at, reader_left(in));
    l->wait = LOGIN_COMPUTES;
    login_submit(v, run_feed, on_fed);
}

void login_feed_method(struct viewer *v, struct reader *in)
{
    struct login *l = v->login;
    if (l->method->ops->heavy) {
        compute(v, in);
        return;
    }
    l->step = l->method->ops->feed(l->method, in, &v->reply, &l->verdict);
    take_step(v);
}
