/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What TLS costs for each viewer, beside what GnuTLS needs for the same bytes. */
#include <config.h>
#include "base/alloc.h"
#include "server/certificate.h"
#include "tests/bench/fanout_daemon.h"
#include "tests/bench/knobs.h"
#include "tests/bench/load_tls.h"
#include "tests/bench/measure.h"
#include "tests/bench/ratios.h"
#include "tests/bench/report.h"
#include "tests/bench/tls_floor.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATIENCE_US = 60000000, SETTLED = 3, RUNS_MOST = 15 };

static const char about[] = "Usage: tls [OPTION]...\n"
                            "Viewers of holdfastd with and without TLS (x509-none), one after "
                            "the other: the CPU that each\n"
                            "update of each viewer costs more, beside what GnuTLS needs to "
                            "seal its bytes and to open its\n"
                            "request. Scenes: scroll, window, video, type.\n";

struct bench {
    const struct knobs *k;
    struct report *report;
    char *certificate, *key, *sections;
};

struct cost {
    double us, bytes, updates; /* of an update; of an update; a second and viewer */
};

static void make_certificate(struct bench *b)
{
    const char *const hosts[] = {"localhost"};
    const struct certificate_wish wish = {
        .hosts = hosts, .n_hosts = 1, .days = 1, .group = (gid_t)-1};
    const char *path, *why;
    b->certificate = alloc_printf("%s/server.crt", measure_folder());
    b->key = alloc_printf("%s/server.key", measure_folder());
    if (certificate_create(b->certificate, b->key, &wish, time(NULL), &path, &why))
        measure_fail("certificate", why);
    b->sections =
        alloc_printf("tls { certificate = \"%s\" key = \"%s\" }", b->certificate, b->key);
}

static struct cost trial(const struct bench *b, const char *scene, unsigned n, bool tls)
{
    struct fanout_daemon d;
    struct load load;
    struct load_options options = {.class = b->k->class, .transport = tls ? &load_tls : NULL};
    char *place = alloc_printf("pattern:1920x1080,mode=%s,fps=%u", scene, b->k->fps);
    fanout_daemon_start_with(&d, b->k->program, place, "none, x509-none", b->sections);
    load_init(&load);
    for (unsigned i = 0; i < n; i++)
        load_add(&load, d.address, &options);
    if (!load_run_until_all_have(&load, SETTLED, load_now_us() + PATIENCE_US))
        measure_fail("tls", "some viewer gets no updates");
    load_mark(&load);
    uint64_t cpu_us = 0 - measure_cpu_us(d.pid);
    load_run(&load, load_now_us() + b->k->seconds * 1000000ull);
    cpu_us += measure_cpu_us(d.pid);
    struct load_summary sum = load_summary(&load, LOAD_ALL);
    load_fini(&load);
    fanout_daemon_stop(&d);
    free(place);
    return (struct cost){ratio_of((double)cpu_us, (double)sum.updates),
                         ratio_of((double)sum.bytes, (double)sum.updates),
                         (double)sum.updates / n / b->k->seconds};
}

static void measure(const struct bench *b, const char *scene, unsigned n)
{
    double plain_us[RUNS_MOST], tls_us[RUNS_MOST], more_us[RUNS_MOST], floor_us[RUNS_MOST];
    double ratio[RUNS_MOST], bytes[RUNS_MOST], updates[RUNS_MOST];
    unsigned runs = b->k->runs < RUNS_MOST ? b->k->runs : RUNS_MOST;
    for (unsigned i = 0; i < runs; i++) {
        struct cost plain = trial(b, scene, n, false), tls = trial(b, scene, n, true);
        plain_us[i] = plain.us;
        tls_us[i] = tls.us;
        more_us[i] = tls.us - plain.us;
        bytes[i] = tls.bytes;
        updates[i] = tls.updates;
        floor_us[i] = tls_floor_us(
            &(struct tls_floor){b->certificate, b->key, n, b->k->fps, (size_t)tls.bytes});
        ratio[i] = ratio_of(more_us[i], floor_us[i]);
    }
    double times = measure_median(ratio, runs);
    report_row(b->report,
               json_pack("{s:s, s:i, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "scene", scene,
                         "viewers", (int)n, "updates/s each", measure_median(updates, runs),
                         "bytes each", measure_median(bytes, runs), "plain us",
                         measure_median(plain_us, runs), "TLS us", measure_median(tls_us, runs),
                         "more us", measure_median(more_us, runs), "GnuTLS us",
                         measure_median(floor_us, runs), "more/GnuTLS", times));
    char *what = alloc_printf("%s, %u viewers: CPU of TLS against GnuTLS's", scene, n);
    report_goal(b->report, what, times, "<=", 1.2);
    free(what);
}

int main(int argc, char **argv)
{
    static const char *const scenes[] = {"scroll", "window", "video", "type"};
    struct knobs k = {.runs = 3,
                      .seconds = 4,
                      .fps = 30,
                      .viewers = {16, 64},
                      .n_viewers = 2,
                      .class = load_class_find("tight")};
    struct report report;
    struct bench b = {.k = &k, .report = &report};
    knobs_parse(&k, argc, argv, about);
    report_init(&report, "tls", k.json);
    make_certificate(&b);
    report_table(&report, "1080p: CPU of an update of one viewer, with TLS and without");
    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        for (unsigned n = 0; n < k.n_viewers; n++) {
            if (!k.scene || !strcmp(k.scene, scenes[i]))
                measure(&b, scenes[i], k.viewers[n]);
        }
    }
    report_fini(&report);
    free(b.certificate);
    free(b.key);
    free(b.sections);
    return 0;
}
