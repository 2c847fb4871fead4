/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same guest through QEMU's own VNC server and through holdfastd. */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/knobs.h"
#include "tests/bench/measure.h"
#include "tests/bench/qemu_trial.h"
#include "tests/bench/ratios.h"
#include "tests/bench/report.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { RUNS_MOST = 15 };

static const char about[] =
    "Usage: qemu [OPTION]...\n"
    "Runs a guest in QEMU and looks at it with viewers, once through QEMU's own VNC server "
    "and\n"
    "once through its D-Bus display and holdfastd. CPU is that of holdfastd and of all "
    "threads\n"
    "of QEMU but the guest's processors.\n"
    "Scenes: scroll, text (a text console) and installer (Debian's first page, keys going down "
    "and\n"
    "up its list; with debian-installer-12-netboot-amd64), of which the goals speak; type, "
    "window,\n"
    "video; and virtio-scroll, virtio-type, virtio-window, virtio-video on virtio-vga, whose\n"
    "memory newer QEMUs share.\n"
    "  --only goals   the first three\n"
    "  --only virtio  the last four\n"
    "HOLDFAST_QEMU is another QEMU than the one in PATH.\n";

#define VBE "display vbe; mode 1280 800; scene "
#define VIRTIO "display virtio; mode 1280 800; scene "

static const struct qemu_guest guests[] = {
    {.name = "scroll", .append = VBE "scroll", .fps = 25, .counts = true},
    {.name = "text", .append = "display text; scene scroll", .fps = 25, .counts = true},
    {.name = "installer", .fps = 1, .patience = 4, .counts = true},
    {.name = "type", .append = VBE "type", .fps = 15},
    {.name = "window", .append = VBE "window", .fps = 25},
    {.name = "video", .append = VBE "video", .fps = 25},
    {.name = "virtio-scroll",
     .append = VIRTIO "scroll",
     .device = "virtio-vga",
     .fps = 25,
     .counts = true},
    {.name = "virtio-type", .append = VIRTIO "type", .device = "virtio-vga", .fps = 15},
    {.name = "virtio-window", .append = VIRTIO "window", .device = "virtio-vga", .fps = 25},
    {.name = "virtio-video", .append = VIRTIO "video", .device = "virtio-vga", .fps = 25},
};

static const char *const class_names[] = {"tight", "tight-q8", "zrle"};

/* Over all guests and classes, for one number of viewers. */
struct comparison {
    struct ratios cpu, per_cpu, updates;
};

struct bench {
    const struct knobs *k;
    struct report *report;
    struct comparison comparisons[KNOBS_VIEWERS_MOST];
};

struct medians {
    double cpu_ms, daemon_ms, guest_ms; /* a second */
    double updates, kib;                /* each a second; an update */
    double map_kib;                     /* of shared memory that was read, a second */
    double per_cpu;                     /* viewer-updates per CPU second */
};

static void note(struct medians *values, const struct qemu_result *r)
{
    double seconds = r->seconds > 0 ? r->seconds : 1, updates = (double)r->sum.updates;
    *values = (struct medians){
        .cpu_ms = (double)r->cpu_us / 1e3 / seconds,
        .updates = ratio_of(updates, r->sum.viewers) / seconds,
        .kib = ratio_of((double)r->sum.bytes, updates) / 1024,
        .per_cpu = ratio_of(updates, (double)r->cpu_us / 1e6),
        .daemon_ms = (double)r->daemon_us / 1e3 / seconds,
        .guest_ms = (double)r->guest_us / 1e3 / seconds,
        .map_kib = (double)r->map_bytes / 1024 / seconds,
    };
}

static double median_of(const struct medians *values, unsigned n, size_t offset)
{
    double list[RUNS_MOST];
    for (unsigned i = 0; i < n; i++)
        memcpy(&list[i], (const char *)&values[i] + offset, sizeof(list[i]));
    return measure_median(list, n);
}

static void add_row(struct bench *b, const char *guest, const char *class, unsigned viewers,
                    const struct medians *own, const struct medians *ours)
{
    report_row(
        b->report,
        json_pack("{s:s, s:s, s:i, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}",
                  "guest", guest, "class", class, "viewers", (int)viewers, "QEMU ms/s",
                  own->cpu_ms, "Holdfast ms/s", ours->cpu_ms, "of which daemon",
                  ours->daemon_ms, "guest ms/s", ours->guest_ms, "CPU ratio",
                  ratio_of(ours->cpu_ms, own->cpu_ms), "QEMU updates/s", own->updates,
                  "Holdfast updates/s", ours->updates, "updates per CPU ratio",
                  ratio_of(ours->per_cpu, own->per_cpu), "QEMU KiB", own->kib, "Holdfast KiB",
                  ours->kib, "shared KiB/s", ours->map_kib));
}

static void compare(struct bench *b, const struct qemu_guest *guest, const char *class,
                    unsigned at)
{
    struct medians values[QEMU_SIDES][RUNS_MOST], median[QEMU_SIDES];
    unsigned runs = b->k->runs < RUNS_MOST ? b->k->runs : RUNS_MOST;
    for (unsigned run = 0; run < runs; run++) {
        for (int side = 0; side < QEMU_SIDES; side++) {
            struct qemu_result r =
                qemu_trial((enum qemu_side)side, b->k->program, guest, load_class_find(class),
                           b->k->viewers[at], b->k->seconds);
            note(&values[side][run], &r);
        }
    }
    for (int side = 0; side < QEMU_SIDES; side++) {
        median[side] = (struct medians){
            .cpu_ms = median_of(values[side], runs, offsetof(struct medians, cpu_ms)),
            .updates = median_of(values[side], runs, offsetof(struct medians, updates)),
            .kib = median_of(values[side], runs, offsetof(struct medians, kib)),
            .per_cpu = median_of(values[side], runs, offsetof(struct medians, per_cpu)),
            .daemon_ms = median_of(values[side], runs, offsetof(struct medians, daemon_ms)),
            .guest_ms = median_of(values[side], runs, offsetof(struct medians, guest_ms)),
            .map_kib = median_of(values[side], runs, offsetof(struct medians, map_kib)),
        };
    }
    const struct medians *own = &median[QEMU_OWN_VNC], *ours = &median[QEMU_HOLDFAST];
    struct comparison *c = &b->comparisons[at];
    add_row(b, guest->name, class, b->k->viewers[at], own, ours);
    if (guest->device)
        report_goal(b->report,
                    alloc_printf("%s, %s, %u viewers: KiB/s of shared memory read", guest->name,
                                 class, b->k->viewers[at]),
                    ours->map_kib, ">=", 1);
    if (!guest->counts)
        return;
    if (own->updates <= 0)
        return; /* there is nothing to compare with */
    ratios_add(&c->updates, ratio_of(ours->updates, own->updates));
    ratios_add(&c->cpu, ratio_of(ours->cpu_ms, own->cpu_ms));
    ratios_add(&c->per_cpu, ratio_of(ours->per_cpu, own->per_cpu));
}

/* ---- goals ---- */

static void add_goals(struct bench *b, unsigned at)
{
    const struct comparison *c = &b->comparisons[at];
    if (b->k->viewers[at] == 1) {
        report_goal(b->report, "1 viewer: fewest updates of QEMU's", ratios_least(&c->updates),
                    ">=", 0.95);
        report_goal(b->report, "1 viewer: CPU of QEMU's, geometric mean", ratios_mean(&c->cpu),
                    "<=", 0.7);
        report_goal(b->report, "1 viewer: CPU of QEMU's, most", ratios_most(&c->cpu),
                    "<=", 1.8);
    } else if (b->k->viewers[at] == 16) {
        report_goal(b->report,
                    "16 viewers: viewer-updates per CPU second of QEMU's, geometric mean",
                    ratios_mean(&c->per_cpu), ">=", 12);
        report_goal(b->report, "16 viewers: viewer-updates per CPU second of QEMU's, least",
                    ratios_least(&c->per_cpu), ">=", 4);
    }
}

static bool is_wanted(const struct knobs *k, const struct qemu_guest *guest)
{
    if (k->scene)
        return strcmp(k->scene, guest->name) == 0;
    if (k->only)
        return strcmp(k->only, "virtio") == 0 ? guest->device != NULL
                                              : guest->counts && !guest->device;
    return !guest->device;
}

static bool is_there(const struct qemu_guest *guest)
{
    if (guest->append || qemu_machine_has_installer())
        return true;
    fprintf(stderr, "qemu: debian-installer-12-netboot-amd64 is not there: no installer\n");
    return false;
}

static void run_guest(struct bench *b, const struct qemu_guest *guest)
{
    const struct knobs *k = b->k;
    for (size_t c = 0; c < sizeof(class_names) / sizeof(class_names[0]); c++) {
        for (unsigned i = 0; i < k->n_viewers; i++) {
            if (!k->class || !strcmp(k->class->name, class_names[c]))
                compare(b, guest, class_names[c], i);
        }
    }
}

int main(int argc, char **argv)
{
    struct knobs k = {.runs = 3, .seconds = 5, .viewers = {1, 16}, .n_viewers = 2};
    struct report report;
    struct bench b = {.k = &k, .report = &report};
    knobs_parse(&k, argc, argv, about);
    report_init(&report, "qemu", k.json);
    report_table(&report, "QEMU's own VNC server and holdfastd");
    for (size_t g = 0; g < sizeof(guests) / sizeof(guests[0]); g++) {
        struct qemu_guest guest = guests[g];
        guest.fps = k.fps ? k.fps : guest.fps;
        if (is_wanted(&k, &guest) && is_there(&guest))
            run_guest(&b, &guest);
    }
    for (unsigned i = 0; i < k.n_viewers; i++)
        add_goals(&b, i);
    report_fini(&report);
    return 0;
}
