/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/ticket_keeping.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/ticket_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FIRST "ticket/"
#define BEHIND "ticket0" /* the byte after '/' */

/* By how much CLOCK_REALTIME is ahead: what is kept outlasts the monotonic clock. */
static int64_t ahead_us(const struct ticket_keeping *k)
{
    uint64_t real = 0, monotonic = 0;
    sd_event_now(k->loop, CLOCK_REALTIME, &real);
    sd_event_now(k->loop, CLOCK_MONOTONIC, &monotonic);
    return (int64_t)(real - monotonic);
}

/* ---- taking up ---- */

static bool still_good(const struct ticket_keeping *k, const struct ticket *t)
{
    uint64_t now = 0;
    sd_event_now(k->loop, CLOCK_MONOTONIC, &now);
    return t->session ? k->has_session(k->self, t->session) : now < t->expires_us;
}

static void take_up(struct ticket_keeping *k, const struct store_entry *entry)
{
    struct ticket t = {.id = strtoull(entry->key + strlen(FIRST), NULL, 10)};
    bool good = ticket_from_text(entry->value, ahead_us(k), &t, NULL);
    if (good && still_good(k, &t))
        good = ticket_restore(k->book, &t) == 0;
    if (!good)
        log_warning("a kept ticket cannot be read, and is forgotten: %s", entry->key);
}

static void on_kept(void *self, const struct store_answer *answer)
{
    struct ticket_keeping *k = self;
    if (answer->err < 0)
        log_error("tickets cannot be read from the state: %s", strerror(-answer->err));
    for (size_t i = 0; i < answer->n; i++)
        take_up(k, &answer->entries[i]);
}

/* ---- keeping ---- */

struct list {
    struct store_change *changes;
    size_t n;
    int64_t ahead;
};

static void add_ticket(void *self, const struct ticket *t)
{
    struct list *l = self;
    char *value = ticket_to_text(t, l->ahead, NULL);
    if (!value)
        return;
    l->changes = alloc_resize(l->changes, l->n + 1, sizeof(*l->changes));
    l->changes[l->n++] =
        (struct store_change){.key = alloc_printf(FIRST "%020" PRIu64, t->id), .value = value};
}

static void on_saved(void *self, const struct store_answer *answer)
{
    (void)self;
    if (answer->err < 0)
        log_error("tickets cannot be kept: %s", strerror(-answer->err));
}

/* All anew: they are few, and seldom change. */
static void save(struct ticket_keeping *k)
{
    uint64_t now = 0;
    struct list l = {.ahead = ahead_us(k)};
    sd_event_now(k->loop, CLOCK_MONOTONIC, &now);
    l.changes = ALLOC(struct store_change);
    l.changes[l.n++] = (struct store_change){.key = FIRST, .to = BEHIND};
    ticket_each(k->book, now, add_ticket, &l);
    k->store->ops->transact(k->store, NULL, 0, l.changes, l.n, on_saved, NULL);
    for (size_t i = 1; i < l.n; i++) {
        free((char *)l.changes[i].key);
        free((char *)l.changes[i].value);
    }
    free(l.changes);
}

static int on_save(sd_event_source *source, void *self)
{
    sd_event_source_set_enabled(source, SD_EVENT_OFF);
    save(self);
    return 0;
}

static void on_change(void *self)
{
    struct ticket_keeping *k = self;
    sd_event_source_set_enabled(k->save, SD_EVENT_ONESHOT);
}

/* ---- life ---- */

void ticket_keeping_start(struct ticket_keeping *k, sd_event *loop, struct ticket_book *book,
                          struct store *store,
                          bool (*has_session)(void *self, uint64_t session), void *self)
{
    *k = (struct ticket_keeping){
        .book = book, .store = store, .loop = loop, .has_session = has_session, .self = self};
    if (!store)
        return;
    store->ops->get(store, FIRST, BEHIND, on_kept, k);
    store->ops->settle(store);
    sd_event_add_defer(loop, &k->save, on_save, k);
    sd_event_source_set_enabled(k->save, SD_EVENT_OFF);
    ticket_book_watch(book, on_change, k);
}

void ticket_keeping_stop(struct ticket_keeping *k)
{
    int enabled = SD_EVENT_OFF;
    if (!k->store)
        return;
    ticket_book_watch(k->book, NULL, NULL);
    sd_event_source_get_enabled(k->save, &enabled);
    if (enabled != SD_EVENT_OFF)
        save(k);
    k->save = sd_event_source_disable_unref(k->save);
    k->store = NULL;
}
