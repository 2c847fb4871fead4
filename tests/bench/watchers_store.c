/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Watchers as the daemon has them: each with a store and its own watches. */
#include <config.h>
#include "base/alloc.h"
#include "server/etcd/store_etcd.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic.h"
#include "tests/bench/watchers.h"

#include <stdlib.h>

enum { LISTS_AT_ONCE = 16 };

struct follower {
    struct store_watch watch; /* first */
    struct watch_board *board;
    bool counts; /* the first prefix, whose events are numbered */
    uint64_t seen;
};

static void on_listed(struct store_watch *watch)
{
    atomic_fetch_add(&((struct follower *)watch)->board->ready, 1);
}

static void on_changed(struct store_watch *watch, const char *key, const char *value)
{
    struct follower *f = (struct follower *)watch;
    (void)key;
    (void)value;
    if (f->counts)
        watchers_saw(f->board, f->seen++, synthetic_now_us());
}

static void follow(const struct watchers *w, sd_event *loop, unsigned *watches)
{
    const char *why, *const endpoints[] = {w->url};
    const struct store_etcd_options options = {.endpoints = endpoints, .n_endpoints = 1};
    struct store *store;
    if (store_etcd_open(&store, loop, &options, &why) < 0)
        measure_fail("store", why);
    for (unsigned i = 0; w->prefixes[i]; i++, ++*watches) {
        struct follower *f = ALLOC(struct follower);
        *f = (struct follower){
            .watch = {.prefix = w->prefixes[i], .changed = on_changed, .listed = on_listed},
            .board = w->board,
            .counts = i == 0};
        store->ops->watch(store, &f->watch);
    }
}

void watchers_run_stores(void *self)
{
    const struct watchers *w = self;
    sd_event *loop;
    if (sd_event_new(&loop) < 0)
        measure_fail("event loop", "there is none");
    unsigned watches = 0;
    for (unsigned i = 0; i < w->n; i++) {
        follow(w, loop, &watches);
        /* All at once would be another measurement. */
        while (atomic_load(&w->board->ready) + LISTS_AT_ONCE < watches)
            sd_event_run(loop, UINT64_MAX);
    }
    sd_event_loop(loop);
}
