/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/flow.h"

#include <string.h>

#define WINDOW_LEAST 24576u    /* bytes in flight that are always allowed: 0.2 s of 1 Mbit/s */
#define WINDOW_MOST (8u << 20) /* and never exceeded */
#define UNSENT_MOST 262144u    /* without fences: what may wait in the kernel */
#define SLACK_US 50000u        /* beyond the round trip: what the client needs to decode */
#define FILLS_PATH 16384u      /* an update of so many bytes shows what the path carries */
#define RTT_EPOCH_US 10000000u

void flow_init(struct flow *f)
{
    memset(f, 0, sizeof(*f));
}

void flow_use_fences(struct flow *f, bool fences, uint64_t sent_bytes)
{
    if (f->fences == fences)
        return;
    f->fences = fences;
    f->probing = false;
    f->n_marks = 0;
    f->acked_bytes = sent_bytes;
}

bool flow_wants_probe(const struct flow *f)
{
    return f->fences && !f->n_marks && (!f->rtt_us || f->probing);
}

bool flow_mark(struct flow *f, uint64_t now_us, uint64_t sent_bytes, uint32_t *id_r)
{
    if (f->n_marks == FLOW_MARKS_MOST)
        return false;
    f->marks[f->n_marks].id = f->next_id;
    f->marks[f->n_marks].sent_us = now_us;
    f->marks[f->n_marks].sent_bytes = sent_bytes;
    f->marks[f->n_marks].acked_bytes = f->acked_bytes;
    f->marks[f->n_marks].alone =
        !f->n_marks || f->marks[f->n_marks - 1].sent_bytes == f->acked_bytes;
    f->n_marks++;
    *id_r = f->next_id++;
    return true;
}

/* Under load each update waits behind others: only one that goes alone tells the round trip
 * itself. */
static void learn_rtt(struct flow *f, uint64_t now_us, uint64_t rtt_us, bool alone)
{
    bool smaller = !f->rtt_us || rtt_us < f->rtt_us;
    if (smaller || (alone && f->probing)) {
        f->rtt_us = rtt_us ? rtt_us : 1;
        f->rtt_epoch_us = now_us;
        f->probing = false;
    } else if (now_us - f->rtt_epoch_us > RTT_EPOCH_US) {
        f->probing = true;
    }
}

/* The path did not carry anything during the round trip of an update that went alone. */
static uint64_t carried_us(const struct flow *f, uint64_t elapsed_us, uint64_t bytes,
                           bool alone)
{
    if (!alone || bytes <= FILLS_PATH)
        return elapsed_us;
    return f->rtt_us < elapsed_us * 3 / 4 ? elapsed_us - f->rtt_us : elapsed_us / 4;
}

/* bytes arrived within elapsed_us: what was on its way before the update, and the update. */
static void learn_rate(struct flow *f, uint64_t elapsed_us, uint64_t bytes)
{
    uint64_t rate = bytes * 1000000u / (elapsed_us ? elapsed_us : 1);
    f->filled |= bytes > FILLS_PATH;
    /* A few bytes do not fill the path: they can only raise the estimate. */
    if (rate > f->rate_bytes_s)
        f->rate_bytes_s = rate;
    else if (bytes > FILLS_PATH)
        f->rate_bytes_s -= (f->rate_bytes_s - rate) / 8;
}

void flow_acked(struct flow *f, uint64_t now_us, uint32_t id)
{
    for (unsigned i = 0; i < f->n_marks; i++) {
        if (f->marks[i].id != id)
            continue;
        uint64_t elapsed_us = now_us - f->marks[i].sent_us;
        learn_rtt(f, now_us, elapsed_us, f->marks[i].alone);
        uint64_t bytes = f->marks[i].sent_bytes - f->marks[i].acked_bytes;
        learn_rate(f, carried_us(f, elapsed_us, bytes, f->marks[i].alone), bytes);
        f->acked_bytes = f->marks[i].sent_bytes;
        f->n_marks -= i + 1;
        memmove(f->marks, f->marks + i + 1, f->n_marks * sizeof(f->marks[0]));
        return;
    }
}

static uint64_t window(const struct flow *f)
{
    uint64_t bytes = f->rate_bytes_s * (f->rtt_us + SLACK_US) / 1000000u;
    return bytes < WINDOW_LEAST ? WINDOW_LEAST : bytes > WINDOW_MOST ? WINDOW_MOST : bytes;
}

bool flow_may_send(const struct flow *f, size_t queued, size_t unsent, uint64_t sent_bytes,
                   bool asked)
{
    if (queued)
        return false;
    if (asked)
        return true;
    if (!f->fences)
        return unsent < UNSENT_MOST;
    if (f->n_marks == FLOW_MARKS_MOST || (f->probing && f->n_marks))
        return false;
    return sent_bytes - f->acked_bytes < window(f);
}
