/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sessions that were kept are taken up again; keeping.c writes them. */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/machine/machine.h"
#include "server/session/sessions_private.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* ---- one session ---- */

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

/* ---- a store of one daemon ---- */

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
    sessions_keep_init(all);
    all->restored = !all->store;
    if (!all->store)
        return;
    if (all->node) {
        sessions_reserve(all);
    } else {
        all->store->ops->get(all->store, "counter/session", NULL, on_counter, all);
        all->store->ops->get(all->store, "session/", "session0", on_restored, all);
    }
    sessions_sweep_init(all);
}

/* ---- a store of several ---- */

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
        console_forget_key(c, alloc_text(e->key));
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
