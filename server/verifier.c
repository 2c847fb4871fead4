/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/verifier.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/verifier_link.h"
#include "server/verifier_spawn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REQUESTS_MOST = 4096 }; /* without an answer */

enum request_state {
    REQUEST_ASKED,
    REQUEST_FAILED,   /* answered here, soon: see result and error */
    REQUEST_ANSWERED, /* its callback runs */
    REQUEST_SESSION,  /* answered; its id stands for a PAM session */
};

struct verifier_request {
    struct verifier_request *next;
    struct verifier *verifier;
    uint32_t id;
    uint8_t awaited; /* the answer's enum verifier_type */
    enum request_state state;
    enum verifier_result result;
    int error;
    verifier_done *done; /* NULL: cancelled */
    void *self;
};

struct verifier {
    struct verifier_link link;
    pid_t pid;
    sd_event_source *failures;
    char **services;
    size_t n_services, n_keys, n_sockets;
    struct verifier_request *requests;
    unsigned n_asked;
    uint32_t last_id;
    bool busy; /* the loop is in one of our handlers */
    bool stopped;
};

static void set_state(struct verifier_request *r, enum request_state state)
{
    r->verifier->n_asked += (state == REQUEST_ASKED) - (r->state == REQUEST_ASKED);
    r->state = state;
}

static void free_request(struct verifier_request *r)
{
    struct verifier_request **link = &r->verifier->requests;
    set_state(r, REQUEST_ANSWERED);
    while (*link != r)
        link = &(*link)->next;
    *link = r->next;
    free(r);
}

static void fail_request(struct verifier_request *r, enum verifier_result result, int error)
{
    set_state(r, REQUEST_FAILED);
    r->result = result;
    r->error = error;
    sd_event_source_set_enabled(r->verifier->failures, SD_EVENT_ONESHOT);
}

static bool id_is_used(const struct verifier *v, uint32_t id)
{
    const struct verifier_request *r = v->requests;
    while (r && r->id != id)
        r = r->next;
    return r;
}

static uint32_t unused_id(struct verifier *v)
{
    do {
        v->last_id++;
    } while (v->last_id == 0 || id_is_used(v, v->last_id));
    return v->last_id;
}

static struct verifier_request *new_request(struct verifier *v, uint8_t awaited,
                                            verifier_done *done, void *self)
{
    struct verifier_request *r = ALLOC(struct verifier_request);
    r->next = v->requests;
    r->verifier = v;
    r->id = unused_id(v);
    r->awaited = awaited;
    r->done = done;
    r->self = self;
    v->requests = r;
    v->n_asked++;
    return r;
}

/* A question that the verifier would not let in. */
static struct verifier_request *refuse(struct verifier *v, enum verifier_result result,
                                       verifier_done *done, void *self)
{
    struct verifier_request *r = new_request(v, 0, done, self);
    fail_request(r, result, -EINVAL);
    return r;
}

/* Sends the question, whose id is set here. What goes wrong becomes a failure for later. */
static struct verifier_request *ask(struct verifier *v, struct verifier_message *m,
                                    uint8_t awaited, verifier_done *done, void *self)
{
    struct verifier_request *r = new_request(v, awaited, done, self);
    m->id = r->id;
    if (v->link.fd < 0)
        fail_request(r, VERIFIER_GONE, -EPIPE);
    else if (v->n_asked > REQUESTS_MOST)
        fail_request(r, VERIFIER_BUSY, -EBUSY);
    else if (verifier_link_send(&v->link, m) < 0)
        fail_request(r, VERIFIER_WRONG, -EINVAL);
    return r;
}

struct verifier_request *verifier_check(struct verifier *v, const char *service,
                                        const char *user, const char *password,
                                        const char *address, verifier_done *done, void *self)
{
    struct verifier_message m = {.type = VERIFIER_CHECK};
    size_t row = 0;
    while (row < v->n_services && strcmp(v->services[row], service) != 0)
        row++;
    if (row == v->n_services)
        return refuse(v, VERIFIER_NO_SERVICE, done, self);
    m.check.service = (uint32_t)row;
    m.check.user = user;
    m.check.password = password;
    m.check.address = address;
    return ask(v, &m, VERIFIER_CHECKED, done, self);
}

struct verifier_request *verifier_read_key(struct verifier *v, size_t row, verifier_done *done,
                                           void *self)
{
    struct verifier_message m = {.type = VERIFIER_READ_KEY};
    m.read_key.row = (uint32_t)row;
    if (row >= v->n_keys)
        return refuse(v, VERIFIER_OK, done, self);
    return ask(v, &m, VERIFIER_KEY, done, self);
}

struct verifier_request *verifier_user_name(struct verifier *v, uid_t uid, verifier_done *done,
                                            void *self)
{
    struct verifier_message m = {.type = VERIFIER_USER_NAME};
    m.user_name.uid = uid;
    return ask(v, &m, VERIFIER_NAMED, done, self);
}

struct verifier_request *verifier_connect(struct verifier *v, size_t row, const char *name,
                                          verifier_done *done, void *self)
{
    struct verifier_message m = {.type = VERIFIER_CONNECT};
    m.connect.row = (uint32_t)row;
    m.connect.name = name;
    if (row >= v->n_sockets)
        return refuse(v, VERIFIER_OK, done, self);
    return ask(v, &m, VERIFIER_CONNECTED, done, self);
}

void verifier_cancel(struct verifier_request **at)
{
    struct verifier_request *r = *at;
    *at = NULL;
    if (r)
        r->done = NULL;
}

void verifier_end_session(struct verifier *v, uint32_t session)
{
    struct verifier_message m = {.type = VERIFIER_END_SESSION, .id = session};
    struct verifier_request *r = v->requests;
    while (r && (r->id != session || r->state != REQUEST_SESSION))
        r = r->next;
    if (!r)
        return;
    verifier_link_send(&v->link, &m);
    free_request(r);
}

/* Calls back, unless cancelled; then what came is given back. */
static void deliver(struct verifier_request *r, const struct verifier_answer *answer)
{
    struct verifier *v = r->verifier;
    verifier_done *done = r->done;
    r->done = NULL;
    set_state(r, answer->session ? REQUEST_SESSION : REQUEST_ANSWERED);
    if (done)
        done(r->self, answer);
    else if (answer->fd >= 0)
        close(answer->fd);
    if (!answer->session)
        free_request(r);
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
            free_request(r);
        else if (r->state == REQUEST_ASKED)
            fail_request(r, VERIFIER_GONE, -EPIPE);
    }
}

static void free_now(struct verifier *v)
{
    verifier_link_fini(&v->link);
    sd_event_source_disable_unref(v->failures);
    waitpid(v->pid, NULL, WNOHANG);
    while (v->requests)
        free_request(v->requests);
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
