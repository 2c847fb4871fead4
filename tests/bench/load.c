/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/load.h"
#include "base/alloc.h"
#include "tests/bench/load_login.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_MOST = 65536, EVENTS_MOST = 64, ASK_AGAIN_US = 3000000 };

uint64_t load_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

static struct load_viewer *viewer_of(struct framing *f)
{
    return (struct load_viewer *)((char *)f - offsetof(struct load_viewer, framing));
}

/* ---- what the server says ---- */

/*
 * QEMU's server forgets a request when the picture is replaced while it encodes, and then
 * answers only one for everything. So a viewer without a picture repeats that one.
 */
static void ask(struct load_viewer *v, uint64_t now_us)
{
    v->ask_at_us = now_us + ASK_AGAIN_US; /* unless something comes */
    if (!v->continuous)
        load_send_request(v, v->all_updates > 0);
}

static void note_update(struct load_viewer *v, uint64_t now_us)
{
    uint64_t gap_us = v->updated_us ? now_us - v->updated_us : 0;
    v->counts.updates++;
    v->all_updates++;
    v->counts.gap_us = gap_us > v->counts.gap_us ? gap_us : v->counts.gap_us;
    v->updated_us = now_us;
    if (v->load->on_update)
        v->load->on_update(v, now_us, v->load->self);
}

static void on_update(struct framing *f, unsigned n_rects)
{
    struct load_viewer *v = viewer_of(f);
    uint64_t now_us = load_now_us();
    if (n_rects)
        note_update(v, now_us);
    if (v->options.period_us)
        v->ask_at_us = now_us + v->options.period_us;
    else
        ask(v, now_us);
}

static void on_fence(struct framing *f, uint32_t flags, const uint8_t *payload, unsigned length)
{
    struct load_viewer *v = viewer_of(f);
    if (flags & LOAD_FENCE_REQUEST)
        load_send_fence(v, flags & LOAD_FENCE_KNOWN, payload, length);
    if (v->options.continuous && !v->continuous) {
        v->continuous = true;
        load_send_continuous(v);
    }
}

static void on_resized(struct framing *f, int w, int h)
{
    struct load_viewer *v = viewer_of(f);
    v->w = w;
    v->h = h;
}

static const struct framing_handler handler = {on_update, on_fence, on_resized};

/* ---- viewers ---- */

void load_init(struct load *load)
{
    memset(load, 0, sizeof(*load));
    load->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
}

void load_fini(struct load *load)
{
    for (struct load_viewer *v = load->viewers, *next; v; v = next) {
        next = v->next;
        if (v->transport)
            v->options.transport->close(v->transport);
        close(v->fd);
        free(v);
    }
    close(load->epoll_fd);
    memset(load, 0, sizeof(*load));
}

struct load_viewer *load_add(struct load *load, const char *address,
                             const struct load_options *options)
{
    struct load_viewer *v = ALLOC(struct load_viewer);
    v->load = load;
    v->options = *options;
    framing_init(&v->framing, &handler, 4);
    load_login(v, address);
    v->next = load->viewers;
    load->viewers = v;
    load->n++;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = v};
    epoll_ctl(load->epoll_fd, EPOLL_CTL_ADD, v->fd, &event);
    load_send_request(v, false);
    v->ask_at_us = load_now_us() + ASK_AGAIN_US;
    return v;
}

static void end(struct load_viewer *v, const char *why)
{
    fprintf(stderr, "a viewer ended: %s\n", why);
    epoll_ctl(v->load->epoll_fd, EPOLL_CTL_DEL, v->fd, NULL);
    v->ended = true;
    v->load->n_ended++;
}

/* What needs no look is dropped in the kernel (TCP; elsewhere it is read like the rest). */
static ssize_t take(struct load_viewer *v)
{
    uint8_t buffer[READ_MOST];
    uint64_t skip = framing_skippable(&v->framing);
    ssize_t got;
    if (v->transport) {
        got = v->options.transport->recv(v->transport, buffer, sizeof(buffer), false);
        if (got > 0)
            framing_feed(&v->framing, buffer, (size_t)got);
    } else if (skip > sizeof(buffer) && v->drops) {
        size_t most = skip < (1u << 20) ? (size_t)skip : 1u << 20;
        got = recv(v->fd, NULL, most, MSG_TRUNC | MSG_DONTWAIT);
        if (got > 0)
            framing_skipped(&v->framing, (uint64_t)got);
    } else {
        got = recv(v->fd, buffer, sizeof(buffer), MSG_DONTWAIT);
        if (got > 0)
            framing_feed(&v->framing, buffer, (size_t)got);
    }
    return got;
}

/* A transport may hold more than its socket tells. */
static ssize_t take_all(struct load_viewer *v)
{
    ssize_t got = take(v), sum = got;
    while (v->transport && got > 0 && (got = take(v)) > 0)
        sum += got;
    return sum;
}

static void on_readable(struct load_viewer *v)
{
    ssize_t got = take_all(v);
    if (got > 0)
        v->counts.bytes += (uint64_t)got;
    if (got > 0 && !v->options.period_us)
        v->ask_at_us = v->load->now_us + ASK_AGAIN_US;
    if (v->framing.broken)
        end(v, v->framing.broken);
    else if (got == 0)
        end(v, "the server closed the connection");
    else if (got < 0 && errno != EAGAIN && errno != EINTR)
        end(v, strerror(errno));
}

/* ---- running ---- */

/* Asks where it is time; returns when the next one is due, or until_us. */
static uint64_t ask_due(struct load *load, uint64_t now_us, uint64_t until_us)
{
    for (struct load_viewer *v = load->viewers; v; v = v->next) {
        if (v->ask_at_us && v->ask_at_us <= now_us)
            ask(v, now_us);
        else if (v->ask_at_us && v->ask_at_us < until_us)
            until_us = v->ask_at_us;
    }
    return until_us;
}

static bool step(struct load *load, uint64_t until_us)
{
    struct epoll_event events[EVENTS_MOST];
    uint64_t now_us = load_now_us();
    if (now_us >= until_us || load->n_ended == load->n)
        return false;
    uint64_t next_us = ask_due(load, now_us, until_us);
    load->now_us = now_us;
    int timeout_ms = (int)((next_us - now_us + 999) / 1000);
    int n = epoll_wait(load->epoll_fd, events, EVENTS_MOST, timeout_ms);
    for (int i = 0; i < n; i++)
        on_readable(events[i].data.ptr);
    return true;
}

void load_run(struct load *load, uint64_t until_us)
{
    while (step(load, until_us))
        ;
}

static bool all_have(const struct load *load, uint64_t n)
{
    for (const struct load_viewer *v = load->viewers; v; v = v->next) {
        if (v->all_updates < n)
            return false;
    }
    return true;
}

bool load_run_until_all_have(struct load *load, uint64_t n, uint64_t until_us)
{
    while (!all_have(load, n)) {
        if (!step(load, until_us))
            return false;
    }
    return true;
}

void load_mark(struct load *load)
{
    for (struct load_viewer *v = load->viewers; v; v = v->next)
        v->counts = (struct load_counts){0};
}

struct load_summary load_summary(const struct load *load, int tag)
{
    struct load_summary sum = {.least_updates = UINT64_MAX};
    for (const struct load_viewer *v = load->viewers; v; v = v->next) {
        if (tag != LOAD_ALL && v->tag != (unsigned)tag)
            continue;
        sum.viewers++;
        sum.updates += v->counts.updates;
        sum.bytes += v->counts.bytes;
        if (v->counts.updates < sum.least_updates)
            sum.least_updates = v->counts.updates;
        sum.gap_us = v->counts.gap_us > sum.gap_us ? v->counts.gap_us : sum.gap_us;
    }
    return sum;
}
