/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/writers.h"
#include "base/alloc.h"

#include <stdlib.h>

/*
 * What is lent comes back later than the loop would have written it, and waits behind what is
 * being encoded; it must be worth that. The CPU that a viewer costs stays the same. 64 of them
 * that were sent 320 KB each up to 30 times a second, on two busy processors that their clients
 * shared with the daemon, got 22 to 27 updates with these and 13 to 16 without, in turn; one
 * earlier pair of runs, not in turn, went the other way. Where the limits lie below that was
 * not measured: they are eight viewers, and what takes GnuTLS some 0.2 ms.
 */
enum {
    LENT_BYTES_LEAST = 1 << 20,
    LENT_CLIENTS_LEAST = 8,
    SLICE_BYTES_LEAST = 1 << 18,
    SLICES_MOST = 16,
};

struct writers {
    struct pool *pool;
    unsigned n_workers;
    sd_event_source *round; /* runs once the loop has delivered a frame */
    struct write_client *queue;
};

/* What is lent of one client. */
struct loan {
    struct loan *next;
    struct write_client *client; /* NULL: it has gone */
    struct stream *stream;
    struct outq out;
    int err;
};

struct slice {
    struct pool_job job;
    struct loan *loans;
};

/* ---- in a worker ---- */

static void write_slice(struct pool_job *job, void *scratch)
{
    const struct slice *slice = (const struct slice *)job;
    (void)scratch;
    for (struct loan *loan = slice->loans; loan; loan = loan->next)
        loan->err = outq_write(&loan->out, loan->stream);
}

/* ---- in the loop ---- */

static void take_back(struct loan *loan)
{
    struct write_client *c = loan->client;
    if (c) {
        *c->stream = loan->stream;
        *c->out = loan->out;
        c->loan = NULL;
        c->on_written(c, loan->err);
    } else {
        stream_close(&loan->stream);
        outq_fini(&loan->out);
    }
    free(loan);
}

static void slice_is_back(struct pool_job *job)
{
    struct slice *slice = (struct slice *)job;
    for (struct loan *loan = slice->loans, *next; loan; loan = next) {
        next = loan->next;
        take_back(loan);
    }
    free(slice);
}

static struct write_client *take_first(struct writers *w)
{
    struct write_client *c = w->queue;
    w->queue = c->next;
    if (w->queue)
        w->queue->link = &w->queue;
    c->next = NULL;
    c->link = NULL;
    return c;
}

static void lend(struct slice *slice, struct write_client *c)
{
    struct loan *loan = ALLOC(struct loan);
    *loan = (struct loan){slice->loans, c, *c->stream, *c->out, 0};
    outq_init(c->out);
    c->out->sent = loan->out.sent;
    *c->stream = NULL;
    c->loan = loan;
    slice->loans = loan;
}

static void lend_all(struct writers *w, size_t bytes)
{
    size_t most = w->n_workers < SLICES_MOST ? w->n_workers : SLICES_MOST,
           n = bytes / SLICE_BYTES_LEAST;
    n = n < 1 ? 1 : n > most ? most : n;
    while (w->queue) {
        struct slice *slice = ALLOC(struct slice);
        slice->job = (struct pool_job){.run = write_slice, .done = slice_is_back};
        for (size_t taken = 0; w->queue && taken < (bytes + n - 1) / n;) {
            taken += w->queue->out->unsent;
            lend(slice, take_first(w));
        }
        pool_submit(w->pool, &slice->job);
    }
}

static void write_all_here(struct writers *w)
{
    while (w->queue) {
        struct write_client *c = take_first(w);
        c->on_written(c, outq_write(c->out, *c->stream));
    }
}

bool writers_lend(unsigned clients, size_t bytes)
{
    return clients >= LENT_CLIENTS_LEAST && bytes >= LENT_BYTES_LEAST;
}

/* Those whose queue was written meanwhile, or whose stream is elsewhere, have no part in it. */
static void drop_idle(struct writers *w, unsigned *clients_r, size_t *bytes_r)
{
    for (struct write_client *c = w->queue, *next; c; c = next) {
        next = c->next;
        if (!*c->stream || outq_empty(c->out)) {
            writers_forget(c);
            continue;
        }
        ++*clients_r;
        *bytes_r += c->out->unsent;
    }
}

static int on_round(sd_event_source *source, void *self)
{
    struct writers *w = self;
    unsigned clients = 0;
    size_t bytes = 0;
    (void)source;
    drop_idle(w, &clients, &bytes);
    if (writers_lend(clients, bytes))
        lend_all(w, bytes);
    else
        write_all_here(w);
    return 0;
}

int writers_new(struct writers **w_r, sd_event *loop, struct pool *pool, unsigned n_workers)
{
    struct writers *w = ALLOC(struct writers);
    w->pool = pool;
    w->n_workers = n_workers;
    int err = sd_event_add_defer(loop, &w->round, on_round, w);
    if (err < 0) {
        writers_free(&w);
        return err;
    }
    sd_event_source_set_priority(w->round, SD_EVENT_PRIORITY_IMPORTANT);
    sd_event_source_set_enabled(w->round, SD_EVENT_OFF);
    *w_r = w;
    return 0;
}

void writers_free(struct writers **at)
{
    struct writers *w = *at;
    *at = NULL;
    if (!w)
        return;
    sd_event_source_disable_unref(w->round);
    free(w);
}

void writers_queue(struct writers *w, struct write_client *c)
{
    if (c->link)
        return;
    c->next = w->queue;
    if (c->next)
        c->next->link = &c->next;
    c->link = &w->queue;
    w->queue = c;
    sd_event_source_set_enabled(w->round, SD_EVENT_ONESHOT);
}

void writers_forget(struct write_client *c)
{
    if (c->link) {
        *c->link = c->next;
        if (c->next)
            c->next->link = c->link;
        c->link = NULL;
    }
    if (c->loan)
        c->loan->client = NULL;
    c->loan = NULL;
}
