/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine that draws 30 times a second moves between two QEMUs of this host, under a viewer
 * that takes updates as they come. How long after the machine runs at its new place the first
 * update of it is queued to the viewer, beside when QEMU first drew there and what QEMU calls
 * its downtime; and what becomes of a viewer of QEMU's own VNC server meanwhile.
 */
#include <config.h>
#include "tests/bench/report.h"
#include "tests/e2e/test_move_pair.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char about[] =
    "Usage: switch [OPTION]...\n"
    "Moves a machine that draws between two QEMUs of this host, under a viewer, pre-copy and "
    "post-copy.\n\n"
    "      --moves N  of each kind (default 20)\n"
    "      --json     one JSON document instead of tables\n"
    "      --help     this text\n";

enum { MOVES_MOST = 500, GOAL_MS = 50 };

struct samples {
    unsigned n, n_downtimes;
    double shown_ms[MOVES_MOST], drew_ms[MOVES_MOST], gap_ms[MOVES_MOST],
        downtime_ms[MOVES_MOST];
};

static struct {
    unsigned moves;
    struct samples precopy, postcopy;
    const char *own_vnc;
} results = {.moves = 20};

/* ---- a viewer in a process of its own ---- */

static pid_t start_viewer(struct trial *trial, const char *address, bool continuous)
{
    pid_t pid = fork();
    if (pid)
        return pid;
    struct client *c = look_open(trial, address,
                                 continuous ? "zrle,cursor,desktopsize,continuous,fence"
                                            : "zrle,cursor,desktopsize",
                                 NULL);
    look_whole(trial, c);
    int r = continuous ? client_send_continuous(c, true, 0, 0, 16384, 16384) : 0;
    while (r >= 0 || r == -ETIMEDOUT)
        r = continuous ? client_receive(c, PATIENCE_MS) : client_wait_update(c, PATIENCE_MS);
    _exit(0); /* the connection has ended */
}

static void stop_viewer(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* ---- moves under Holdfast ---- */

/* The last line about a move in the daemon's log. */
static void take_sample(struct pair *pair, struct samples *s, double downtime_ms)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    for (;;) {
        const char *at = process_log(pair->daemon->process);
        unsigned n = 0;
        while ((at = strstr(at, ": shown ")) && ++n <= s->n)
            at++;
        if (at && sscanf(at,
                         ": shown %lf ms after it began to run there (it drew after %lf ms), "
                         "%lf ms",
                         &s->shown_ms[s->n], &s->drew_ms[s->n], &s->gap_ms[s->n]) == 3)
            break;
        trial_look_again(pair->trial, deadline_ms, "the picture of the new place");
    }
    s->n++;
    if (downtime_ms >= 0)
        s->downtime_ms[s->n_downtimes++] = downtime_ms;
}

/* -1: none that can be; QEMU 7.2 tells its uptime now and then after post-copy. */
static double downtime_of(struct guest *source)
{
    json_t *answer = qmp_run(source->qmp, "query-migrate", NULL);
    double ms = json_number_value(json_object_get(answer, "downtime"));
    return ms < PATIENCE_MS ? ms : -1;
}

static void move_and_measure(struct trial *trial, struct samples *s, bool postcopy)
{
    struct pair pair;
    pair_start(&pair, trial, "VGA,id=vga", "display vbe; mode 1280 800; scene window; run 30",
               "");
    pid_t viewer = start_viewer(trial, pair.address, true);
    daemon_wait_counter(pair.daemon, "viewers_logged_in_total", 1);
    for (unsigned i = 0; i < results.moves; i++) {
        pair_expect(&pair, postcopy);
        pair_begin(&pair, postcopy ? 8 << 20 : 0);
        if (postcopy)
            qmp_run(pair.here->qmp, "migrate-start-postcopy", NULL);
        struct guest *source = pair_arrived(&pair, true);
        take_sample(&pair, s, downtime_of(source));
        guest_kill(source);
    }
    trial_check(trial, waitpid(viewer, NULL, WNOHANG) == 0, "the viewer was disconnected");
    stop_viewer(viewer);
}

static void precopy(struct trial *trial)
{
    move_and_measure(trial, &results.precopy, false);
}

static void postcopy(struct trial *trial)
{
    move_and_measure(trial, &results.postcopy, true);
}

/* ---- QEMU's own VNC ---- */

static struct guest *start_with_vnc(struct trial *trial, const char *name, bool incoming)
{
    const char *elf = guest_file(trial, trial_built(trial, "tests/guest/guest.elf"));
    const char *root = getenv("HOLDFAST_QEMU_ROOT");
    char *path = trial_text(trial, "%s/%s.vnc", trial->folder, name);
    const char **more = trial_room(trial, 5 * sizeof(*more));
    const char *const kernel[] = {"-m", "64", "-kernel", elf, "-append", "", NULL};
    more[0] = "-vnc";
    more[1] = trial_text(trial, "unix:%s", path + (root ? strlen(root) : 0));
    more[2] = incoming ? "-incoming" : NULL;
    more[3] = "defer";
    const struct guest_options options = {
        .name = name,
        .append = "display vbe; mode 1280 800; scene window; run 30",
        .more = more};
    return incoming ? guest_start_kernel(trial, &options, kernel)
                    : guest_start(trial, &options);
}

static void own_vnc(struct trial *trial)
{
    struct guest *source = start_with_vnc(trial, "a", false),
                 *target = start_with_vnc(trial, "b", true);
    pid_t viewer =
        start_viewer(trial, trial_text(trial, "unix:%s/a.vnc", trial->folder), false);
    char *uri = trial_text(trial, "unix:%s", trial_path(trial, "m") + strlen(source->root));
    qmp_run(target->qmp, "migrate-incoming", json_pack("{s:s}", "uri", uri));
    qmp_run(source->qmp, "migrate", json_pack("{s:s}", "uri", uri));
    qmp_wait_event(target->qmp, "RESUME");
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    while (strcmp(json_string_value(
                      json_object_get(qmp_run(source->qmp, "query-status", NULL), "status")),
                  "postmigrate") != 0)
        trial_look_again(trial, deadline_ms, "the end of the migration");
    bool left = waitpid(viewer, NULL, WNOHANG) == 0;
    guest_kill(source);
    deadline_ms = clock_now_ms() + PATIENCE_MS;
    while (left && waitpid(viewer, NULL, WNOHANG) == 0)
        trial_look_again(trial, deadline_ms, "the end of the viewer of QEMU's VNC");
    results.own_vnc = left ? "sees the stopped source, disconnected when that ends"
                           : "disconnected when the machine moves";
}

/* ---- what is printed ---- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double part(double *values, unsigned n, double share)
{
    qsort(values, n, sizeof(*values), by_size);
    return n ? values[(unsigned)((n - 1) * share)] : 0;
}

static void add_row(struct report *r, const char *what, double *values, unsigned n)
{
    report_row(r, json_pack("{s:s, s:i, s:f, s:f, s:f}", "ms", what, "moves", (int)n, "median",
                            part(values, n, 0.5), "95 %", part(values, n, 0.95), "most",
                            part(values, n, 1)));
}

static void add_table(struct report *r, const char *title, struct samples *s)
{
    report_table(r, title);
    add_row(r, "runs at the new place -> first update queued", s->shown_ms, s->n);
    add_row(r, "runs at the new place -> QEMU's first pixels there", s->drew_ms, s->n);
    add_row(r, "stopped at the old place -> first update queued", s->gap_ms, s->n);
    add_row(r, "QEMU's downtime", s->downtime_ms, s->n_downtimes);
}

static void print(bool json)
{
    struct report r;
    report_init(&r, "switch", json);
    add_table(&r, "pre-copy", &results.precopy);
    add_table(&r, "post-copy", &results.postcopy);
    report_table(&r, "QEMU's own VNC");
    report_row(&r, json_pack("{s:s}", "a viewer of the source",
                             results.own_vnc ? results.own_vnc : "not tried"));
    report_goal(&r, "ms (median) from RESUME to the first update, pre-copy",
                part(results.precopy.shown_ms, results.precopy.n, 0.5), "<", GOAL_MS);
    report_fini(&r);
}

static const struct trial_row rows[] = {
    {"pre-copy", precopy, NULL, false},
    {"post-copy", postcopy, NULL, false},
    {"QEMU's own VNC", own_vnc, NULL, false},
};

int main(int argc, char **argv)
{
    bool json = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0)
            return fputs(about, stdout) < 0;
        if (strcmp(argv[i], "--json") == 0)
            json = true;
        else if (strcmp(argv[i], "--moves") == 0 && i + 1 < argc)
            results.moves = (unsigned)atoi(argv[++i]);
    }
    if (results.moves < 1 || results.moves > MOVES_MOST) {
        fprintf(stderr, "switch: --moves wants a number from 1 to %d\n", MOVES_MOST);
        return 2;
    }
    int failed = trial_main(1, argv, "switch", rows, sizeof(rows) / sizeof(rows[0]));
    print(json);
    return failed;
}
