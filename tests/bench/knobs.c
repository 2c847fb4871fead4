/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/knobs.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const struct option options[] = {
    {"json", no_argument, NULL, 'j'},          {"runs", required_argument, NULL, 'r'},
    {"seconds", required_argument, NULL, 's'}, {"viewers", required_argument, NULL, 'n'},
    {"fps", required_argument, NULL, 'f'},     {"class", required_argument, NULL, 'e'},
    {"scene", required_argument, NULL, 'm'},   {"only", required_argument, NULL, 'o'},
    {"program", required_argument, NULL, 'p'}, {"continuous", no_argument, NULL, 'c'},
    {"help", no_argument, NULL, 'h'},          {0},
};

static const char help[] = "\nOptions; not every benchmark has use for all of them:\n"
                           "      --json          one JSON document instead of tables\n"
                           "  -r, --runs N        repetitions, of which the median is taken\n"
                           "  -s, --seconds N     length of one measurement\n"
                           "  -n, --viewers LIST  numbers of viewers, as in 1,4,16\n"
                           "  -f, --fps N         frames per second of the machine\n"
                           "  -e, --class NAME    %s\n"
                           "  -m, --scene NAME    what the machine shows\n"
                           "  -o, --only NAME     one part of the benchmark\n"
                           "  -c, --continuous    continuous updates instead of requests\n"
                           "  -p, --program FILE  the server that is measured\n"
                           "      --help          this text\n";

static _Noreturn void mistake(const char *what)
{
    fprintf(stderr, "benchmark: %s; see --help\n", what);
    exit(2);
}

static void set_viewers(struct knobs *k, const char *text)
{
    char *end;
    for (k->n_viewers = 0; k->n_viewers < KNOBS_VIEWERS_MOST; text = end + 1) {
        k->viewers[k->n_viewers++] = knobs_number(text, KNOBS_NUMBER_MOST, &end);
        if (*end != ',')
            break;
    }
    if (*end)
        mistake("not a list such as 1,4,16");
}

static void set(struct knobs *k, int option)
{
    switch (option) {
    case 'j':
        k->json = true;
        break;
    case 'r':
        k->runs = knobs_number(optarg, KNOBS_NUMBER_MOST, NULL);
        break;
    case 's':
        k->seconds = knobs_number(optarg, KNOBS_NUMBER_MOST, NULL);
        break;
    case 'n':
        set_viewers(k, optarg);
        break;
    case 'f':
        k->fps = knobs_number(optarg, KNOBS_NUMBER_MOST, NULL);
        break;
    case 'e':
        k->class = load_class_find(optarg);
        if (!k->class)
            mistake("there is no class of this name");
        break;
    case 'm':
        k->scene = optarg;
        break;
    case 'o':
        k->only = optarg;
        break;
    case 'c':
        k->continuous = true;
        break;
    case 'p':
        k->program = optarg;
        break;
    default:
        mistake("unknown option");
    }
}

int knobs_parse(struct knobs *knobs, int argc, char **argv, const char *about)
{
    for (int c; (c = getopt_long(argc, argv, "r:s:n:f:e:m:o:p:c", options, NULL)) != -1;) {
        if (c == 'h') {
            fputs(about, stdout);
            printf(help, load_class_names);
            exit(0);
        }
        set(knobs, c);
    }
    return optind;
}
