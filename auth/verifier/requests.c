/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the daemon may ask for: the handlers and, at the bottom, the permit table. */
#include <config.h>
#include "auth/verifier/dial.h"
#include "auth/verifier/key_file.h"
#include "auth/verifier/process.h"
#include "base/alloc.h"
#include "base/secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    ROWS_MOST = 8192,
    CHILDREN_MOST = 256,
    WAITING_MOST = 4096,
    SESSIONS_MOST = 4096,
    DEADLINE_MOST_MS = 3600000,
};

static int refuse(const char *why, const char **why_r)
{
    *why_r = why;
    return -EPERM;
}

static int on_limits(void *self, const struct verifier_message *m, const char **why_r)
{
    struct verifier_process *p = self;
    if (m->limits.deadline_ms == 0 || m->limits.deadline_ms > DEADLINE_MOST_MS ||
        m->limits.children == 0 || m->limits.children > CHILDREN_MOST ||
        m->limits.waiting == 0 || m->limits.waiting > WAITING_MOST ||
        m->limits.sessions > SESSIONS_MOST)
        return refuse("a limit is out of its range", why_r);
    p->jobs.deadline_ms = m->limits.deadline_ms;
    p->jobs.sessions_most = m->limits.sessions;
    p->jobs.turns.running_most = m->limits.children;
    p->jobs.turns.waiting_most = m->limits.waiting;
    return 0;
}

static int add_row(struct verifier_rows *rows, uint32_t id, const char *text, bool flag,
                   const char **why_r)
{
    if (id != rows->n || id >= ROWS_MOST)
        return refuse("a row out of its order", why_r);
    rows->list = alloc_resize(rows->list, rows->n + 1, sizeof(rows->list[0]));
    rows->list[rows->n++] = (struct verifier_row){alloc_text(text), flag};
    return 0;
}

static int on_service_row(void *self, const struct verifier_message *m, const char **why_r)
{
    struct verifier_process *p = self;
    const char *name = m->service_row.name;
    if (!name[0] || name[0] == '.' || strchr(name, '/'))
        return refuse("a PAM service must be named by a plain file name", why_r);
    return add_row(&p->services, m->id, name, false, why_r);
}

static int on_key_row(void *self, const struct verifier_message *m, const char **why_r)
{
    struct verifier_process *p = self;
    if (m->key_row.path[0] != '/')
        return refuse("the path of a key is not absolute", why_r);
    return add_row(&p->keys, m->id, m->key_row.path, m->key_row.secret, why_r);
}

static int on_socket_row(void *self, const struct verifier_message *m, const char **why_r)
{
    struct verifier_process *p = self;
    if (m->socket_row.path[0] != '/')
        return refuse("the path of a socket is not absolute", why_r);
    return add_row(&p->sockets, m->id, m->socket_row.path, m->socket_row.folder, why_r);
}

static int on_seal(void *self, const struct verifier_message *m, const char **why_r)
{
    struct verifier_process *p = self;
    if (p->jobs.deadline_ms == 0)
        return refuse("the set-up has no limits", why_r);
    p->permit.phase = PERMIT_SERVING;
    verifier_process_answer(p, &(struct verifier_message){.type = VERIFIER_SEALED, .id = m->id},
                            -1);
    return 0;
}

static int queue(struct verifier_process *p, const struct verifier_message *m,
                 const char *service, const char *address, const char **why_r)
{
    if (jobs_queue(&p->jobs, m, service, address, p->now_ms) < 0)
        return refuse("a request's number is in use", why_r);
    return 0;
}

static int on_check(void *self, const struct verifier_message *m, const char **why_r)
{
    struct verifier_process *p = self;
    if (m->check.service >= p->services.n)
        return refuse("a PAM service that was not set up", why_r);
    const char *service = p->services.list[m->check.service].text;
    return queue(p, m, service, m->check.address, why_r);
}

static int on_user_name(void *self, const struct verifier_message *m, const char **why_r)
{
    char key[TURN_KEY_SIZE];
    snprintf(key, sizeof(key), "uid %u", (unsigned)m->user_name.uid);
    return queue(self, m, NULL, key, why_r);
}

static int on_end_session(void *self, const struct verifier_message *m, const char **why_r)
{
    struct verifier_process *p = self;
    (void)why_r;
    jobs_end_session(&p->jobs, m->id, p->now_ms);
    return 0;
}

static int on_read_key(void *self, const struct verifier_message *m, const char **why_r)
{
    struct verifier_process *p = self;
    struct verifier_message answer = {.type = VERIFIER_KEY, .id = m->id};
    struct bytes content;
    if (m->read_key.row >= p->keys.n)
        return refuse("a key that was not set up", why_r);
    const struct verifier_row *row = &p->keys.list[m->read_key.row];
    bytes_init(&content, VERIFIER_KEY_MOST);
    int result = key_file_read(row->text, row->flag, &content, &answer.key.why);
    answer.key.error = (uint32_t)-result;
    if (result == 0)
        answer.key.content = (struct verifier_bytes){content.data, content.len};
    verifier_process_answer(p, &answer, -1);
    secret_wipe(content.data, content.cap);
    bytes_fini(&content);
    return 0;
}

static int on_connect(void *self, const struct verifier_message *m, const char **why_r)
{
    struct verifier_process *p = self;
    struct verifier_message answer = {.type = VERIFIER_CONNECTED, .id = m->id};
    int fd = -1, result;
    if (m->connect.row >= p->sockets.n)
        return refuse("a socket that was not set up", why_r);
    const struct verifier_row *row = &p->sockets.list[m->connect.row];
    if (row->flag)
        result = dial_in_folder(row->text, m->connect.name, &fd, &answer.connected.why);
    else
        result = dial_path(row->text, &fd, &answer.connected.why);
    answer.connected.error = (uint32_t)-result;
    verifier_process_answer(p, &answer, fd);
    if (fd >= 0)
        close(fd);
    return 0;
}

const struct permit_row verifier_permits[] = {
    {VERIFIER_LIMITS, PERMIT_SETUP, true, on_limits},
    {VERIFIER_SERVICE_ROW, PERMIT_SETUP, false, on_service_row},
    {VERIFIER_KEY_ROW, PERMIT_SETUP, false, on_key_row},
    {VERIFIER_SOCKET_ROW, PERMIT_SETUP, false, on_socket_row},
    {VERIFIER_SEAL, PERMIT_SETUP, true, on_seal},
    {VERIFIER_CHECK, PERMIT_SERVING, false, on_check},
    {VERIFIER_END_SESSION, PERMIT_SERVING, false, on_end_session},
    {VERIFIER_USER_NAME, PERMIT_SERVING, false, on_user_name},
    {VERIFIER_READ_KEY, PERMIT_SERVING, false, on_read_key},
    {VERIFIER_CONNECT, PERMIT_SERVING, false, on_connect},
};
const size_t n_verifier_permits = sizeof(verifier_permits) / sizeof(verifier_permits[0]);
