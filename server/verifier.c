/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/verifier.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/verifier_private.h"
#include "server/verifier_spawn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void verifier_end_session(struct verifier *v, uint32_t session)
{
    struct verifier_message m = {.type = VERIFIER_END_SESSION, .id = session};
    struct verifier_request *r = v->requests;
    while (r && (r->id != session || r->state != REQUEST_SESSION))
        r = r->next;
    if (!r)
        return;
    verifier_link_send(&v->link, &m);
    verifier_request_free(r);
}

/* Calls back, unless cancelled; then what came is given back. */
static void deliver(struct verifier_request *r, const struct verifier_answer *answer)
{
    struct verifier *v = r->verifier;
    verifier_done *done = r->done;
    r->done = NULL;
    verifier_request_set(r, answer->session ? REQUEST_SESSION : REQUEST_ANSWERED);
    if (done)
        done(r->self, answer);
    else if (answer->fd >= 0)
        close(answer->fd);
    if (!answer->session)
        verifier_request_free(r);
    else if (!done)
        verifier_end_session(v, answer->session);
}

static int take_checked(struct verifier_answer *a, const struct verifier_message *m)
{
    a->result = m->checked.result;
    a->identity = m->checked.identity;
    a->session = m->checked.session ? m->id : 0;
    return a->session && a->result != VERIFIER_OK ? -EPROTO : 0;
}

static int take_key(struct verifier_answer *a, const struct verifier_message *m)
{
    a->error = -(int)m->key.error;
    a->why = m->key.why;
    a->content = m->key.content;
    return 0;
}

static int take_named(struct verifier_answer *a, const struct verifier_message *m)
{
    a->error = -(int)m->named.error;
    a->identity = m->named.identity;
    return 0;
}

static int take_connected(struct verifier_answer *a, const struct verifier_message *m)
{
    a->error = -(int)m->connected.error;
    a->why = m->connected.why;
    return (a->error == 0) == (a->fd >= 0) ? 0 : -EPROTO;
}

static int (*const takers[VERIFIER_TYPES])(struct verifier_answer *,
                                           const struct verifier_message *) = {
    [VERIFIER_CHECKED] = take_checked,
    [VERIFIER_KEY] = take_key,
    [VERIFIER_NAMED] = take_named,
    [VERIFIER_CONNECTED] = take_connected,
};

static struct verifier_answer no_answer(void)
{
    return (struct verifier_answer){.why = "", .identity = {.user = ""}, .fd = -1};
}

static int on_answer(void *self, const struct verifier_message *m, int passed)
{
    struct verifier *v = self;
    struct verifier_request *r = v->requests;
    struct verifier_answer a = no_answer();
    a.fd = passed;
    v->busy = true;
    while (r && (r->id != m->id || r->awaited != m->type || r->state != REQUEST_ASKED))
        r = r->next;
    if (!r || (passed >= 0 && m->type != VERIFIER_CONNECTED) || takers[m->type](&a, m) < 0)
        return -EPROTO;
    deliver(r, &a);
    return 0;
}

static void on_lost(void *self, const char *why)
{
    struct verifier *v = self;
    v->busy = true;
    log_error("the verifier is gone (%s): no password can be checked until holdfastd is "
              "started again",
              why);
    for (struct verifier_request *r = v->requests, *next; r; r = next) {
        next = r->next;
        if (r->state == REQUEST_SESSION)
            verifier_request_free(r);
        else if (r->state == REQUEST_ASKED)
            verifier_request_fail(r, VERIFIER_GONE, -EPIPE);
    }
}

static void free_now(struct verifier *v)
{
    verifier_link_fini(&v->link);
    sd_event_source_disable_unref(v->failures);
    waitpid(v->pid, NULL, WNOHANG);
    while (v->requests)
        verifier_request_free(v->requests);
    for (size_t i = 0; i < v->n_services; i++)
        free(v->services[i]);
    free(v->services);
    free(v);
}

/* The end of every handler: verifier_stop may have been called inside. */
static void on_rest(void *self)
{
    struct verifier *v = self;
    v->busy = false;
    if (v->stopped)
        free_now(v);
}

static const struct verifier_link_handler link_handler = {on_answer, on_lost, on_rest};

static struct verifier_request *oldest_failure(const struct verifier *v)
{
    struct verifier_request *oldest = NULL;
    for (struct verifier_request *r = v->requests; r; r = r->next) {
        if (r->state == REQUEST_FAILED)
            oldest = r;
    }
    return oldest;
}

static int on_failures(sd_event_source *source, void *self)
{
    struct verifier *v = self;
    struct verifier_answer a = no_answer();
    struct verifier_request *r = oldest_failure(v);
    v->busy = true;
    if (r) {
        a.result = r->result;
        a.error = r->error;
        deliver(r, &a);
    }
    if (!v->stopped && oldest_failure(v))
        sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    on_rest(v);
    return 0;
}

int verifier_start(struct verifier **v_r, sd_event *loop,
                   const struct verifier_options *options, const char **why_r)
{
    struct verifier *v = ALLOC(struct verifier);
    int fd, result = verifier_spawn(options, &v->pid, &fd, why_r);
    if (result < 0) {
        free(v);
        return result;
    }
    v->services = alloc_zero(options->n_services, sizeof(v->services[0]));
    for (; v->n_services < options->n_services; v->n_services++)
        v->services[v->n_services] = alloc_text(options->services[v->n_services]);
    v->n_keys = options->n_keys;
    v->n_sockets = options->n_sockets;
    result = verifier_link_init(&v->link, loop, fd, v->pid, &link_handler, v);
    if (result == 0)
        result = sd_event_add_defer(loop, &v->failures, on_failures, v);
    if (result >= 0)
        result = sd_event_source_set_enabled(v->failures, SD_EVENT_OFF);
    if (result < 0) {
        *why_r = "the loop does not take its socket";
        verifier_stop(&v);
        return result;
    }
    *v_r = v;
    return 0;
}

bool verifier_alive(const struct verifier *v)
{
    return v->link.fd >= 0;
}

pid_t verifier_pid(const struct verifier *v)
{
    return v->pid;
}

void verifier_stop(struct verifier **at)
{
    struct verifier *v = *at;
    *at = NULL;
    if (!v)
        return;
    v->stopped = true;
    verifier_link_close(&v->link);
    if (!v->busy)
        free_now(v);
}
