/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/fanout_tables.h"
#include "tests/bench/fanout_trial.h"
#include "tests/bench/measure.h"

#include <stdlib.h>
#include <string.h>

enum { CLASSES = 3, FAST_EACH = 10, THROTTLED_EACH = 5, RATE_BPS = 1000000, RUNS_MOST = 15 };

static const char *const class_names[CLASSES] = {"tight", "tight-q8", "zrle"};

struct mixed {
    const struct knobs *k;
    const char *scene;
    unsigned runs;
    double encode_ratio[RUNS_MOST], cpu_ratio[RUNS_MOST];
    double few_ms[RUNS_MOST], all_ms[RUNS_MOST]; /* of encoding, a second */
    double least_ratio[CLASSES][RUNS_MOST], throttled[CLASSES][RUNS_MOST];
};

/* One fast viewer of each class alone, or all with the throttled ones (parts 3 to 5). */
static struct fanout_result trial(const struct mixed *m, bool crowd)
{
    char *place = alloc_printf("pattern:1920x1080,mode=%s,fps=%u", m->scene, m->k->fps);
    struct fanout_setup setup = {
        .program = m->k->program,
        .place = place,
        .n_parts = crowd ? 2 * CLASSES : CLASSES,
        .continuous = m->k->continuous,
        .rate_bps = RATE_BPS,
        .seconds = m->k->seconds,
    };
    for (int i = 0; i < CLASSES; i++) {
        const struct load_class *class = load_class_find(class_names[i]);
        setup.parts[i] = (struct fanout_part){class, crowd ? FAST_EACH : 1, false};
        setup.parts[CLASSES + i] = (struct fanout_part){class, THROTTLED_EACH, true};
    }
    struct fanout_result result = fanout_trial(&setup);
    free(place);
    return result;
}

static double ratio(uint64_t a, uint64_t b)
{
    return b ? (double)a / (double)b : 0;
}

static void run_once(struct mixed *m, unsigned run)
{
    struct fanout_result few = trial(m, false), all = trial(m, true);
    m->encode_ratio[run] = ratio(all.encode_us, few.encode_us);
    m->few_ms[run] = (double)few.encode_us / 1e3 / m->k->seconds;
    m->all_ms[run] = (double)all.encode_us / 1e3 / m->k->seconds;
    m->cpu_ratio[run] = ratio(all.cpu_us, few.cpu_us);
    for (int i = 0; i < CLASSES; i++) {
        const struct load_summary *slow = &all.parts[CLASSES + i];
        m->least_ratio[i][run] = ratio(all.parts[i].least_updates, few.parts[i].least_updates);
        m->throttled[i][run] = ratio(slow->updates, slow->viewers) / m->k->seconds;
    }
}

static void report_scene(struct mixed *m, struct report *report)
{
    double encode = measure_median(m->encode_ratio, m->runs);
    char *what = alloc_printf("mixed, %s: encoding CPU of one viewer a class", m->scene);
    report_goal(report, what, encode, "<=", 2);
    free(what);
    for (int i = 0; i < CLASSES; i++) {
        double least = measure_median(m->least_ratio[i], m->runs);
        report_row(report, json_pack("{s:s, s:s, s:f, s:f, s:f, s:f, s:f, s:f}", "scene",
                                     m->scene, "class", class_names[i], "few: encoding ms/s",
                                     measure_median(m->few_ms, m->runs), "all",
                                     measure_median(m->all_ms, m->runs), "x encoding CPU",
                                     encode, "x all CPU", measure_median(m->cpu_ratio, m->runs),
                                     "fast: updates/few", least, "throttled: updates/s",
                                     measure_median(m->throttled[i], m->runs)));
        what = alloc_printf("mixed, %s: updates of fast %s viewers", m->scene, class_names[i]);
        report_goal(report, what, least, ">=", 0.9);
        free(what);
    }
}

void fanout_mixed(const struct knobs *k, struct report *report)
{
    static const char *const scenes[] = {"scroll", "window", "video"};
    report_table(
        report,
        "10 fast and 5 throttled viewers in each of 3 classes against one fast one each");
    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        struct mixed m = {.k = k, .scene = scenes[i]};
        if (k->scene && strcmp(k->scene, m.scene) != 0)
            continue;
        for (; m.runs < k->runs && m.runs < RUNS_MOST; m.runs++)
            run_once(&m, m.runs);
        report_scene(&m, report);
    }
}
