/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/ticket_sharing.h"
#include "base/alloc.h"
#include "base/bytes.h"
#include "base/log.h"
#include "server/ticket_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICKETS "ticket/"
#define FIRST_SWEEP_US UINT64_C(60000000)
#define SWEEP_US UINT64_C(3600000000)
#define CLAIM_MS UINT64_C(5000)

struct shared_ticket {
    struct shared_ticket *next;
    uint64_t id, session;
    char *node;  /* where the session began, or is about to, which alone may begin it then;
                    NULL: none has, or it is not known */
    bool stored; /* the store has told of it */
    bool anonymous;
    bool wanted; /* mark of a look at the book */
};

/* By how much CLOCK_REALTIME is ahead: it is the one that nodes have in common. */
static int64_t ahead_us(const struct ticket_sharing *k)
{
    uint64_t real = 0, monotonic = 0;
    sd_event_now(k->loop, CLOCK_REALTIME, &real);
    sd_event_now(k->loop, CLOCK_MONOTONIC, &monotonic);
    return (int64_t)(real - monotonic);
}

static uint64_t now_us(const struct ticket_sharing *k)
{
    uint64_t now = 0;
    sd_event_now(k->loop, CLOCK_MONOTONIC, &now);
    return now;
}

/* ---- what the store has ---- */

static struct shared_ticket *find(const struct ticket_sharing *k, uint64_t id)
{
    struct shared_ticket *t = k->first;
    while (t && t->id != id)
        t = t->next;
    return t;
}

static struct shared_ticket *add(struct ticket_sharing *k, const struct ticket *ticket)
{
    struct shared_ticket *t = ALLOC(struct shared_ticket);
    t->next = k->first;
    t->id = ticket->id;
    t->anonymous = !*ticket->user;
    k->first = t;
    return t;
}

static void drop(struct ticket_sharing *k, struct shared_ticket *t)
{
    struct shared_ticket **at = &k->first;
    while (*at != t)
        at = &(*at)->next;
    *at = t->next;
    free(t->node);
    free(t);
}

static char *key_of(uint64_t id)
{
    return alloc_printf(TICKETS "%020" PRIu64, id);
}

/* ---- from the book to the store ---- */

static void on_saved(void *self, const struct store_answer *answer)
{
    (void)self;
    if (answer->err < 0)
        log_error("a ticket cannot be kept: %s", strerror(-answer->err));
}

static void put(struct ticket_sharing *k, const struct ticket *ticket, const char *node)
{
    char *key = key_of(ticket->id), *value = ticket_to_text(ticket, ahead_us(k), node);
    if (value)
        k->store->ops->put(k->store, key, value, 0, on_saved, k);
    free(key);
    free(value);
}

static void save_ticket(void *self, const struct ticket *ticket)
{
    struct ticket_sharing *k = self;
    struct shared_ticket *t = find(k, ticket->id);
    bool fresh = !t;
    if (fresh)
        t = add(k, ticket);
    t->wanted = true;
    if (!fresh && t->session == ticket->session)
        return;
    t->session = ticket->session;
    if (t->session && !t->node)
        t->node = alloc_text(k->node);
    put(k, ticket, t->node);
}

static void delete_unwanted(struct ticket_sharing *k)
{
    for (struct shared_ticket *t = k->first, *next; t; t = next) {
        next = t->next;
        if (t->wanted)
            continue;
        char *key = key_of(t->id);
        k->store->ops->delete (k->store, key, NULL, on_saved, k);
        free(key);
        drop(k, t);
    }
}

static void save(struct ticket_sharing *k)
{
    for (struct shared_ticket *t = k->first; t; t = t->next)
        t->wanted = false;
    ticket_each(k->book, now_us(k), save_ticket, k);
    delete_unwanted(k);
}

static int on_save(sd_event_source *source, void *self)
{
    sd_event_source_set_enabled(source, SD_EVENT_OFF);
    save(self);
    return 0;
}

static void on_book_change(void *self)
{
    struct ticket_sharing *k = self;
    sd_event_source_set_enabled(k->save, SD_EVENT_ONESHOT);
}

/* ---- from the store to the book ---- */

static void take_new(struct ticket_sharing *k, const struct ticket *ticket)
{
    if (!ticket->session && now_us(k) >= ticket->expires_us)
        return;
    if (ticket_restore(k->book, ticket) == 0)
        add(k, ticket)->session = ticket->session;
    else
        log_warning("a ticket of another node cannot be taken up: number %" PRIu64, ticket->id);
}

static void take(struct ticket_sharing *k, uint64_t id, const char *value)
{
    struct ticket ticket = {.id = id};
    char *node = NULL;
    if (!ticket_from_text(value, ahead_us(k), &ticket, &node)) {
        log_warning("a kept ticket cannot be read: number %" PRIu64, id);
        return;
    }
    struct shared_ticket *t = find(k, id);
    if (!t)
        take_new(k, &ticket);
    else if (ticket.session && !t->session) {
        t->session = ticket.session; /* before the book tells us what we know */
        ticket_used(k->book, id, ticket.session);
    }
    t = find(k, id);
    if (t)
        t->stored = true;
    if (t && node && !t->node)
        t->node = alloc_text(node);
    free(node);
}

static void on_changed(struct store_watch *w, const char *key, const char *value)
{
    struct ticket_sharing *k =
        (struct ticket_sharing *)((char *)w - offsetof(struct ticket_sharing, watch));
    const char *digits = key + strlen(TICKETS);
    uint64_t id = strlen(digits) == 20 && strspn(digits, "0123456789") == 20
                      ? strtoull(digits, NULL, 10)
                      : 0;
    struct shared_ticket *t = id ? find(k, id) : NULL;
    if (id && value) {
        take(k, id, value);
    } else if (t) {
        drop(k, t);
        ticket_revoke(k->book, id);
    }
}

/* ---- the first use ---- */

static void give_word(struct ticket_claim *claim, enum ticket_claimed result)
{
    void (*done)(void *, enum ticket_claimed) = claim->done;
    claim->done = NULL;
    claim->patience = sd_event_source_disable_unref(claim->patience);
    if (done)
        done(claim->self, result);
}

/* What no other node can know is ours. */
static enum ticket_claimed without_store(const struct ticket_claim *claim)
{
    const struct shared_ticket *t = find(claim->k, claim->ticket);
    return t && !t->stored ? TICKET_CLAIMED : TICKET_UNSURE;
}

/* The store answers in the order asked. */
static void on_claimed(void *self, const struct store_answer *answer)
{
    struct ticket_sharing *k = self;
    struct ticket_claim *claim = k->claims;
    struct shared_ticket *t = claim ? find(k, claim->ticket) : NULL;
    if (!claim)
        return;
    k->claims = claim->next;
    if (answer->err == 0 && t && !t->node)
        t->node = alloc_text(k->node);
    give_word(claim, answer->err == 0         ? TICKET_CLAIMED
                     : answer->err == -EAGAIN ? TICKET_TAKEN
                                              : without_store(claim));
    free(claim);
}

/* In its first version it is a ticket that nobody has used: each use is written there. */
static void ask_store(struct ticket_claim *claim, const struct ticket *ticket)
{
    struct ticket_sharing *k = claim->k;
    char *key = key_of(ticket->id), *value = ticket_to_text(ticket, ahead_us(k), k->node);
    const struct store_condition unused = {.key = key, .version = 1};
    const struct store_change change = {.key = key, .value = value};
    struct ticket_claim **end = &k->claims;
    while (*end)
        end = &(*end)->next;
    *end = claim;
    k->store->ops->transact(k->store, &unused, 1, &change, 1, on_claimed, k);
    free(key);
    free(value);
}

static int on_impatience(sd_event_source *source, uint64_t usec, void *self)
{
    struct ticket_claim *claim = self;
    (void)source;
    (void)usec;
    give_word(claim, without_store(claim));
    return 0;
}

/* Known without asking; it is told when the loop comes round. */
static int on_known(sd_event_source *source, uint64_t usec, void *self)
{
    struct ticket_claim *claim = self;
    const struct shared_ticket *t = find(claim->k, claim->ticket);
    bool ours = t && t->node && strcmp(t->node, claim->k->node) == 0;
    (void)source;
    (void)usec;
    give_word(claim, ours ? TICKET_CLAIMED : TICKET_TAKEN);
    free(claim);
    return 0;
}

struct ticket_claim *ticket_sharing_claim(struct ticket_sharing *k, uint64_t id,
                                          void (*done)(void *self, enum ticket_claimed result),
                                          void *self)
{
    struct ticket_claim *claim = ALLOC(struct ticket_claim);
    const struct ticket *ticket = ticket_by_id(k->book, id, now_us(k));
    const struct shared_ticket *t;
    *claim = (struct ticket_claim){.k = k, .ticket = id, .done = done, .self = self};
    save(k); /* what was made just now is there before it is claimed */
    t = find(k, id);
    claim->known = !ticket || !t || t->node;
    if (!claim->known)
        ask_store(claim, ticket);
    sd_event_add_time_relative(k->loop, &claim->patience, CLOCK_MONOTONIC,
                               claim->known ? 0 : (k->claim_ms ? k->claim_ms : CLAIM_MS) * 1000,
                               0, claim->known ? on_known : on_impatience, claim);
    return claim;
}

void ticket_claim_cancel(struct ticket_claim **at)
{
    struct ticket_claim *claim = *at;
    *at = NULL;
    if (!claim)
        return;
    claim->done = NULL;
    claim->patience = sd_event_source_disable_unref(claim->patience);
    if (claim->known)
        free(claim);
}

/* ---- sessions that ended with their node ---- */

static bool stands_in(const char *list, const char *word)
{
    char *text = alloc_printf("\n%s\n", word);
    bool found = strstr(list, text) != NULL;
    free(text);
    return found;
}

/* "\nlast parts\nof keys\n"; caller frees. */
static char *last_parts(const struct store_answer *a)
{
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    bytes_put_u8(&b, '\n');
    for (size_t i = 0; i < a->n; i++) {
        const char *slash = strrchr(a->entries[i].key, '/');
        const char *part = slash ? slash + 1 : a->entries[i].key;
        bytes_put(&b, part, strlen(part));
        bytes_put_u8(&b, '\n');
    }
    bytes_put_u8(&b, 0);
    char *text = alloc_text((const char *)b.data);
    bytes_fini(&b);
    return text;
}

/* Sessions of nobody in particular are not kept: theirs are over with the node. */
static bool is_over(const struct ticket_sharing *k, const struct shared_ticket *t,
                    const char *nodes)
{
    char number[24];
    if (!t->session || k->has_session(k->self, t->session))
        return false;
    if (t->anonymous)
        return !t->node || strcmp(t->node, k->node) == 0 || !stands_in(nodes, t->node);
    snprintf(number, sizeof(number), "%020" PRIu64, t->session);
    return !stands_in(k->alive, number);
}

static void on_nodes(void *self, const struct store_answer *answer)
{
    struct ticket_sharing *k = self;
    char *nodes = answer->err == 0 ? last_parts(answer) : NULL;
    for (struct shared_ticket *t = nodes ? k->first : NULL; t; t = t->next)
        if (is_over(k, t, nodes))
            ticket_revoke(k->book, t->id); /* and the store's goes with the next save */
    free(nodes);
    free(k->alive);
    k->alive = NULL;
}

static void on_sessions(void *self, const struct store_answer *answer)
{
    struct ticket_sharing *k = self;
    free(k->alive);
    k->alive = answer->err == 0 ? last_parts(answer) : NULL;
    if (k->alive)
        k->store->ops->get(k->store, "node/", "node0", on_nodes, k);
}

void ticket_sharing_sweep(struct ticket_sharing *k)
{
    k->store->ops->get(k->store, "session/", "session0", on_sessions, k);
}

static int on_sweep(sd_event_source *source, uint64_t usec, void *self)
{
    (void)usec;
    ticket_sharing_sweep(self);
    sd_event_source_set_time_relative(source, SWEEP_US);
    sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    return 0;
}

/* ---- life ---- */

void ticket_sharing_start(struct ticket_sharing *k, sd_event *loop, struct ticket_book *book,
                          struct store *store, const char *node,
                          bool (*has_session)(void *self, uint64_t session), void *self)
{
    *k = (struct ticket_sharing){.book = book,
                                 .store = store,
                                 .loop = loop,
                                 .node = node,
                                 .has_session = has_session,
                                 .self = self};
    k->watch = (struct store_watch){.prefix = TICKETS, .changed = on_changed, .existing = true};
    ticket_book_spread(book);
    sd_event_add_defer(loop, &k->save, on_save, k);
    sd_event_source_set_enabled(k->save, SD_EVENT_OFF);
    sd_event_add_time_relative(loop, &k->sweep, CLOCK_MONOTONIC, FIRST_SWEEP_US, 1000000,
                               on_sweep, k);
    ticket_book_watch(book, on_book_change, k);
    store->ops->watch(store, &k->watch);
}

void ticket_sharing_stop(struct ticket_sharing *k)
{
    int enabled = SD_EVENT_OFF;
    if (!k->store)
        return;
    k->store->ops->unwatch(k->store, &k->watch);
    ticket_book_watch(k->book, NULL, NULL);
    sd_event_source_get_enabled(k->save, &enabled);
    if (enabled != SD_EVENT_OFF)
        save(k);
    sd_event_source_disable_unref(k->save);
    sd_event_source_disable_unref(k->sweep);
    while (k->claims) {
        struct ticket_claim *claim = k->claims;
        k->claims = claim->next;
        give_word(claim, TICKET_UNSURE);
        free(claim);
    }
    while (k->first)
        drop(k, k->first);
    free(k->alive);
    *k = (struct ticket_sharing){0};
}
