/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/guard.h"
#include "auth/guard_table.h"
#include "base/alloc.h"
#include "base/secret.h"

#include <netinet/in.h>
#include <nettle/hmac.h>
#include <stdlib.h>
#include <string.h>

#define SECOND 1000000ull
#define FORGET_US (15 * 60 * SECOND)            /* without a failure */
#define FORGET_LOCKS_US (24 * 3600 * SECOND)    /* the same, for the length of locks */
#define FORGET_GOOD_US (30 * 86400ull * SECOND) /* a source where a user logged in */
#define WAIT_FIRST_US 250000ull
#define LOCK_FIRST_US (60 * SECOND)
#define LOCK_MOST_US (3600 * SECOND)

/*
 * What is counted. A source may be a network's gateway with many people behind it, so it takes
 * more failures than one user there. A user's limit is above what one source can bring about.
 */
enum count { COUNT_SOURCE, COUNT_PAIR, COUNT_USER };

static const struct limit {
    unsigned sets;
    uint32_t lock_at; /* failures */
    uint32_t slack;   /* failures for which nobody waits */
} limits[] = {
    [COUNT_SOURCE] = {256, 30, 10},
    [COUNT_PAIR] = {1024, 10, 0},
    [COUNT_USER] = {256, 40, 20},
};

enum { N_COUNTS = sizeof(limits) / sizeof(limits[0]) };

struct guard {
    uint8_t key[32];
    struct guard_table tables[N_COUNTS];
};

/* The entries that one login is about; NULL where there is none (no user, no room). */
struct entries {
    struct guard_entry *of[N_COUNTS];
};

struct guard_source guard_source_of(const struct sockaddr_storage *peer, uint32_t uid)
{
    struct guard_source source = {{0}};
    if (peer->ss_family == AF_INET6) {
        const struct in6_addr *a = &((const struct sockaddr_in6 *)peer)->sin6_addr;
        memcpy(source.bytes, a, IN6_IS_ADDR_V4MAPPED(a) ? 16 : 8);
    } else if (peer->ss_family == AF_INET) {
        source.bytes[10] = source.bytes[11] = 0xff;
        memcpy(source.bytes + 12, &((const struct sockaddr_in *)peer)->sin_addr, 4);
    } else {
        source.bytes[8] = 1; /* no network of 64 bits has anything there */
        memcpy(source.bytes + 12, &uid, sizeof(uid));
    }
    return source;
}

struct guard *guard_new(void (*randomise)(void *p, size_t n))
{
    struct guard *g = ALLOC(struct guard);
    randomise(g->key, sizeof(g->key));
    for (unsigned i = 0; i < N_COUNTS; i++)
        guard_table_init(&g->tables[i], limits[i].sets, FORGET_US);
    return g;
}

void guard_free(struct guard **guard)
{
    struct guard *g = *guard;
    *guard = NULL;
    if (!g)
        return;
    for (unsigned i = 0; i < N_COUNTS; i++)
        guard_table_fini(&g->tables[i]);
    secret_wipe(g, sizeof(*g));
    free(g);
}

/* ---- entries ---- */

/* Tables keep no names, only hashes that nobody can make without the key. */
static uint64_t hash(const struct guard *g, enum count count, const struct guard_source *source,
                     const char *user)
{
    struct hmac_sha256_ctx hmac;
    uint8_t digest[8];
    uint64_t result;
    hmac_sha256_set_key(&hmac, sizeof(g->key), g->key);
    if (count != COUNT_USER)
        hmac_sha256_update(&hmac, sizeof(source->bytes), source->bytes);
    if (count != COUNT_SOURCE)
        hmac_sha256_update(&hmac, strlen(user), (const uint8_t *)user);
    hmac_sha256_digest(&hmac, sizeof(digest), digest);
    memcpy(&result, digest, sizeof(result));
    return result ? result : 1;
}

static bool long_ago(uint64_t then_us, uint64_t now_us, uint64_t span_us)
{
    return now_us > then_us && now_us - then_us > span_us;
}

static void let_age(struct guard_entry *e, uint64_t now_us)
{
    if (e->good_us && long_ago(e->good_us, now_us, FORGET_GOOD_US))
        e->good_us = 0;
    if (long_ago(e->last_us, now_us, FORGET_US) && e->locked_us <= now_us)
        e->failures = 0;
    if (long_ago(e->last_us, now_us, FORGET_LOCKS_US))
        e->locks = 0;
}

static struct entries find_entries(struct guard *g, const struct guard_source *source,
                                   const char *user, uint64_t now_us, bool make)
{
    struct entries all = {{NULL}};
    for (unsigned i = 0; i < N_COUNTS; i++) {
        if (i != COUNT_SOURCE && !user)
            continue;
        uint64_t h = hash(g, i, source, user);
        struct guard_entry *e = make ? guard_table_get(&g->tables[i], h, now_us)
                                     : guard_table_find(&g->tables[i], h);
        if (e)
            let_age(e, now_us);
        all.of[i] = e;
    }
    return all;
}

/* Where a user has logged in before, what others did to the user's name does not count. */
static bool counts(const struct entries *all, enum count count)
{
    const struct guard_entry *pair = all->of[COUNT_PAIR];
    return all->of[count] && !(count == COUNT_USER && pair && pair->good_us);
}

/* ---- before ---- */

static uint64_t locked_for(const struct entries *all, uint64_t now_us)
{
    uint64_t longest = 0;
    for (unsigned i = 0; i < N_COUNTS; i++) {
        if (!counts(all, i) || all->of[i]->locked_us <= now_us)
            continue;
        uint64_t left = all->of[i]->locked_us - now_us;
        longest = left > longest ? left : longest;
    }
    return longest;
}

/* Attempts underway count as failures, or many at once would all go at the price of the first.
 */
static uint64_t wait_for(const struct guard_entry *e, const struct limit *limit)
{
    uint32_t bad = e->failures + e->underway;
    if (bad <= limit->slack)
        return 0;
    unsigned doublings = bad - limit->slack - 1;
    uint64_t wait = doublings > 5 ? GUARD_WAIT_MOST_US : WAIT_FIRST_US << doublings;
    return wait < GUARD_WAIT_MOST_US ? wait : GUARD_WAIT_MOST_US;
}

static uint64_t longest_wait(const struct entries *all)
{
    uint64_t longest = 0;
    for (unsigned i = 0; i < N_COUNTS; i++) {
        uint64_t wait = counts(all, i) ? wait_for(all->of[i], &limits[i]) : 0;
        longest = wait > longest ? wait : longest;
    }
    return longest;
}

/* More attempts underway than could fail before the lock: the lock is as good as there. */
static bool too_many_underway(const struct entries *all)
{
    for (unsigned i = 0; i < N_COUNTS; i++)
        if (counts(all, i) && all->of[i]->underway &&
            all->of[i]->failures + all->of[i]->underway >= limits[i].lock_at)
            return true;
    return false;
}

enum guard_answer guard_begin(struct guard *g, const struct guard_source *source,
                              const char *user, uint64_t now_us, uint64_t *wait_us_r)
{
    struct entries all = find_entries(g, source, user, now_us, true);
    *wait_us_r = locked_for(&all, now_us);
    if (!*wait_us_r && too_many_underway(&all))
        *wait_us_r = GUARD_WAIT_MOST_US;
    if (*wait_us_r)
        return GUARD_LOCKED;
    *wait_us_r = longest_wait(&all);
    for (unsigned i = 0; i < N_COUNTS; i++)
        if (all.of[i])
            all.of[i]->underway++;
    return *wait_us_r ? GUARD_WAIT : GUARD_GO;
}

/* ---- after ---- */

/* Half of the failures stay: who goes on after a lock has fewer attempts to the next. */
static void lock(struct guard_entry *e, uint64_t now_us)
{
    uint64_t span = e->locks > 6 ? LOCK_MOST_US : LOCK_FIRST_US << e->locks;
    e->locked_us = now_us + (span < LOCK_MOST_US ? span : LOCK_MOST_US);
    e->failures /= 2;
    e->locks++;
}

static void fail(struct entries *all, uint64_t now_us)
{
    for (unsigned i = 0; i < N_COUNTS; i++) {
        struct guard_entry *e = all->of[i];
        if (!e)
            continue;
        e->last_us = now_us;
        if (++e->failures >= limits[i].lock_at)
            lock(e, now_us);
    }
}

/* A user who got in at last: the failures before were that user's, not an attacker's. */
static void pass(struct entries *all, uint64_t now_us)
{
    struct guard_entry *pair = all->of[COUNT_PAIR];
    uint32_t forgiven = pair ? pair->failures : 0;
    for (unsigned i = 0; i < N_COUNTS; i++) {
        struct guard_entry *e = all->of[i];
        if (e)
            e->failures -= forgiven < e->failures ? forgiven : e->failures;
    }
    if (pair) {
        pair->good_us = now_us ? now_us : 1;
        pair->locks = 0;
    }
}

void guard_end(struct guard *g, const struct guard_source *source, const char *user,
               enum guard_outcome outcome, uint64_t now_us)
{
    struct entries all = find_entries(g, source, user, now_us, false);
    for (unsigned i = 0; i < N_COUNTS; i++)
        if (all.of[i] && all.of[i]->underway)
            all.of[i]->underway--;
    if (outcome == GUARD_FAILED)
        fail(&all, now_us);
    else if (outcome == GUARD_PASSED)
        pass(&all, now_us);
}
