/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The relay as a program, to try any viewer on a bad link. */
#include <config.h>
#include "tests/bench/relay.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char usage[] =
    "Usage: relay [OPTION]... HOST:PORT\n"
    "Listens on a free port of 127.0.0.1, which it prints, and carries connections to\n"
    "HOST:PORT over a link of these properties:\n\n"
    "  -r, --rate KBIT     kbit/s from the server to each client (no limit)\n"
    "  -l, --latency MS    one way, in both directions (0)\n"
    "  -s, --stall MS      nothing moves this long at the end of each period (0)\n"
    "  -p, --period MS     of the interruptions (10000)\n"
    "      --help          this text\n";

static uint64_t number(const char *text)
{
    char *end;
    uint64_t value = strtoull(text, &end, 10);
    if (*end || end == text) {
        fprintf(stderr, "relay: '%s' is no number\n", text);
        exit(2);
    }
    return value;
}

static struct relay_link parse(int argc, char **argv)
{
    static const struct option table[] = {
        {"rate", required_argument, NULL, 'r'},  {"latency", required_argument, NULL, 'l'},
        {"stall", required_argument, NULL, 's'}, {"period", required_argument, NULL, 'p'},
        {"help", no_argument, NULL, 'h'},        {0},
    };
    struct relay_link link = {0};
    uint64_t period_us = 10000000;
    for (int c; (c = getopt_long(argc, argv, "r:l:s:p:", table, NULL)) != -1;) {
        switch (c) {
        case 'r':
            link.rate_bps = number(optarg) * 1000;
            break;
        case 'l':
            link.latency_us = number(optarg) * 1000;
            break;
        case 's':
            link.stall_us = number(optarg) * 1000;
            break;
        case 'p':
            period_us = number(optarg) * 1000;
            break;
        default:
            fputs(usage, c == 'h' ? stdout : stderr);
            exit(c == 'h' ? 0 : 2);
        }
    }
    link.stall_every_us = link.stall_us ? period_us : 0;
    return link;
}

int main(int argc, char **argv)
{
    struct relay_link link = parse(argc, argv);
    struct relay relay;
    if (argc - optind != 1) {
        fputs(usage, stderr);
        return 2;
    }
    unsigned port = relay_init(&relay, argv[optind], &link);
    if (!port) {
        perror("relay");
        return EXIT_FAILURE;
    }
    printf("127.0.0.1:%u\n", port);
    fflush(stdout);
    for (;;)
        relay_step(&relay, 1000000);
}
