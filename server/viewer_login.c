/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A viewer until ServerInit. */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/secret.h"
#include "rfb/server_msg.h"
#include "server/network.h"
#include "server/proxy_header.h"
#include "server/view.h"
#include "server/viewer_login.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PICTURE_US_MOST 2000000 /* how long a login waits for the machine's first picture */
#define INPUT_MOST 16384        /* bytes that wait for something slow; the rest stays outside */

/* ---- the login as a thing ---- */

static struct login *login_new(struct viewer *v)
{
    struct login *l = ALLOC(struct login);
    l->viewer = v;
    l->source = guard_source_of(&v->peer, v->uid);
    l->realm = (struct auth_realm){.vnc_passwords = login_passwords, .self = l};
    bytes_init(&l->job_in, SIZE_MAX);
    bytes_init(&l->job_out, SIZE_MAX);
    return l;
}

static void wipe_bytes(struct bytes *b)
{
    if (b->data)
        secret_wipe(b->data, b->cap);
    bytes_fini(b);
}

static void login_free(struct login *l)
{
    if (l->method)
        l->method->ops->free(l->method);
    stream_close(&l->shaking);
    wipe_bytes(&l->job_in);
    wipe_bytes(&l->job_out);
    free(l->matched);
    secret_wipe(l, sizeof(*l));
    free(l);
}

void login_abandon(struct viewer *v)
{
    struct login *l = v->login;
    if (!l)
        return;
    login_end_attempt(v, GUARD_DROPPED);
    check_cancel(&l->check);
    verifier_cancel(&l->naming);
    l->hold = sd_event_source_disable_unref(l->hold);
}

/* What was read, and is done with, may have had a password in it. */
static void wipe_rest(struct bytes *b)
{
    if (b->cap > b->len)
        secret_wipe(b->data + b->len, b->cap - b->len);
}

void login_drop(struct viewer *v)
{
    struct login *l = v->login;
    if (l)
        wipe_rest(&v->in);
    v->login = NULL;
    if (l && l->job_runs && !turns_forget(&v->server->access->turns, &l->job))
        l->viewer = NULL;
    else if (l)
        login_free(l);
}

struct login *login_of_job(struct pool_job *job)
{
    return (struct login *)((char *)job - offsetof(struct login, job));
}

void login_submit(struct viewer *v, void (*run)(struct pool_job *job, void *scratch),
                  void (*done)(struct pool_job *job))
{
    struct login *l = v->login;
    l->job = (struct pool_job){.run = run, .done = done};
    l->job_runs = true;
    l->turns = &v->server->access->turns;
    if (!l->turns->pool)
        turns_init(l->turns, v->server->workers.pool, v->server->fanout.n_workers);
    turns_submit(l->turns, &l->job);
}

struct viewer *login_job_over(struct pool_job *job)
{
    struct login *l = login_of_job(job);
    struct viewer *v = l->viewer;
    l->job_runs = false;
    turns_over(l->turns);
    if (!v)
        login_free(l);
    return v && v->stage < VIEWER_LEAVING ? v : NULL;
}

/* ---- its socket ---- */

uint32_t viewer_login_events(const struct viewer *v)
{
    const struct login *l = v->login;
    bool reads = v->in.len < INPUT_MOST || l->wait == LOGIN_READS;
    if (l->job_runs)
        return 0;
    if (l->shaking)
        return stream_wants(l->shaking);
    return (reads ? EPOLLIN : 0) | (outq_empty(&v->out) ? 0 : EPOLLOUT) |
           stream_wants(v->stream);
}

bool viewer_login_takes_io(struct viewer *v, uint32_t events)
{
    if (!v->login->job_runs && !v->login->shaking)
        return false;
    if (!v->login->job_runs)
        login_shake(v);
    else if (events & (EPOLLHUP | EPOLLERR))
        viewer_close(v, "the client left");
    return true;
}

void viewer_login_flushed(struct viewer *v)
{
    if (v->login->wait == LOGIN_EMPTIES)
        login_wrap(v);
}

/* ---- the stages ---- */

static bool nobody_is_asked(const struct offer *offer)
{
    const uint8_t none = auth_method_by_name("none")->type;
    return offer->n_types == 1 && offer->types[0] == none;
}

static void start_handshake(struct viewer *v)
{
    struct login *l = v->login;
    if (l->apple)
        handshake_start_apple(&v->handshake, l->offer.types, l->offer.n_types, &v->reply);
    else
        handshake_start(&v->handshake, l->offer.types, l->offer.n_types, &v->reply);
}

static void greet(struct viewer *v)
{
    struct login *l = v->login;
    v->stage = VIEWER_HANDSHAKE;
    access_offer(v->server->access, v->local, &l->offer);
    l->realm.subtypes = l->offer.subtypes;
    l->realm.n_subtypes = l->offer.n_subtypes;
    l->realm.certificate_needed = v->server->config->tls_client_ca != NULL;
    l->realm.ra2_key = v->server->access->ra2_key;
    start_handshake(v);
    /* Where nobody is asked for a name, there is nothing to be found out. */
    if (!v->machine_name && !v->server->machines.first && nobody_is_asked(&l->offer))
        handshake_refuse(&v->handshake, "there is no machine here yet");
}

void viewer_login_start(struct viewer *v, const struct listener_config *options)
{
    v->login = login_new(v);
    v->login->apple = options && options->apple;
    v->role_most = ROLE_ADMIN; /* until a password says less */
    if (options && network_list_has(&options->proxy_from, &v->peer))
        v->stage = VIEWER_PROXY;
    else
        greet(v);
}

/* Who is behind the proxy takes the proxy's place; but its uid says nothing any more. */
static void feed_proxy(struct viewer *v, struct reader *in, bool *more_r)
{
    struct sockaddr_storage peer = {.ss_family = AF_UNSPEC};
    const char *why = "";
    int got = proxy_header_parse(in, &peer, &why);
    *more_r = got == 0;
    if (got < 0)
        viewer_close(v, why);
    if (got <= 0)
        return;
    v->uid = VIEWER_NO_UID;
    if (peer.ss_family != AF_UNSPEC)
        viewer_is_from(v, &peer);
    v->login->source = guard_source_of(&v->peer, v->uid);
    greet(v);
    viewer_check_pending(v);
}

static void wait_for_picture(struct viewer *v)
{
    if (viewer_refuses_exclusive(v)) {
        viewer_leave(v, "it wants the machine for itself, and others are there");
        return;
    }
    v->stage = VIEWER_PICTURE;
    v->watching = true;
    sd_event_source_set_time_relative(v->deadline, PICTURE_US_MOST);
    sd_event_source_set_enabled(v->deadline, SD_EVENT_ONESHOT);
    machine_watch(v->machine);
    if (v->machine->picture_complete || v->machine->state == MACHINE_WAITING)
        viewer_login_finish(v);
}

static void feed_handshake(struct viewer *v, struct reader *in, bool *more_r)
{
    switch (handshake_feed(&v->handshake, in, &v->reply)) {
    case HANDSHAKE_MORE:
        *more_r = true;
        break;
    case HANDSHAKE_METHOD:
        login_start_method(v);
        break;
    case HANDSHAKE_INIT:
        wait_for_picture(v);
        break;
    case HANDSHAKE_BAD:
        viewer_leave(v, v->handshake.why);
        break;
    }
}

void viewer_login_feed(struct viewer *v, struct reader *in)
{
    bool more = false;
    while (v->stage < VIEWER_PICTURE && v->login->wait == LOGIN_READS && !more) {
        if (v->stage == VIEWER_PROXY) {
            feed_proxy(v, in, &more);
        } else if (v->stage == VIEWER_METHOD) {
            login_feed_method(v, in);
            more = v->stage == VIEWER_METHOD && v->login->step == AUTH_MORE;
        } else {
            feed_handshake(v, in, &more);
        }
    }
}

void viewer_login_finish(struct viewer *v)
{
    struct view_key key = {.head = v->head};
    char name[300];
    sd_event_source_set_enabled(v->deadline, SD_EVENT_OFF);
    login_abandon(v);
    login_drop(v);
    viewer_start_limits(v);
    v->stage = VIEWER_RUNNING;
    viewer_choose_class(v);
    struct view *view = view_get(v->machine, &key);
    view->keeper->lay_out(view->keeper);
    view_client_join(&v->client, view);
    v->width = view->frame.w;
    v->height = view->frame.h;
    view_unref(&view);
    snprintf(name, sizeof(name), "%s", v->machine->name);
    server_msg_init(&v->reply, (unsigned)v->width, (unsigned)v->height, &v->format, name);
    log_info("viewer %" PRIu64 " (%s): looks at %s", v->id, v->address, v->machine->name);
    machine_tell_newcomer(v->machine);
    viewer_flush(v);
}
