/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verifier is asked. */
#include <config.h>
#include "server/verifier_private.h"
#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { REQUESTS_MOST = 4096 }; /* without an answer */

void verifier_request_set(struct verifier_request *r, enum request_state state)
{
    r->verifier->n_asked += (state == REQUEST_ASKED) - (r->state == REQUEST_ASKED);
    r->state = state;
}

void verifier_request_free(struct verifier_request *r)
{
    struct verifier_request **link = &r->verifier->requests;
    verifier_request_set(r, REQUEST_ANSWERED);
    while (*link != r)
        link = &(*link)->next;
    *link = r->next;
    free(r);
}

void verifier_request_fail(struct verifier_request *r, enum verifier_result result, int error)
{
    verifier_request_set(r, REQUEST_FAILED);
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
    verifier_request_fail(r, result, -EINVAL);
    return r;
}

/* Sends the question, whose id is set here. What goes wrong becomes a failure for later. */
static struct verifier_request *ask(struct verifier *v, struct verifier_message *m,
                                    uint8_t awaited, verifier_done *done, void *self)
{
    struct verifier_request *r = new_request(v, awaited, done, self);
    m->id = r->id;
    if (v->link.fd < 0)
        verifier_request_fail(r, VERIFIER_GONE, -EPIPE);
    else if (v->n_asked > REQUESTS_MOST)
        verifier_request_fail(r, VERIFIER_BUSY, -EBUSY);
    else if (verifier_link_send(&v->link, m) < 0)
        verifier_request_fail(r, VERIFIER_WRONG, -EINVAL);
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
