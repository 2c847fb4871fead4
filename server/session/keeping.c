/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is kept of sessions: "session/MACHINE/NUMBER" for each of a named user, and
 * "counter/session"; history.c has who was there and who drove. Never what was typed.
 * MACHINE is "uuid:..." or "name:..."; earlier databases have "session/NUMBER". Where several
 * daemons share the store, a machine's sessions are written by its home only; see fence.c.
 * kept.c reads it again.
 */
#include <config.h>
#include "base/alloc.h"
#include "server/machine/machine.h"
#include "server/session/sessions_private.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

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

void sessions_keep(struct sessions *all, char *key, char *value)
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
        sessions_keep(all, alloc_text("counter/session"),
                      alloc_printf("%" PRIu64, all->next_id));
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

void sessions_keep_init(struct sessions *all)
{
    sd_event_add_defer(all->loop, &all->saver, on_save, all);
    sd_event_source_set_enabled(all->saver, SD_EVENT_OFF);
}

/* ---- what changed ---- */

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

void console_forget_key(struct console *c, char *key)
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
        console_forget_key(s->console, alloc_text(s->kept_key));
    else
        sessions_keep(all, alloc_text(s->kept_key), NULL);
}
