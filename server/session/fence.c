/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose writes about a machine's sessions count. A node that becomes the machine's home reads
 * "home/MACHINE" ({node, epoch}) and "session/MACHINE/", and puts itself there by
 * compare-and-swap; each later write is bound to what it put. One that is refused says that
 * another node is home since: then nothing more is written, and the sessions here follow that
 * node when a link tells of it. Deciding waits for none of this.
 */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/session/sessions_private.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* One who lost, but is told by nobody that another is home, tries again. */
#define AGAIN_US (30 * UINT64_C(1000000))

/* Something that the store was asked of one console. */
struct fence_job {
    struct fence_job *next;
    struct sessions *all;
    char *key; /* of the machine */
    uint64_t turn;
    uint64_t version, epoch; /* of home/KEY, as read; epoch: then as we put it */
};

static struct fence_job *job_new(struct console *c)
{
    struct fence_job *j = ALLOC(struct fence_job);
    j->all = c->all;
    j->key = console_key_text(c);
    j->turn = c->fence_turn;
    j->next = c->all->fence_jobs;
    c->all->fence_jobs = j;
    return j;
}

static void job_free(struct fence_job *j)
{
    struct fence_job **at = &j->all->fence_jobs;
    while (*at != j)
        at = &(*at)->next;
    *at = j->next;
    free(j->key);
    free(j);
}

void fences_fini(struct sessions *all)
{
    while (all->fence_jobs)
        job_free(all->fence_jobs);
}

/* The console that it is about, if that still wants to know. */
static struct console *job_console(const struct fence_job *j)
{
    for (struct console *c = j->all->consoles; c; c = c->next)
        if (c->fence_turn == j->turn && console_is_home(c))
            return c;
    return NULL;
}

static char *home_key(const struct fence_job *j)
{
    return alloc_printf("home/%s", j->key);
}

void fence_drop(struct console *c)
{
    c->fence = FENCE_NONE;
    c->fence_turn = 0;
    c->fence_again_us = UINT64_MAX;
}

static void lose(struct console *c, const char *node)
{
    log_warning("machine %s: node %s is its home by the store: its sessions are not written "
                "from here any more",
                c->machine, log_quote(node));
    fence_drop(c);
    c->fence = FENCE_LOST;
    c->fence_again_us = sessions_now_us(c->all) + AGAIN_US;
    sessions_arm(c->all);
}

/* ---- taking ---- */

static void hold(struct console *c, uint64_t epoch, uint64_t version)
{
    c->epoch = epoch > c->epoch ? epoch : c->epoch;
    c->fence = FENCE_HELD;
    c->fence_version = version;
    console_mark(c);
    sessions_save(c->all);
}

static void on_taken(void *self, const struct store_answer *a)
{
    struct fence_job *j = self;
    struct console *c = job_console(j);
    if (c && a->err == 0)
        hold(c, j->epoch, j->version + 1);
    else if (c && a->err == -EAGAIN)
        fence_take(c); /* by another, or by us without our hearing it */
    else if (c)
        c->fence_again_us = sessions_now_us(c->all) + AGAIN_US;
    job_free(j);
}

static void take(struct fence_job *j, struct console *c)
{
    char *key = home_key(j);
    json_t *o = json_pack("{s:s, s:I}", "node", j->all->node, "epoch", (json_int_t)j->epoch);
    char *value = json_dumps(o, JSON_COMPACT);
    const struct store_condition same = {key, j->version};
    const struct store_change change = {.key = key, .value = value};
    c->epoch = j->epoch;
    j->all->store->ops->transact(j->all->store, &same, 1, &change, 1, on_taken, j);
    json_decref(o);
    free(value);
    free(key);
}

/* What the store has counts where it is of a later home than what is known here. */
static void on_sessions(void *self, const struct store_answer *a)
{
    struct fence_job *j = self;
    struct console *c = job_console(j);
    if (!c || a->err < 0) {
        if (c)
            c->fence_again_us = sessions_now_us(c->all) + AGAIN_US;
        job_free(j);
        return;
    }
    bool newer = j->epoch > c->known_epoch, turn = newer && !c->decided;
    console_restore(c, a->entries, a->n, newer, turn);
    c->known_epoch = newer ? j->epoch : c->known_epoch;
    c->known_serial = newer ? 0 : c->known_serial;
    if (turn)
        console_lift_others(c);
    console_tell_seats(c); /* their numbers may be others */
    console_changed(c);
    sessions_arm(c->all);
    j->epoch = j->epoch >= c->epoch ? j->epoch + 1 : c->epoch;
    take(j, c);
}

static void on_home(void *self, const struct store_answer *a)
{
    struct fence_job *j = self;
    json_t *o = a->n ? json_loads(a->entries[0].value, 0, NULL) : NULL;
    json_int_t epoch = json_integer_value(json_object_get(o, "epoch"));
    j->version = a->n ? a->entries[0].version : 0;
    j->epoch = epoch > 0 ? (uint64_t)epoch : 0;
    json_decref(o);
}

void fence_take(struct console *c)
{
    struct sessions *all = c->all;
    if (!all->store)
        return;
    fence_drop(c);
    c->fence = FENCE_ASKED;
    c->fence_turn = ++all->fence_turns;
    struct fence_job *j = job_new(c);
    char *home = home_key(j), *from = alloc_printf("session/%s/", j->key),
         *to = alloc_printf("session/%s0", j->key);
    all->store->ops->get(all->store, home, NULL, on_home, j);
    all->store->ops->get(all->store, from, to, on_sessions, j);
    free(home);
    free(from);
    free(to);
}

/* ---- writing ---- */

/* Somebody has home/KEY that is not as we put it. */
static void on_holder(void *self, const struct store_answer *a)
{
    struct fence_job *j = self;
    struct console *c = job_console(j);
    json_t *o = a->n ? json_loads(a->entries[0].value, 0, NULL) : NULL;
    const char *node = json_string_value(json_object_get(o, "node"));
    if (c && (!node || strcmp(node, j->all->node) == 0))
        fence_take(c);
    else if (c)
        lose(c, node);
    json_decref(o);
    job_free(j);
}

static void on_written(void *self, const struct store_answer *a)
{
    struct fence_job *j = self;
    struct console *c = job_console(j);
    if (c && a->err == -EAGAIN && c->fence == FENCE_HELD) {
        char *key = home_key(j);
        c->fence = FENCE_ASKED;
        j->all->store->ops->get(j->all->store, key, NULL, on_holder, j);
        free(key);
        return;
    }
    job_free(j);
}

void fence_write(struct console *c, const struct store_change *changes, size_t n)
{
    struct fence_job *j = job_new(c);
    char *key = home_key(j);
    const struct store_condition same = {key, c->fence_version};
    c->all->store->ops->transact(c->all->store, &same, 1, changes, n, on_written, j);
    free(key);
}
