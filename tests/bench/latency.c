/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the change to the viewer: a fake QEMU sends an update, and the time is taken until the
 * first byte of what comes of it can be read. Both ends are this process.
 */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/fanout_daemon.h"
#include "tests/bench/knobs.h"
#include "tests/bench/load.h"
#include "tests/bench/measure.h"
#include "tests/bench/report.h"
#include "tests/fakeqemu/fake_qemu.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDTH = 1024,
    HEIGHT = 768,
    QUIET_US = 25000, /* longer than a frame, so that no change waits for the frame clock */
    ANSWER_US = 2000000,
    PATIENCE_US = 60000000,
    SAMPLES_MOST = 20000,
    PER_SECOND = 30,
};

static const char about[] =
    "Usage: latency [OPTION]...\n"
    "From the last byte of an update that a (fake) QEMU sends to the first byte that a viewer\n"
    "can read, after a moment of quiet. About thirty samples in each second of --seconds.\n";

struct bench {
    const struct knobs *k;
    sd_event *loop;
    struct fake_qemu *qemu;
    struct fanout_daemon daemon;
    struct load load;
    const struct load_class *class;
    unsigned n_viewers;
    atomic_bool logged_in;
    uint32_t colour;
};

static struct fake_console *console_of(struct bench *b)
{
    return &b->qemu->display.consoles[0];
}

/* ---- both loops in one thread ---- */

static void run_qemu(struct bench *b)
{
    while (sd_event_run(b->loop, 0) > 0)
        ;
}

static void run_for(struct bench *b, uint64_t us)
{
    uint64_t until = load_now_us() + us;
    while (load_now_us() < until) {
        run_qemu(b);
        load_run(&b->load, load_now_us() + 1000);
    }
}

/* The daemon waits for the machine's picture before it answers a login, so QEMU must go on. */
static void *log_in(void *arg)
{
    struct bench *b = arg;
    struct load_options options = {.class = b->class, .continuous = b->k->continuous};
    for (unsigned i = 0; i < b->n_viewers; i++)
        load_add(&b->load, b->daemon.address, &options);
    b->logged_in = true;
    return NULL;
}

static void start(struct bench *b)
{
    pthread_t thread;
    sd_event_new(&b->loop);
    b->qemu = fake_qemu_new(b->loop);
    console_of(b)->w = WIDTH;
    console_of(b)->h = HEIGHT;
    char *place = alloc_printf("qmp:%s", b->qemu->path);
    fanout_daemon_start(&b->daemon, b->k->program, place);
    free(place);
    load_init(&b->load);
    b->logged_in = false;
    pthread_create(&thread, NULL, log_in, b);
    while (!b->logged_in)
        sd_event_run(b->loop, 10000);
    pthread_join(thread, NULL);
    run_for(b, 1000000);
    if (!console_of(b)->listener)
        measure_fail("latency", "the daemon does not listen to the fake QEMU");
}

static void stop(struct bench *b)
{
    load_fini(&b->load);
    fanout_daemon_stop(&b->daemon);
    fake_qemu_free(&b->qemu);
    b->loop = sd_event_unref(b->loop);
}

/* ---- one sample ---- */

struct change {
    const char *name;
    int w, h;
};

static void draw(struct bench *b, const struct change *change)
{
    struct fake_console *c = console_of(b);
    b->colour = (b->colour * 1103515245u + 12345u) & 0xffffff;
    fake_console_update(c, 0, 0, change->w, change->h, b->colour | 1);
    sd_bus_flush(c->listener);
}

/* Microseconds, or a failure: every change must show. */
static double sample(struct bench *b, const struct change *change)
{
    struct load_viewer *v = b->load.viewers;
    while (v->next)
        v = v->next; /* the one that came first, which is served last */
    struct pollfd fd = {.fd = v->fd, .events = POLLIN};
    uint64_t before = v->all_updates;
    draw(b, change);
    uint64_t drawn_us = load_now_us();
    if (poll(&fd, 1, ANSWER_US / 1000) != 1)
        measure_fail("latency", "a change did not reach the viewer");
    uint64_t seen_us = load_now_us();
    run_for(b, QUIET_US);
    if (v->all_updates == before)
        run_for(b, ANSWER_US);
    return (double)(seen_us - drawn_us);
}

static void measure(struct bench *b, struct report *report, const struct change *change)
{
    size_t n = (size_t)b->k->seconds * PER_SECOND;
    static double us[SAMPLES_MOST];
    n = n < SAMPLES_MOST ? n : SAMPLES_MOST;
    for (size_t i = 0; i < n; i++)
        us[i] = sample(b, change);
    double median_ms = measure_median(us, n) / 1000; /* sorts */
    double late_ms = us[n * 99 / 100] / 1000;
    report_row(report, json_pack("{s:s, s:s, s:i, s:i, s:f, s:f, s:f}", "change", change->name,
                                 "class", b->class->name, "viewers", (int)b->n_viewers,
                                 "samples", (int)n, "median ms", median_ms, "p99 ms", late_ms,
                                 "worst ms", us[n - 1] / 1000));
    char *what = alloc_printf("%s, %s, %u viewers: median ms", change->name, b->class->name,
                              b->n_viewers);
    report_goal(report, what, median_ms, "<=", 1);
    free(what);
    what =
        alloc_printf("%s, %s, %u viewers: p99 ms", change->name, b->class->name, b->n_viewers);
    report_goal(report, what, late_ms, "<=", 5);
    free(what);
}

int main(int argc, char **argv)
{
    static const struct change changes[] = {{"a letter", 8, 16}, {"a line", WIDTH, 16}};
    static const char *const classes[] = {"tight", "zrle"};
    struct knobs k = {.seconds = 10, .viewers = {1, 16}, .n_viewers = 2};
    struct report report;
    knobs_parse(&k, argc, argv, about);
    report_init(&report, "latency", k.json);
    report_table(&report, "from a change to the first byte");
    for (unsigned i = 0; i < 2 * k.n_viewers; i++) {
        struct bench b = {.k = &k, .class = load_class_find(classes[i % 2])};
        b.n_viewers = k.viewers[i / 2];
        start(&b);
        for (size_t c = 0; c < sizeof(changes) / sizeof(changes[0]); c++)
            measure(&b, &report, &changes[c]);
        stop(&b);
    }
    report_fini(&report);
    return 0;
}
