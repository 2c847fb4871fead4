/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of sessions. One daemon counts. Several that share a store take blocks of
 * "counter/session" by compare-and-swap; one that has none left while the store is away takes
 * numbers from 2^52 on, behind 31 random bits of its own, where those of others do not fall.
 */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/session/sessions_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define COUNTER "counter/session"
#define LONE_FIRST                                                                             \
    (UINT64_C(1) << 52) /* all stay below 2^53, which JSON's readers can bear                  \
                         */
#define LONE_BLOCK (UINT64_C(1) << 20)

enum { BLOCK = 256, LOW = 64 };

static void on_reserved(void *self, const struct store_answer *a)
{
    struct sessions *all = self;
    all->numbers_asked = false;
    all->restored = true;
    if (a->err == 0) {
        all->next_id = all->kept_id - BLOCK;
        all->numbers_end = all->kept_id;
    } else if (a->err == -EAGAIN) {
        sessions_reserve(all);
    } else {
        log_warning("no numbers for sessions can be had from the store");
    }
}

static void on_counter(void *self, const struct store_answer *a)
{
    struct sessions *all = self;
    struct store_condition c = {COUNTER, a->n ? a->entries[0].version : 0};
    struct store_change change = {.key = COUNTER};
    char text[24];
    if (a->err < 0) {
        all->numbers_asked = false;
        all->restored = true;
        return;
    }
    all->kept_id = (a->n ? strtoull(a->entries[0].value, NULL, 10) : 0) + BLOCK;
    snprintf(text, sizeof(text), "%" PRIu64, all->kept_id);
    change.value = text;
    all->store->ops->transact(all->store, &c, 1, &change, 1, on_reserved, all);
}

void sessions_reserve(struct sessions *all)
{
    if (!all->node || !all->store || all->numbers_asked ||
        all->numbers_end - all->next_id > LOW)
        return;
    all->numbers_asked = true;
    all->store->ops->get(all->store, COUNTER, NULL, on_counter, all);
}

static uint64_t lone_number(struct sessions *all)
{
    if (all->lone_next == all->lone_end) {
        uint32_t random = 0;
        if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
            random = (uint32_t)sessions_real_us();
        all->lone_next = LONE_FIRST + (random >> 1) * LONE_BLOCK;
        all->lone_end = all->lone_next + LONE_BLOCK - 1;
    }
    return ++all->lone_next;
}

static uint64_t next_number(struct sessions *all)
{
    if (!all->node)
        return ++all->next_id;
    uint64_t id = all->next_id < all->numbers_end ? ++all->next_id : lone_number(all);
    sessions_reserve(all);
    return id;
}

uint64_t sessions_number(struct sessions *all)
{
    uint64_t id = next_number(all);
    while (sessions_find(all, id))
        id = next_number(all);
    return id;
}

uint64_t sessions_number_or(struct sessions *all, uint64_t wanted)
{
    bool good = wanted && wanted < LONE_FIRST * 2 && !sessions_find(all, wanted);
    return good ? wanted : sessions_number(all);
}
