/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is kept of sessions: "session/MACHINE/NUMBER" for each of a named user,
 * "counter/session", and "history/TIME" for who was there and who drove. Never what was typed.
 * MACHINE is "uuid:..." or "name:..."; earlier databases have "session/NUMBER". Where several
 * daemons share the store, a machine's sessions are written by its home only; see fence.c.
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

struct changes {
    struct store_change **list;
    size_t *n;
};

/* Takes both texts over; value NULL: delete. */
static void put_change(struct changes to, char *key, char *value)
{
    *to.list = alloc_resize(*to.list, *to.n + 1, sizeof(**to.list));
    (*to.list)[(*to.n)++] = (struct store_change){.key = key, .value = value};
}

static struct changes common(struct sessions *all)
{
    return (struct changes){&all->changes, &all->n_changes};
}

static void add_change(struct sessions *all, char *key, char *value)
{
    put_change(common(all), key, value);
    sd_event_source_set_enabled(all->saver, SD_EVENT_ONESHOT);
}

static void free_changes(struct store_change *list, size_t n)
{
    while (n--) {
        free((char *)list[n].key);
        free((char *)list[n].value);
    }
    free(list);
}

static char *session_key(const struct session *s)
{
    char *machine = console_key_text(s->console);
    char *key = alloc_printf("session/%s/%020" PRIu64, machine, s->id);
    free(machine);
    return key;
}

/* A machine that tells its UUID, and a number that changes, make another key. */
static void add_session(struct session *s, struct changes to)
{
    char *text = session_to_text(s), *key = session_key(s);
    s->dirty = false;
    if (text) {
        if (s->kept_key && strcmp(s->kept_key, key) != 0)
            put_change(to, alloc_text(s->kept_key), NULL);
        free(s->kept_key);
        s->kept_key = alloc_text(key);
        put_change(to, key, text);
    } else {
        free(key);
    }
}

/* Numbers are not given twice. */
static void add_counter(struct sessions *all)
{
    if (!all->node && all->kept_id != all->next_id)
        add_change(all, alloc_text("counter/session"), alloc_printf("%" PRIu64, all->next_id));
    if (!all->node)
        all->kept_id = all->next_id;
}

/* What waits while it is not known whether it may be written stays marked. */
static void save_console(struct console *c)
{
    struct store_change *list = NULL;
    size_t n = 0;
    struct changes to = {&list, &n};
    if (!console_is_home(c) || c->fence != FENCE_HELD)
        return;
    while (c->n_forgotten)
        put_change(to, c->forgotten[--c->n_forgotten], NULL);
    for (struct session *s = c->all->first; s; s = s->next)
        if (s->console == c && s->dirty)
            add_session(s, to);
    if (n)
        fence_write(c, list, n);
    free_changes(list, n);
}

static void add_sessions(struct sessions *all)
{
    if (all->node)
        for (struct console *c = all->consoles; c; c = c->next)
            save_console(c);
    else
        for (struct session *s = all->first; s; s = s->next)
            if (s->dirty)
                add_session(s, common(all));
}

void sessions_save(struct sessions *all)
{
    if (!all->store || (!all->restored && !all->node))
        return;
    add_sessions(all);
    if (!all->n_changes)
        return;
    add_counter(all);
    all->store->ops->transact(all->store, NULL, 0, all->changes, all->n_changes, NULL, NULL);
    free_changes(all->changes, all->n_changes);
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
    console_changed(s->console);
    s->dirty = s->user[0] && all->store;
    if (s->dirty)
        sd_event_source_set_enabled(all->saver, SD_EVENT_ONESHOT);
}

void console_mark(struct console *c)
{
    for (struct session *s = c->all->first; s; s = s->next)
        if (s->console == c)
            session_mark(s);
}

static void forget_later(struct console *c, char *key)
{
    c->forgotten = alloc_resize(c->forgotten, c->n_forgotten + 1, sizeof(*c->forgotten));
    c->forgotten[c->n_forgotten++] = key;
    sd_event_source_set_enabled(c->all->saver, SD_EVENT_ONESHOT);
}

void session_forget(struct session *s)
{
    struct sessions *all = s->console->all;
    console_changed(s->console);
    if (!all->store || !s->kept_key)
        return;
    if (all->node)
        forget_later(s->console, alloc_text(s->kept_key));
    else
        add_change(all, alloc_text(s->kept_key), NULL);
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
                   alloc_printf("history/%020" PRIu64 "-%06" PRIu64 "%s%s", e->time_us,
                                all->next_history++ % 1000000, all->node ? "-" : "",
                                all->node ? all->node : ""),
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
        w->driver_here = session_is_here(s);
        w->input_us = now_us;
    } else {
        s->kept_place = (size_t)number_of(o, "place");
    }
}

static void restore_queues(struct sessions *all, const struct console *only)
{
    for (size_t place = 1; place <= WHEEL_QUEUE_MOST; place++)
        for (struct session *s = all->first; s; s = s->next) {
            struct wheel *w = &s->console->wheel;
            if ((!only || s->console == only) && s->kept_place == place &&
                w->n_queue < WHEEL_QUEUE_MOST)
                w->queue[w->n_queue++] = (struct wheel_asker){s->id, session_is_here(s)};
        }
}

static void restore_times(struct session *s, const json_t *o)
{
    struct console *c = s->console;
    s->since_us = number_of(o, "since-us");
    s->active_us = number_of(o, "active-us");
    s->ends_us = session_is_here(s) ? UINT64_MAX : sessions_now_us(c->all) + c->linger_us;
}

static uint64_t number_in(const char *key)
{
    const char *slash = strrchr(key, '/');
    return slash ? strtoull(slash + 1, NULL, 10) : 0;
}

/* NULL: it is of no use. console: NULL: it says which. */
static struct session *restore_session(struct sessions *all, struct console *c,
                                       const struct store_entry *e, const json_t *o)
{
    uint64_t id = number_in(e->key);
    enum role role = ROLE_NONE;
    c = c ? c : console_of(all, o);
    bool good = c && id && text_of(o, "user")[0] &&
                role_parse(text_of(o, "role"), &role) == 0 && !sessions_find(all, id) &&
                !console_find(c, text_of(o, "user"));
    if (!good)
        return NULL;
    struct session *s = session_new(c, id, text_of(o, "user"));
    s->role = role;
    s->role_set = json_is_true(json_object_get(o, "role-set"));
    s->kept_key = alloc_text(e->key);
    restore_times(s, o);
    return s;
}

static void restore_entry(struct sessions *all, const struct store_entry *e)
{
    json_t *o = json_loads(e->value, 0, NULL);
    struct session *s = o ? restore_session(all, NULL, e, o) : NULL;
    if (s) {
        restore_wheel(s, o, sessions_now_us(all));
        all->next_id = s->id > all->next_id ? s->id : all->next_id;
    } else {
        log_warning("a kept session is of no use: %s", log_quote(e->key));
        all->store->ops->delete (all->store, e->key, NULL, NULL, NULL);
    }
    json_decref(o);
}

/* The user's own session, which began before the store was heard. */
static struct session *known_session(const struct console *c, const json_t *o)
{
    return console_find(c, text_of(o, "user"));
}

static void restore_shared(struct console *c, const struct store_entry *e, bool take, bool turn)
{
    json_t *o = json_loads(e->value, 0, NULL);
    struct session *s = known_session(c, o);
    bool is_new = !s && take && o && (s = restore_session(c->all, c, e, o));
    if (s && !is_new && take && !sessions_find(c->all, number_in(e->key)) && number_in(e->key))
        session_renumber(s, number_in(e->key));
    if (s && turn)
        restore_wheel(s, o, sessions_now_us(c->all));
    if (s && !s->kept_key)
        s->kept_key = alloc_text(e->key);
    if (!s || strcmp(s->kept_key, e->key) != 0)
        forget_later(c, alloc_text(e->key));
    json_decref(o);
}

/* They ended after this node had heard of them. */
static void drop_unkept(struct console *c)
{
    for (struct session *s = c->all->first, *next; s; s = next) {
        next = s->next;
        if (s->console == c && s->user[0] && !s->kept_key && !session_is_here(s))
            session_drop(s);
    }
}

static void restore_begin(struct console *c, bool turn)
{
    for (struct session *s = c->all->first; s; s = s->next)
        s->kept_place = s->console == c ? 0 : s->kept_place;
    if (!turn)
        return;
    c->wheel.driver = 0;
    c->wheel.n_queue = 0;
}

void console_restore(struct console *c, const struct store_entry *entries, size_t n, bool take,
                     bool turn)
{
    restore_begin(c, turn);
    for (size_t i = 0; i < n; i++)
        restore_shared(c, &entries[i], take, turn);
    if (turn)
        restore_queues(c->all, c);
    if (take)
        drop_unkept(c);
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
        restore_entry(all, &a->entries[i]);
    restore_queues(all, NULL);
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
    if (all->node) {
        sessions_reserve(all);
    } else {
        all->store->ops->get(all->store, "counter/session", NULL, on_counter, all);
        all->store->ops->get(all->store, "session/", "session0", on_restored, all);
    }
    sd_event_add_time_relative(all->loop, &all->sweeper, CLOCK_MONOTONIC, 0, 0, on_sweep, all);
}
