/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is kept of sessions: "session/NUMBER" for each of a named user, "counter/session", and
 * "history/TIME" for who was there and who drove. Never what was typed.
 */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/machine/machine.h"
#include "server/session/sessions_private.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { NOTES_MOST = 5000 }; /* lines of the history from sweep to sweep */
#define SWEEP_US (3600 * UINT64_C(1000000))

/* ---- out ---- */

/* NULL for a name that is no text: such a session is not kept. */
static char *session_to_text(const struct session *s)
{
    const struct console *c = s->console;
    char uuid[37] = "";
    if (c->has_uuid)
        machine_uuid_text(c->uuid, uuid);
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:i, s:I, s:I}", "user", s->user,
                          "machine", c->machine, "uuid", uuid, "role", role_name(s->role),
                          "role-set", s->role_set, "driving", c->wheel.driver == s->id, "place",
                          (int)wheel_place(&c->wheel, s->id), "since-us",
                          (json_int_t)s->since_us, "active-us", (json_int_t)s->active_us);
    char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    return text;
}

/* Takes both texts over; value NULL: delete. */
static void add_change(struct sessions *all, char *key, char *value)
{
    all->changes = alloc_resize(all->changes, all->n_changes + 1, sizeof(*all->changes));
    all->changes[all->n_changes++] = (struct store_change){.key = key, .value = value};
    sd_event_source_set_enabled(all->saver, SD_EVENT_ONESHOT);
}

static char *session_key(uint64_t id)
{
    return alloc_printf("session/%020" PRIu64, id);
}

static void add_session(struct session *s)
{
    char *text = session_to_text(s);
    s->dirty = false;
    if (text)
        add_change(s->console->all, session_key(s->id), text);
}

/* Numbers are not given twice. */
static void add_counter(struct sessions *all)
{
    if (all->kept_id != all->next_id)
        add_change(all, alloc_text("counter/session"), alloc_printf("%" PRIu64, all->next_id));
    all->kept_id = all->next_id;
}

void sessions_save(struct sessions *all)
{
    if (!all->store || !all->restored)
        return;
    for (struct session *s = all->first; s; s = s->next)
        if (s->dirty)
            add_session(s);
    if (!all->n_changes)
        return;
    add_counter(all);
    all->store->ops->transact(all->store, NULL, 0, all->changes, all->n_changes, NULL, NULL);
    while (all->n_changes--) {
        free((char *)all->changes[all->n_changes].key);
        free((char *)all->changes[all->n_changes].value);
    }
    free(all->changes);
    all->changes = NULL;
    all->n_changes = 0;
}

static int on_save(sd_event_source *source, void *self)
{
    (void)source;
    sessions_save(self);
    return 0;
}

void session_mark(struct session *s)
{
    struct sessions *all = s->console->all;
    s->dirty = s->user[0] && all->store;
    if (s->dirty)
        sd_event_source_set_enabled(all->saver, SD_EVENT_ONESHOT);
}

void session_forget(struct session *s)
{
    if (s->console->all->store && s->user[0])
        add_change(s->console->all, session_key(s->id), NULL);
}

/* ---- history ---- */

static json_t *user_to_json(const struct session *s)
{
    json_t *o = s ? json_string(session_user(s)) : json_null();
    return o ? o : json_string(log_quote(s->user));
}

/* Whoever comes and goes without end fills no disk. */
static bool may_note(struct sessions *all)
{
    if (all->n_notes++ == NOTES_MOST)
        log_warning("so much happens that the history has only a part of this hour");
    return all->n_notes <= NOTES_MOST;
}

/* Those without a name come and go unnoted: there is nobody to know. */
void sessions_note(struct sessions *all, const struct session_event *e)
{
    static const bool noted[SESSION_EVENT_KINDS] = {
        [SESSION_ATTACHED] = true,       [SESSION_DETACHED] = true,     [SESSION_ENDED] = true,
        [SESSION_DRIVER_CHANGED] = true, [SESSION_ROLE_CHANGED] = true,
    };
    bool nobody = e->session && !e->session->user[0] && e->kind != SESSION_DRIVER_CHANGED;
    if (!all->store || !noted[e->kind] || nobody || !may_note(all))
        return;
    json_t *o = json_pack("{s:s, s:s, s:o}", "event", session_event_name(e->kind), "machine",
                          e->console->machine, "user", user_to_json(e->session));
    if (o && e->other)
        json_object_set_new(o, "before", user_to_json(e->other));
    if (o && e->kind == SESSION_ROLE_CHANGED)
        json_object_set_new(o, "role", json_string(role_name(e->session->role)));
    char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
    if (text)
        add_change(all,
                   alloc_printf("history/%020" PRIu64 "-%06" PRIu64, e->time_us,
                                all->next_history++ % 1000000),
                   text);
    json_decref(o);
}

static int on_sweep(sd_event_source *source, uint64_t usec, void *self)
{
    struct sessions *all = self;
    uint64_t now_us = sessions_real_us(), kept_us = all->config->history_us;
    all->n_notes = 0;
    char *key = alloc_printf("history/%020" PRIu64, now_us > kept_us ? now_us - kept_us : 0);
    (void)usec;
    all->store->ops->delete (all->store, "history/", key, NULL, NULL);
    free(key);
    sd_event_source_set_time_relative(source, SWEEP_US);
    sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    return 0;
}

/* ---- in ---- */

static const char *text_of(const json_t *o, const char *key)
{
    const char *text = json_string_value(json_object_get(o, key));
    return text ? text : "";
}

static uint64_t number_of(const json_t *o, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(o, key));
    return n > 0 ? (uint64_t)n : 0;
}

static struct console *console_of(struct sessions *all, const json_t *o)
{
    uint8_t uuid[16];
    bool has_uuid = machine_uuid_parse(text_of(o, "uuid"), uuid);
    const struct console_key key = {text_of(o, "machine"), has_uuid ? uuid : NULL};
    return key.machine[0] ? console_get(all, &key) : NULL;
}

static void restore_wheel(struct session *s, const json_t *o, uint64_t now_us)
{
    struct wheel *w = &s->console->wheel;
    if (w->sharing != SHARING_SINGLE || s->role < ROLE_DRIVE)
        return;
    if (json_is_true(json_object_get(o, "driving")) && !w->driver) {
        w->driver = s->id;
        w->input_us = now_us;
    } else {
        s->kept_place = (size_t)number_of(o, "place");
    }
}

static void restore_queues(struct sessions *all)
{
    for (size_t place = 1; place <= WHEEL_QUEUE_MOST; place++)
        for (struct session *s = all->first; s; s = s->next) {
            struct wheel *w = &s->console->wheel;
            if (s->kept_place == place && w->n_queue < WHEEL_QUEUE_MOST)
                w->queue[w->n_queue++] = (struct wheel_asker){s->id, false};
        }
}

static void restore_session(struct sessions *all, const struct store_entry *e)
{
    uint64_t id = strtoull(e->key + strlen("session/"), NULL, 10);
    json_t *o = json_loads(e->value, 0, NULL);
    enum role role = ROLE_NONE;
    struct console *c = o ? console_of(all, o) : NULL;
    bool good = c && id && text_of(o, "user")[0] &&
                role_parse(text_of(o, "role"), &role) == 0 &&
                !console_find(c, text_of(o, "user"));
    if (good) {
        struct session *s = session_new(c, id, text_of(o, "user"));
        s->role = role;
        s->role_set = json_is_true(json_object_get(o, "role-set"));
        s->since_us = number_of(o, "since-us");
        s->active_us = number_of(o, "active-us");
        s->ends_us = sessions_now_us(all) + c->linger_us;
        restore_wheel(s, o, sessions_now_us(all));
        all->next_id = id > all->next_id ? id : all->next_id;
    } else {
        log_warning("a kept session is of no use: %s", log_quote(e->key));
        all->store->ops->delete (all->store, e->key, NULL, NULL, NULL);
    }
    json_decref(o);
}

static void on_counter(void *self, const struct store_answer *a)
{
    struct sessions *all = self;
    uint64_t id = a->n ? strtoull(a->entries[0].value, NULL, 10) : 0;
    all->next_id = id > all->next_id ? id : all->next_id;
    all->kept_id = id;
}

static void on_restored(void *self, const struct store_answer *a)
{
    struct sessions *all = self;
    for (size_t i = 0; i < a->n; i++)
        restore_session(all, &a->entries[i]);
    restore_queues(all);
    if (a->n)
        log_info("sessions taken up again: %zu", a->n);
    all->restored = true;
    sessions_arm(all);
}

void sessions_restore(struct sessions *all)
{
    sd_event_add_defer(all->loop, &all->saver, on_save, all);
    sd_event_source_set_enabled(all->saver, SD_EVENT_OFF);
    all->restored = !all->store;
    if (!all->store)
        return;
    all->store->ops->get(all->store, "counter/session", NULL, on_counter, all);
    all->store->ops->get(all->store, "session/", "session0", on_restored, all);
    sd_event_add_time_relative(all->loop, &all->sweeper, CLOCK_MONOTONIC, 0, 0, on_sweep, all);
}
