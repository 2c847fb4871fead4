/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What etcd does for many nodes, through the store that the daemon uses. */
#include <config.h>
#include "tests/bench/cluster_tables.h"
#include "tests/bench/knobs.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char about[] =
    "Usage: cluster_store [OPTION]...\n"
    "Starts etcd on loopback with its data in a scratch folder (below TMPDIR) and uses it as "
    "nodes do: many store\n"
    "clients with leases, records of places, homes and sessions, and watches. Times are ms "
    "where nothing else is said.\n\n"
    "      --only PART      one of writes, leases, watch, grpc, start, missed, outage, steady, "
    "size, daemon\n"
    "      --nodes LIST     store clients, as in 1,16,64 (writes, leases, outage, steady)\n"
    "      --watchers LIST  nodes that watch (watch, grpc)\n"
    "      --machines LIST  machines that etcd knows (leases, start, missed, size, daemon)\n"
    "      --rate N         writes per second where they are paced (watch, outage, steady)\n"
    "      --ttl S          how long a lease lives (outage, steady; default 15)\n"
    "      --away S         how long etcd is away (outage; default 10)\n"
    "  -r, --runs N         repetitions, of which the median is taken (default 3)\n"
    "  -s, --seconds S      of one measurement (default 4)\n"
    "      --json           one JSON document instead of tables\n"
    "      --help           this text\n";

static const struct part {
    const char *name;
    void (*run)(struct report *report, const struct cluster_options *o);
} parts[] = {
    {"writes", cluster_writes}, {"leases", cluster_leases},  {"watch", cluster_watching},
    {"grpc", cluster_grpc},     {"start", cluster_starting}, {"missed", cluster_missing},
    {"outage", cluster_outage}, {"steady", cluster_steady},  {"size", cluster_sizes},
    {"daemon", cluster_daemon},
};

enum { N_PARTS = sizeof(parts) / sizeof(parts[0]) };

static _Noreturn void mistake(const char *text)
{
    fprintf(stderr, "cluster_store: '%s' is not understood; see --help\n", text);
    exit(2);
}

static unsigned number(const char *text)
{
    return knobs_number(text, KNOBS_NUMBER_MOST, NULL);
}

static struct list list(const char *text)
{
    struct list l = {0};
    char *end;
    for (const char *at = text; l.n < LIST_MOST; at = end + 1) {
        l.values[l.n++] = knobs_number(at, KNOBS_NUMBER_MOST, &end);
        if (*end != ',')
            break;
    }
    if (*end)
        mistake(text);
    return l;
}

struct settings {
    struct cluster_options o;
    const char *only;
    bool json;
};

static void set(struct settings *s, int option)
{
    switch (option) {
    case 'n':
        s->o.nodes = list(optarg);
        break;
    case 'w':
        s->o.watchers = list(optarg);
        break;
    case 'm':
        s->o.machines = list(optarg);
        break;
    case 'f':
        s->o.rate = number(optarg);
        break;
    case 't':
        s->o.ttl_s = number(optarg);
        break;
    case 'a':
        s->o.away_s = number(optarg);
        break;
    case 'r':
        s->o.runs = number(optarg);
        break;
    case 's':
        s->o.seconds = number(optarg);
        break;
    case 'o':
        s->only = optarg;
        break;
    case 'j':
        s->json = true;
        break;
    case 'h':
        fputs(about, stdout);
        exit(0);
    default:
        exit(2);
    }
}

static struct settings parse(int argc, char **argv)
{
    static const struct option table[] = {
        {"only", required_argument, NULL, 'o'},     {"nodes", required_argument, NULL, 'n'},
        {"watchers", required_argument, NULL, 'w'}, {"machines", required_argument, NULL, 'm'},
        {"rate", required_argument, NULL, 'f'},     {"ttl", required_argument, NULL, 't'},
        {"away", required_argument, NULL, 'a'},     {"runs", required_argument, NULL, 'r'},
        {"seconds", required_argument, NULL, 's'},  {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},           {0},
    };
    struct settings s = {.o = {.runs = 3, .seconds = 4, .ttl_s = 15, .away_s = 10}};
    for (int c; (c = getopt_long(argc, argv, "r:s:", table, NULL)) != -1;)
        set(&s, c);
    if (optind < argc)
        mistake(argv[optind]);
    return s;
}

int main(int argc, char **argv)
{
    struct settings s = parse(argc, argv);
    struct report report;
    bool any = false;
    for (size_t i = 0; i < N_PARTS; i++)
        any |= !s.only || strcmp(s.only, parts[i].name) == 0;
    if (!any)
        mistake(s.only);
    report_init(&report, "cluster store", s.json);
    for (size_t i = 0; i < N_PARTS; i++)
        if (!s.only || strcmp(s.only, parts[i].name) == 0)
            parts[i].run(&report, &s.o);
    report_fini(&report);
    return 0;
}
