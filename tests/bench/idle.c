/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What machines cost that nobody looks at. */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/idle_peers.h"
#include "tests/bench/knobs.h"
#include "tests/bench/measure.h"
#include "tests/bench/report.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char about[] =
    "Usage: idle [OPTION]...\n"
    "Starts holdfastd with a folder of QMP sockets behind which idle machines are played, "
    "waits until it knows all of\n"
    "them, and measures its memory and CPU time while nobody looks.\n\n"
    "      --machines N     how many (default 1000)\n"
    "      --seconds S      measured after that (default 10)\n"
    "      --program FILE   another holdfastd than the one that is built\n"
    "      --json           one JSON document instead of tables\n"
    "      --help           this text\n";

enum { GOAL_KIB = 64, GOAL_CPU_PERCENT = 1, SETTLE_S = 3, PATIENCE_S = 120 };

struct options {
    unsigned machines, seconds;
    const char *program;
    bool json;
};

static struct options parse_options(int argc, char **argv)
{
    static const struct option table[] = {
        {"machines", required_argument, NULL, 'm'}, {"seconds", required_argument, NULL, 's'},
        {"program", required_argument, NULL, 'p'},  {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},           {0},
    };
    struct options o = {.machines = 1000, .seconds = 10};
    for (int c; (c = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        if (c == 'm')
            o.machines = knobs_number(optarg, KNOBS_NUMBER_MOST, NULL);
        else if (c == 's')
            o.seconds = knobs_number(optarg, KNOBS_NUMBER_MOST, NULL);
        else if (c == 'p')
            o.program = optarg;
        else if (c == 'j')
            o.json = true;
        else {
            fputs(about, c == 'h' ? stdout : stderr);
            exit(c == 'h' ? 0 : 2);
        }
    }
    return o;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static pid_t start_daemon(const struct options *o, const char *folder)
{
    char *built = o->program ? NULL : measure_sibling("holdfastd");
    char *config = alloc_printf("%s/holdfast.conf", measure_folder());
    FILE *f = fopen(config, "w");
    if (!f)
        measure_fail(config, strerror(errno));
    fprintf(f,
            "server { listen = {\"unix:%s/rfb.sock\"} control = \"%s/control.sock\" "
            "state = \"%s/state.db\" }\n"
            "auth { methods = {none} }\ndiscover { qmp = \"%s\" }\n",
            measure_folder(), measure_folder(), measure_folder(), folder);
    fclose(f);
    const char *const argv[] = {o->program ? o->program : built, "-c", config, NULL};
    pid_t pid = measure_start("holdfastd", argv);
    free(measure_wait_log("holdfastd", "ready"));
    free(config);
    free(built);
    return pid;
}

/* Lines of the daemon's log that tell of a machine that runs. */
static unsigned count_running(void)
{
    char *log = alloc_printf("%s/holdfastd.log", measure_folder()), line[512];
    unsigned n = 0;
    FILE *f = fopen(log, "r");
    while (f && fgets(line, sizeof(line), f))
        n += strstr(line, ": running") != NULL;
    if (f)
        fclose(f);
    free(log);
    return n;
}

static void wait_until_known(unsigned n)
{
    double until = now_s() + PATIENCE_S;
    while (count_running() < n) {
        if (now_s() > until)
            measure_fail("holdfastd", "it does not find all machines");
        usleep(20000);
    }
}

struct result {
    double known_s, known_cpu_ms; /* until all are known */
    double cpu_percent;           /* of a core, idle */
    double rss_kib, pss_kib;
};

static struct result measure(const struct options *o, unsigned n)
{
    struct result r;
    char *folder = alloc_printf("%s/qmp%u", measure_folder(), n);
    struct idle_peers peers = {.folder = folder, .n = n};
    mkdir(folder, 0700);
    pid_t players = n ? measure_fork(idle_peers_run, &peers) : 0;
    if (n) {
        char *last = idle_peers_path(&peers, n - 1);
        measure_wait_path(last);
        free(last);
    }
    double start = now_s();
    pid_t pid = start_daemon(o, folder);
    wait_until_known(n);
    r.known_s = now_s() - start;
    r.known_cpu_ms = (double)measure_cpu_us(pid) / 1000;
    sleep(SETTLE_S);
    uint64_t before_us = measure_cpu_us(pid);
    double from = now_s();
    sleep(o->seconds);
    r.cpu_percent = (double)(measure_cpu_us(pid) - before_us) / 1e4 / (now_s() - from);
    r.rss_kib = (double)measure_memory_kib(pid, "Rss");
    r.pss_kib = (double)measure_memory_kib(pid, "Pss");
    measure_stop(pid);
    if (players)
        measure_stop(players);
    free(folder);
    return r;
}

static void add_row(struct report *report, unsigned n, const struct result *r)
{
    report_row(report,
               json_pack("{s:i, s:f, s:f, s:f, s:f, s:f}", "machines", (int)n, "known after s",
                         r->known_s, "known CPU ms", r->known_cpu_ms, "idle CPU %",
                         r->cpu_percent, "RSS KiB", r->rss_kib, "PSS KiB", r->pss_kib));
}

int main(int argc, char **argv)
{
    struct options o = parse_options(argc, argv);
    struct report report;
    report_init(&report, "idle", o.json);
    report_table(&report, "machines that nobody looks at");
    struct result none = measure(&o, 0), all = measure(&o, o.machines);
    add_row(&report, 0, &none);
    add_row(&report, o.machines, &all);
    report_goal(&report, "KiB (PSS) for each idle machine",
                (all.pss_kib - none.pss_kib) / o.machines, "<", GOAL_KIB);
    report_goal(&report, "% of a core for all idle machines", all.cpu_percent, "<",
                GOAL_CPU_PERCENT);
    report_fini(&report);
    return 0;
}
