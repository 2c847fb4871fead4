/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same frames through other servers. One that is not there is left out, and that is said. */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/fanout_daemon.h"
#include "tests/bench/fanout_tables.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_US = 60000000, SETTLED = 3, FPS = 10, RUNS_MOST = 15 };

struct server {
    const char *name;
    bool (*is_there)(void);
    void (*start)(struct server *s, const struct knobs *k, const char *scene);
    pid_t pids[2]; /* the one that is measured, a helper or 0 */
    char *address;
};

static bool always(void)
{
    return true;
}

static void start_holdfast(struct server *s, const struct knobs *k, const char *scene)
{
    char *place = alloc_printf("pattern:1920x1080,mode=%s,fps=%d", scene, FPS);
    struct fanout_daemon d;
    fanout_daemon_start(&d, k->program, place);
    s->pids[0] = d.pid;
    s->address = d.address;
    free(place);
}

static bool neatvnc_is_there(void)
{
    return measure_has_sibling("tests/bench/peer_neatvnc");
}

static void start_neatvnc(struct server *s, const struct knobs *k, const char *scene)
{
    char *program = measure_sibling("tests/bench/peer_neatvnc");
    char port[16], fps[16];
    (void)k;
    snprintf(port, sizeof(port), "%u", measure_free_port());
    snprintf(fps, sizeof(fps), "%d", FPS);
    const char *const argv[] = {program, port, scene, fps, NULL};
    s->pids[0] = measure_start("neatvnc", argv);
    free(measure_wait_log("neatvnc", "ready"));
    s->address = alloc_printf("127.0.0.1:%s", port);
    free(program);
}

static bool xvnc_is_there(void)
{
    return access("/usr/bin/Xvnc", X_OK) == 0 && measure_has_sibling("tests/bench/peer_xvnc");
}

/* The feeder draws, and only the server is measured; the others draw by themselves. */
static void start_xvnc(struct server *s, const struct knobs *k, const char *scene)
{
    char *program = measure_sibling("tests/bench/peer_xvnc"), display[16], port[16], fps[16];
    unsigned number = measure_free_port();
    (void)k;
    snprintf(display, sizeof(display), ":%u", number);
    snprintf(port, sizeof(port), "%u", number);
    snprintf(fps, sizeof(fps), "%d", FPS);
    const char *const argv[] = {"Xvnc",           display, "-geometry", "1920x1080", "-depth", "24",
                                "-SecurityTypes", "None",  "-rfbport",  port,        "-nolisten", "tcp",
                                NULL};
    const char *const feeder[] = {program, display, scene, fps, NULL};
    s->pids[0] = measure_start("xvnc", argv);
    s->address = alloc_printf("127.0.0.1:%s", port);
    load_wait_for(s->address);
    s->pids[1] = measure_start("xvnc-feeder", feeder);
    free(measure_wait_log("xvnc-feeder", "ready"));
    free(program);
}

static void stop(struct server *s)
{
    for (int i = 1; i >= 0; i--) {
        if (s->pids[i])
            measure_stop(s->pids[i]);
        s->pids[i] = 0;
    }
    free(s->address);
}

static const struct server servers[] = {
    {.name = "Holdfast", .is_there = always, .start = start_holdfast},
    {.name = "neatvnc", .is_there = neatvnc_is_there, .start = start_neatvnc},
    {.name = "Xvnc", .is_there = xvnc_is_there, .start = start_xvnc},
};

struct cell {
    double cpu_ms, updates, kib;
};

static struct cell trial(const struct server *which, const struct knobs *k, const char *scene,
                         const struct load_class *class, unsigned n)
{
    struct server s = *which;
    struct load load;
    struct load_options options = {.class = class};
    s.start(&s, k, scene);
    load_init(&load);
    for (unsigned i = 0; i < n; i++)
        load_add(&load, s.address, &options);
    if (!load_run_until_all_have(&load, SETTLED, load_now_us() + PATIENCE_US))
        measure_fail(s.name, "some viewer gets no updates");
    load_mark(&load);
    uint64_t cpu_us = 0 - measure_cpu_us(s.pids[0]);
    load_run(&load, load_now_us() + k->seconds * 1000000ull);
    cpu_us += measure_cpu_us(s.pids[0]);
    struct load_summary sum = load_summary(&load, LOAD_ALL);
    load_fini(&load);
    stop(&s);
    double updates = (double)sum.updates;
    return (struct cell){(double)cpu_us / 1e3 / k->seconds, updates / n / k->seconds,
                         updates > 0 ? (double)sum.bytes / updates / 1024 : 0};
}

static void add_row(const struct server *s, const struct knobs *k, struct report *report,
                    const char *scene, const char *class, unsigned n)
{
    double cpu[RUNS_MOST], updates[RUNS_MOST], kib[RUNS_MOST];
    unsigned runs = k->runs < RUNS_MOST ? k->runs : RUNS_MOST;
    for (unsigned i = 0; i < runs; i++) {
        struct cell c = trial(s, k, scene, load_class_find(class), n);
        cpu[i] = c.cpu_ms;
        updates[i] = c.updates;
        kib[i] = c.kib;
    }
    double cpu_ms = measure_median(cpu, runs), each = measure_median(updates, runs);
    report_row(report, json_pack("{s:s, s:s, s:s, s:i, s:f, s:f, s:f, s:f}", "scene", scene, "class",
                                 class, "server", s->name, "viewers", (int)n, "CPU ms/s", cpu_ms,
                                 "updates/s each", each, "KiB each", measure_median(kib, runs),
                                 "CPU ms an update", each > 0 ? cpu_ms / each / n : 0));
}

void fanout_peers(const struct knobs *k, struct report *report)
{
    static const char *const scenes[] = {"scroll", "video"}, *const classes[] = {"tight", "zrle"};
    static const unsigned viewers[] = {1, 4, 16};
    report_table(report, "1080p, 10 frames/s: other servers");
    for (size_t s = 0; s < sizeof(servers) / sizeof(servers[0]); s++) {
        if (!servers[s].is_there())
            fprintf(stderr, "%s is not there and is left out\n", servers[s].name);
    }
    for (size_t i = 0; i < 12; i++) {
        const char *scene = scenes[i / 6], *class = classes[i / 3 % 2];
        for (size_t s = 0; s < sizeof(servers) / sizeof(servers[0]); s++) {
            if (servers[s].is_there() && (!k->scene || !strcmp(k->scene, scene)))
                add_row(&servers[s], k, report, scene, class, viewers[i % 3]);
        }
    }
}
