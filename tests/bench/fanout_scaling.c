/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/fanout_tables.h"
#include "tests/bench/fanout_trial.h"
#include "tests/bench/floor_trial.h"
#include "tests/bench/measure.h"

#include <stdlib.h>
#include <string.h>

enum { RUNS_MOST = 15 };

/* What is measured for one number of viewers, run by run. */
struct column {
    double cpu_ms[RUNS_MOST], cpu_ratio[RUNS_MOST], least_ratio[RUNS_MOST];
    double updates[RUNS_MOST], kib[RUNS_MOST]; /* per viewer; per update */
    double floor_ratio[RUNS_MOST]; /* cost of a further viewer's update against the floor's */
};

struct scaling {
    const struct knobs *k;
    const char *scene;
    char *place;
    struct column columns[KNOBS_VIEWERS_MOST];
    unsigned runs;
    bool small; /* changes are small: what matters is the cost above the floor */
};

static struct fanout_result trial(const struct scaling *s, unsigned n)
{
    struct fanout_setup setup = {
        .program = s->k->program,
        .place = s->place,
        .parts = {{.class = s->k->class, .n = n}},
        .n_parts = 1,
        .continuous = s->k->continuous,
        .seconds = s->k->seconds,
    };
    return fanout_trial(&setup);
}

static double ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

static double per(uint64_t sum, uint64_t n)
{
    return ratio((double)sum, (double)n);
}

/* The CPU of each update beyond those of the first viewer, against a bare loop's. */
static double against_floor(const struct scaling *s, unsigned n,
                            const struct fanout_result *one, const struct fanout_result *many)
{
    const struct load_summary *sum = &many->parts[0];
    double more_us = (double)many->cpu_us - (double)one->cpu_us;
    double more_updates = (double)sum->updates - (double)one->parts[0].updates;
    size_t bytes = (size_t)per(sum->bytes, sum->updates);
    struct floor_result bare = floor_trial(n, bytes, s->k->fps, s->k->seconds);
    struct floor_result bare_one = floor_trial(1, bytes, s->k->fps, s->k->seconds);
    double bare_us = (double)bare.cpu_us - (double)bare_one.cpu_us;
    double bare_updates = (double)bare.updates - (double)bare_one.updates;
    return ratio(ratio(more_us, more_updates), ratio(bare_us, bare_updates));
}

static void run_once(struct scaling *s, unsigned run)
{
    struct fanout_result one = {0};
    for (unsigned i = 0; i < s->k->n_viewers; i++) {
        struct column *c = &s->columns[i];
        unsigned n = s->k->viewers[i];
        struct fanout_result got = trial(s, n);
        if (i == 0)
            one = got;
        c->cpu_ms[run] = (double)got.cpu_us / 1000;
        c->cpu_ratio[run] = per(got.cpu_us, one.cpu_us);
        c->least_ratio[run] = per(got.parts[0].least_updates, one.parts[0].least_updates);
        c->updates[run] = per(got.parts[0].updates, got.parts[0].viewers);
        c->kib[run] = per(got.parts[0].bytes, got.parts[0].updates) / 1024;
        c->floor_ratio[run] = i ? against_floor(s, n, &one, &got) : 0;
    }
}

/* ---- the table ---- */

static void add_row(struct report *report, struct scaling *s, unsigned i)
{
    struct column *c = &s->columns[i];
    json_t *row = json_pack(
        "{s:s, s:i, s:f, s:f, s:f, s:f, s:f, s:f}", "scene", s->scene, "viewers",
        (int)s->k->viewers[i], "CPU ms/s", measure_median(c->cpu_ms, s->runs) / s->k->seconds,
        "x one viewer", measure_median(c->cpu_ratio, s->runs), "updates/s each",
        measure_median(c->updates, s->runs) / s->k->seconds, "least/one",
        measure_median(c->least_ratio, s->runs), "KiB each", measure_median(c->kib, s->runs),
        "x floor", measure_median(c->floor_ratio, s->runs));
    report_row(report, row);
}

static void add_goal(struct report *report, const struct scaling *s, unsigned i,
                     const char *what, double *values, const char *relation, double goal)
{
    char *text = alloc_printf("%s, %u viewers: %s", s->scene, s->k->viewers[i], what);
    report_goal(report, text, measure_median(values, s->runs), relation, goal);
    free(text);
}

/* Where changes are small there is no encoding to share: then the sockets are the measure. */
static void add_goals(struct report *report, struct scaling *s, unsigned i)
{
    static const struct {
        unsigned viewers;
        double cpu_ratio;
    } goals[] = {{16, 1.3}, {64, 2}, {256, 5}};
    struct column *c = &s->columns[i];
    for (size_t g = 0; g < sizeof(goals) / sizeof(goals[0]); g++) {
        if (goals[g].viewers != s->k->viewers[i])
            continue;
        add_goal(report, s, i, "updates of one", c->least_ratio, ">=", 0.95);
        if (s->small)
            add_goal(report, s, i, "each further one against floor", c->floor_ratio, "<=", 1.5);
        else
            add_goal(report, s, i, "CPU of one", c->cpu_ratio, "<=", goals[g].cpu_ratio);
    }
}

static void measure_scene(const struct knobs *k, struct report *report, const char *scene)
{
    struct scaling s = {
        .k = k,
        .scene = scene,
        .place = alloc_printf("pattern:1920x1080,mode=%s,fps=%u", scene, k->fps),
        .runs = k->runs < RUNS_MOST ? k->runs : RUNS_MOST,
        .small = strcmp(scene, "type") == 0,
    };
    char *title = alloc_printf("1080p, %s, %u frames/s, %s", scene, k->fps, k->class->name);
    report_table(report, title);
    for (unsigned run = 0; run < s.runs; run++)
        run_once(&s, run);
    for (unsigned i = 0; i < k->n_viewers; i++) {
        add_row(report, &s, i);
        add_goals(report, &s, i);
    }
    free(title);
    free(s.place);
}

void fanout_scaling(const struct knobs *k, struct report *report)
{
    static const char *const scenes[] = {"type", "scroll", "window", "video"};
    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        if (!k->scene || !strcmp(k->scene, scenes[i]))
            measure_scene(k, report, scenes[i]);
    }
}
