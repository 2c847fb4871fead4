/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qemu_monitor.h"
#include "base/alloc.h"
#include "server/attach/qemu_status.h"

#include <stdlib.h>
#include <string.h>
#include <systemd/sd-id128.h>
#include <time.h>

/* Some steps of a migration come without an event: while one is under way, QEMU is asked. */
enum { POLL_INCOMING_US = 250000, POLL_SWITCHING_US = 50000 };

struct qemu_monitor {
    struct qmp *qmp;
    const struct qemu_monitor_handler *handler;
    void *self;
    sd_event *loop;
    sd_event_source *poll;
    char *name;
    bool identified, status_asked, status_again, mouse_asked, mouse_again;
    enum place_state state;
    const char *why;
};

static void ask_status(struct qemu_monitor *m);

static int on_poll(sd_event_source *source, uint64_t now_us, void *self)
{
    (void)source;
    (void)now_us;
    ask_status(self);
    return 0;
}

static uint64_t poll_interval_us(enum place_state state)
{
    return state == PLACE_INCOMING    ? POLL_INCOMING_US
           : state == PLACE_SWITCHING ? POLL_SWITCHING_US
                                      : 0;
}

static void poll_again(struct qemu_monitor *m)
{
    uint64_t us = poll_interval_us(m->state);
    if (!us) {
        m->poll = sd_event_source_disable_unref(m->poll);
        return;
    }
    if (!m->poll && sd_event_add_time_relative(m->loop, &m->poll, CLOCK_MONOTONIC, us, us / 10,
                                               on_poll, m) < 0)
        return;
    sd_event_source_set_time_relative(m->poll, us);
    sd_event_source_set_enabled(m->poll, SD_EVENT_ONESHOT);
}

static void set_state(struct qemu_monitor *m, enum place_state state, const char *why)
{
    bool same = state == m->state && why == m->why;
    m->state = state;
    m->why = why;
    poll_again(m);
    if (!same)
        m->handler->state(m->self, state, why);
}

static void on_status(void *self, json_t *result, const char *error)
{
    struct qemu_monitor *m = self;
    const char *status = json_string_value(json_object_get(result, "status")), *why = NULL;
    bool again = m->status_again;
    (void)error;
    m->status_asked = m->status_again = false;
    if (again) {
        ask_status(m);
    } else if (status && m->identified) {
        enum place_state state = qemu_status_state(status, &why);
        set_state(m, state, why);
    }
}

static void ask_status(struct qemu_monitor *m)
{
    /* An answer that is on its way may be older than what made us ask. */
    m->status_again = m->status_asked;
    if (!m->status_asked)
        qmp_call(m->qmp, "query-status", NULL, -1, on_status, m);
    m->status_asked = true;
}

static void on_mice(void *self, json_t *result, const char *error)
{
    struct qemu_monitor *m = self;
    bool again = m->mouse_again, absolute = false;
    size_t i;
    json_t *mouse;
    (void)error;
    m->mouse_asked = m->mouse_again = false;
    json_array_foreach(result, i, mouse)
    {
        if (json_is_true(json_object_get(mouse, "current")))
            absolute = json_is_true(json_object_get(mouse, "absolute"));
    }
    if (again)
        qemu_monitor_ask_mouse(m);
    else if (result)
        m->handler->absolute(m->self, absolute);
}

void qemu_monitor_ask_mouse(struct qemu_monitor *m)
{
    m->mouse_again = m->mouse_asked;
    if (!m->mouse_asked)
        qmp_call(m->qmp, "query-mice", NULL, -1, on_mice, m);
    m->mouse_asked = true;
}

bool qemu_monitor_parse_uuid(const char *text, uint8_t uuid_r[16])
{
    sd_id128_t id;
    if (sd_id128_from_string(text, &id) < 0 || sd_id128_is_null(id))
        return false;
    memcpy(uuid_r, id.bytes, sizeof(id.bytes));
    return true;
}

static void on_name(void *self, json_t *result, const char *error)
{
    struct qemu_monitor *m = self;
    (void)error;
    m->name = alloc_text(json_string_value(json_object_get(result, "name")));
}

static void on_uuid(void *self, json_t *result, const char *error)
{
    struct qemu_monitor *m = self;
    const char *text = json_string_value(json_object_get(result, "UUID"));
    struct place_identity identity = {.name = m->name};
    (void)error;
    identity.has_uuid = text && qemu_monitor_parse_uuid(text, identity.uuid);
    m->identified = true;
    m->handler->identity(m->self, &identity);
}

/* Answers come in this order, so that the state is told when the identity is known. */
static void on_ready(void *self)
{
    struct qemu_monitor *m = self;
    /* Only announces migrations; refused while one is under way, when it is set already or not
     * to be had. */
    json_t *capabilities =
        json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability", "events", "state", 1);
    qmp_call(m->qmp, "migrate-set-capabilities", capabilities, -1, NULL, NULL);
    qmp_call(m->qmp, "query-name", NULL, -1, on_name, m);
    qmp_call(m->qmp, "query-uuid", NULL, -1, on_uuid, m);
    ask_status(m);
}

static void on_event(void *self, const char *name, json_t *data)
{
    struct qemu_monitor *m = self;
    enum place_event event;
    if (!m->identified)
        return;
    if (!strcmp(name, "MIGRATION"))
        m->handler->moving(m->self, qemu_migration_goes_on(
                                        json_string_value(json_object_get(data, "status"))));
    if (qemu_event_changes_status(name))
        ask_status(m);
    if (qemu_event_to_place(name, &event))
        m->handler->event(m->self, event); /* may free the monitor */
    else if (!strcmp(name, "RESUME")) /* sure, and nobody waits for the question's answer */
        set_state(m, PLACE_RUNNING, NULL);
}

static void on_lost(void *self, int error, const char *why)
{
    struct qemu_monitor *m = self;
    m->handler->lost(m->self, error, why);
}

static const struct qmp_handler qmp_handler = {on_ready, on_event, on_lost};

static struct qemu_monitor *make(sd_event *loop, const struct qemu_monitor_handler *handler,
                                 void *self)
{
    struct qemu_monitor *m = ALLOC(struct qemu_monitor);
    m->handler = handler;
    m->self = self;
    m->loop = loop;
    m->state = PLACE_CONNECTING;
    return m;
}

/* r: of opening QMP. */
static int made(struct qemu_monitor *m, int r, struct qemu_monitor **monitor_r)
{
    if (r < 0)
        free(m);
    else
        *monitor_r = m;
    return r < 0 ? r : 0;
}

int qemu_monitor_new(struct qemu_monitor **monitor_r, sd_event *loop, const char *path,
                     const struct qemu_monitor_handler *handler, void *self)
{
    struct qemu_monitor *m = make(loop, handler, self);
    return made(m, qmp_open(&m->qmp, loop, path, &qmp_handler, m), monitor_r);
}

int qemu_monitor_new_fd(struct qemu_monitor **monitor_r, sd_event *loop, int fd,
                        const struct qemu_monitor_handler *handler, void *self)
{
    struct qemu_monitor *m = make(loop, handler, self);
    return made(m, qmp_open_fd(&m->qmp, loop, fd, &qmp_handler, m), monitor_r);
}

void qemu_monitor_free(struct qemu_monitor **monitor)
{
    struct qemu_monitor *m = *monitor;
    if (!m)
        return;
    *monitor = NULL;
    qmp_close(&m->qmp);
    m->poll = sd_event_source_disable_unref(m->poll);
    free(m->name);
    free(m);
}

struct qmp *qemu_monitor_qmp(const struct qemu_monitor *m)
{
    return m->qmp;
}
