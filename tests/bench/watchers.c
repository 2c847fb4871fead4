/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/watchers.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LOOK_AGAIN_US = 2000, PATIENCE_S = 240 };

void watchers_saw(struct watch_board *board, uint64_t k, uint64_t now_us)
{
    if (k < WATCH_EVENTS_MOST && board->events[k].put_us) {
        struct watch_event *e = &board->events[k];
        if (now_us > atomic_load_explicit(&e->last_us, memory_order_relaxed))
            atomic_store_explicit(&e->last_us, now_us, memory_order_relaxed);
        uint32_t n = atomic_fetch_add_explicit(&board->n_delays, 1, memory_order_relaxed);
        if (n < WATCH_DELAYS_MOST)
            board->delays_ms[n] = (float)(now_us - e->put_us) / 1000;
    }
    atomic_fetch_add_explicit(&board->seen, 1, memory_order_release);
}

static unsigned watches(const struct watchers *w)
{
    unsigned n = 0;
    while (w->prefixes[n])
        n++;
    return n * w->n;
}

void watchers_start(struct watchers *w)
{
    uint64_t until_us = synthetic_now_us() + PATIENCE_S * UINT64_C(1000000);
    w->board = mmap(NULL, sizeof(*w->board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                    -1, 0);
    if (w->board == MAP_FAILED)
        measure_fail("shared memory", strerror(errno));
    w->pid = measure_fork(w->bare ? watchers_run_bare : watchers_run_stores, w);
    while (atomic_load(&w->board->ready) < watches(w)) {
        if (synthetic_now_us() > until_us)
            measure_fail("watchers", "some do not follow");
        usleep(LOOK_AGAIN_US);
    }
}

void watchers_stop(struct watchers *w)
{
    measure_stop(w->pid);
    munmap(w->board, sizeof(*w->board));
    w->board = NULL;
}

bool watchers_wait(const struct watchers *w, uint64_t n, unsigned seconds)
{
    uint64_t until_us = synthetic_now_us() + seconds * UINT64_C(1000000);
    while (atomic_load(&w->board->seen) < n) {
        if (synthetic_now_us() > until_us)
            return false;
        usleep(LOOK_AGAIN_US);
    }
    return true;
}

void watchers_delays(const struct watchers *w, struct samples *ms)
{
    uint32_t n = atomic_load(&w->board->n_delays);
    for (uint32_t i = 0; i < n && i < WATCH_DELAYS_MOST; i++)
        samples_add(ms, w->board->delays_ms[i]);
}
