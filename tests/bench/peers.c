/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other servers beside holdfastd: the same clips, the same damage, the same cheap viewers. */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/clip.h"
#include "tests/bench/knobs.h"
#include "tests/bench/measure.h"
#include "tests/bench/peer_servers.h"
#include "tests/bench/ratios.h"
#include "tests/bench/report.h"

#include <stdlib.h>
#include <string.h>

enum {
    PATIENCE_US = 120000000,
    SETTLED = 2, /* updates that every viewer has before it is measured */
    RUNS_MOST = 15,
    USUAL_FPS = 10,
    PHOTOS_FPS = 4, /* the other servers need longer for one such picture than a frame takes */
    CLASSES = 3,
};

static const char about[] =
    "Usage: peers [OPTION]... [CLIP]...\n"
    "LibVNCServer, TigerVNC's Xvnc and neatvnc beside holdfastd, as far as they have been "
    "built\n"
    "(make bench-peers). All play the same clips (--scene: text, browser, editor, console,\n"
    "dialogs, video, photos; and the files of CLIP, as `record` makes them), are told the "
    "same\n"
    "damage, squares of 64 px, and nothing of what moved. A run starts each server in turn.\n"
    "--only NAME compares with that one.\n";

static const char *const class_names[CLASSES] = {"tight", "tight-q8", "zrle"};

/*
 * Updates are those that show another frame, a second and viewer: a server that sends one frame
 * in many, or refines later what it sent, has not sent more.
 */
struct cell {
    double cpu_ms, updates, kib; /* a second; a second and viewer; an update */
    double per_cpu;              /* viewer-updates per CPU second */
};

struct bench {
    const struct knobs *k;
    struct report *report;
    bool wanted[PEER_SERVERS];
    /* Of holdfastd to each server, for each number of viewers and class: updates per CPU. */
    struct ratios ratios[PEER_SERVERS][KNOBS_VIEWERS_MOST][CLASSES];
    /* Of the scene: with the first number of viewers. */
    double first_cpu_ms[PEER_SERVERS][CLASSES], first_updates[PEER_SERVERS][CLASSES];
};

struct scene {
    const char *name;
    struct peer_clip clip;
};

static struct cell trial(const struct bench *b, unsigned which, const struct scene *scene,
                         const struct load_class *class, unsigned n)
{
    struct peer_server s;
    struct load load;
    struct load_options options = {.class = class};
    peer_server_start(&s, which, &scene->clip, b->k->program);
    load_init(&load);
    for (unsigned i = 0; i < n; i++)
        load_add(&load, s.address, &options);
    if (!load_run_until_all_have(&load, SETTLED, load_now_us() + PATIENCE_US))
        measure_fail(peer_server_name(which), "some viewer gets no updates");
    load_mark(&load);
    uint64_t from_us = load_now_us(), cpu_us = 0 - measure_cpu_us(s.pid);
    load_run(&load, from_us + b->k->seconds * 1000000ull);
    cpu_us += measure_cpu_us(s.pid);
    double seconds = (double)(load_now_us() - from_us) / 1e6;
    struct load_summary sum = load_summary(&load, LOAD_ALL);
    load_fini(&load);
    peer_server_stop(&s);
    double updates = (double)sum.updates / n / seconds;
    updates = updates < scene->clip.fps ? updates : scene->clip.fps;
    return (struct cell){
        .cpu_ms = (double)cpu_us / 1e3 / seconds,
        .updates = updates,
        .kib = ratio_of((double)sum.bytes / n / seconds, updates) / 1024,
        .per_cpu = ratio_of(updates * n, (double)cpu_us / 1e6 / seconds),
    };
}

static double median_of(const struct cell *cells, unsigned n, size_t offset)
{
    double list[RUNS_MOST];
    for (unsigned i = 0; i < n; i++)
        memcpy(&list[i], (const char *)&cells[i] + offset, sizeof(list[i]));
    return measure_median(list, n);
}

/* What holdfastd is to reach by itself, where one viewer is first. */
static void add_scaling_goals(struct bench *b, const char *name, unsigned at, double cpu,
                              double updates)
{
    static const struct {
        unsigned viewers;
        double cpu;
    } goals[] = {{16, 1.3}, {64, 2}, {256, 5}};
    for (size_t g = 0; g < sizeof(goals) / sizeof(goals[0]); g++) {
        if (b->k->viewers[0] != 1 || b->k->viewers[at] != goals[g].viewers)
            continue;
        char *what = alloc_printf("%s, %u viewers: CPU of one", name, goals[g].viewers);
        report_goal(b->report, what, cpu, "<=", goals[g].cpu);
        free(what);
        what = alloc_printf("%s, %u viewers: updates of one", name, goals[g].viewers);
        report_goal(b->report, what, updates, ">=", 0.95);
        free(what);
    }
}

struct row {
    const struct scene *scene;
    unsigned class, at, which;
};

static void add_row(struct bench *b, const struct row *r, const struct cell *cells,
                    unsigned runs, double ratio)
{
    double cpu_ms = median_of(cells, runs, offsetof(struct cell, cpu_ms));
    double updates = median_of(cells, runs, offsetof(struct cell, updates));
    if (r->at == 0) {
        b->first_cpu_ms[r->which][r->class] = cpu_ms;
        b->first_updates[r->which][r->class] = updates;
    }
    double times = ratio_of(cpu_ms, b->first_cpu_ms[r->which][r->class]);
    report_row(b->report,
               json_pack("{s:s, s:s, s:i, s:s, s:f, s:f, s:f, s:f, s:f, s:f}", "content",
                         r->scene->name, "class", class_names[r->class], "viewers",
                         (int)b->k->viewers[r->at], "server", peer_server_name(r->which),
                         "CPU ms/s", cpu_ms, "x first", times, "updates/s each", updates,
                         "KiB each", median_of(cells, runs, offsetof(struct cell, kib)),
                         "updates per CPU s",
                         median_of(cells, runs, offsetof(struct cell, per_cpu)),
                         "Holdfast x that", ratio));
    if (r->which != PEER_HOLDFAST || !r->at)
        return;
    char *name = alloc_printf("%s, %s", r->scene->name, class_names[r->class]);
    add_scaling_goals(b, name, r->at, times,
                      ratio_of(updates, b->first_updates[r->which][r->class]));
    free(name);
}

static void compare(struct bench *b, const struct scene *scene, unsigned class, unsigned at)
{
    struct cell cells[PEER_SERVERS][RUNS_MOST];
    unsigned runs = b->k->runs < RUNS_MOST ? b->k->runs : RUNS_MOST,
             viewers = b->k->viewers[at];
    for (unsigned run = 0; run < runs; run++) {
        for (unsigned which = 0; which < PEER_SERVERS; which++) {
            if (b->wanted[which])
                cells[which][run] =
                    trial(b, which, scene, load_class_find(class_names[class]), viewers);
        }
    }
    for (unsigned which = 0; which < PEER_SERVERS; which++) {
        double each[RUNS_MOST];
        if (!b->wanted[which])
            continue;
        for (unsigned run = 0; run < runs; run++)
            each[run] = ratio_of(cells[PEER_HOLDFAST][run].per_cpu, cells[which][run].per_cpu);
        double ratio = measure_median(each, runs);
        if (median_of(cells[which], runs, offsetof(struct cell, updates)) > 0)
            ratios_add(&b->ratios[which][at][class], ratio);
        add_row(b, &(struct row){scene, class, at, which}, cells[which], runs, ratio);
    }
}

static void run_scene(struct bench *b, const struct scene *scene)
{
    for (unsigned class = 0; class < CLASSES; class ++) {
        for (unsigned i = 0; i < b->k->n_viewers; i++) {
            if (!b->k->class || !strcmp(b->k->class->name, class_names[class]))
                compare(b, scene, class, i);
        }
    }
}

/* ---- clips ---- */

static void run_clip(struct bench *b, const char *name, const char *path, unsigned fps)
{
    struct scene scene = {.name = name,
                          .clip = {.path = path, .fps = b->k->fps ? b->k->fps : fps}};
    struct clip clip;
    clip_open(&clip, path);
    scene.clip.w = clip.w;
    scene.clip.h = clip.h;
    clip_close(&clip);
    run_scene(b, &scene);
}

static void run_content(struct bench *b, enum content_kind kind)
{
    char *path = alloc_printf("%s/%s.clip", measure_folder(), content_name(kind));
    clip_write_content(path, kind, 0);
    run_clip(b, content_name(kind), path, kind == CONTENT_PHOTOS ? PHOTOS_FPS : USUAL_FPS);
    remove(path);
    free(path);
}

static void run_all(struct bench *b, char **paths, int n)
{
    for (unsigned kind = 0; kind < CONTENT_KINDS; kind++) {
        if (b->k->scene ? !strcmp(b->k->scene, content_name(kind)) : n == 0)
            run_content(b, kind);
    }
    for (int i = 0; i < n; i++) {
        const char *slash = strrchr(paths[i], '/');
        run_clip(b, slash ? slash + 1 : paths[i], paths[i], USUAL_FPS);
    }
}

/* ---- goals ---- */

struct goal {
    unsigned viewers;
    const char *class;
    double least;
};

static void add_goals(struct bench *b, unsigned which, const struct goal *goals, size_t n)
{
    for (size_t g = 0; g < n; g++) {
        for (unsigned at = 0; at < b->k->n_viewers; at++) {
            for (unsigned class = 0; class < CLASSES; class ++) {
                const struct ratios *r = &b->ratios[which][at][class];
                if (!r->n || goals[g].viewers != b->k->viewers[at] ||
                    strcmp(goals[g].class, class_names[class]) != 0)
                    continue;
                char *what =
                    alloc_printf("%s, %u viewers, %s: updates per CPU second, geometric mean",
                                 peer_server_name(which), goals[g].viewers, class_names[class]);
                report_goal(b->report, what, ratios_mean(r), ">=", goals[g].least);
                free(what);
            }
        }
    }
}

static void add_all_goals(struct bench *b)
{
    static const struct goal libvncserver[] = {
        {16, "tight", 25}, {16, "tight-q8", 10}, {16, "zrle", 25}};
    static const struct goal others[] = {{1, "tight", 2},      {1, "tight-q8", 2},
                                         {1, "zrle", 2},       {16, "tight", 15},
                                         {16, "tight-q8", 15}, {16, "zrle", 15}};
    add_goals(b, 1, libvncserver, 3);
    add_goals(b, 2, others, 6);
    add_goals(b, 3, others, 6);
}

int main(int argc, char **argv)
{
    struct knobs k = {.runs = 3, .seconds = 4, .viewers = {1, 16}, .n_viewers = 2};
    struct report report;
    struct bench *b = ALLOC(struct bench);
    int first = knobs_parse(&k, argc, argv, about);
    b->k = &k;
    b->report = &report;
    for (unsigned i = 0; i < PEER_SERVERS; i++) {
        b->wanted[i] = i == PEER_HOLDFAST || !k.only || !strcmp(k.only, peer_server_name(i));
        if (b->wanted[i] && !peer_server_is_there(i)) {
            fprintf(stderr, "%s is not there and is left out\n", peer_server_name(i));
            b->wanted[i] = false;
        }
    }
    report_init(&report, "peers", k.json);
    report_table(&report, "other servers that play the same clips");
    run_all(b, argv + first, argc - first);
    add_all_goals(b);
    report_fini(&report);
    free(b);
    return 0;
}
