/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The relay as a program, to try any viewer on a bad link. */
#include <config.h>
#include "tests/bench/relay.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: relay [OPTION]... HOST:PORT\n"
    "Listens, prints where, and carries connections to HOST:PORT over a link of these\n"
    "properties:\n\n"
    "  -r, --rate KBIT     kbit/s from the server to each client (no limit)\n"
    "  -l, --latency MS    one way, in both directions (0)\n"
    "  -s, --stall MS      nothing moves this long at the end of each period (0)\n"
    "  -p, --period MS     of the interruptions (10000)\n"
    "      --listen HOST:PORT  where (a free port of 127.0.0.1)\n"
    "      --commands FIFO     reads lines there, and answers each with 'done' or 'no':\n"
    "                          hold|cut|mend [FROM], latency MS, rate KBIT, stall MS PERIOD\n"
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

struct wish {
    struct relay_link link;
    const char *listen, *commands;
};

static struct wish parse(int argc, char **argv)
{
    static const struct option table[] = {
        {"rate", required_argument, NULL, 'r'},   {"latency", required_argument, NULL, 'l'},
        {"stall", required_argument, NULL, 's'},  {"period", required_argument, NULL, 'p'},
        {"listen", required_argument, NULL, 'L'}, {"commands", required_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},         {0},
    };
    struct wish wish = {.listen = "127.0.0.1:0"};
    struct relay_link *link = &wish.link;
    uint64_t period_us = 10000000;
    for (int c; (c = getopt_long(argc, argv, "r:l:s:p:", table, NULL)) != -1;) {
        switch (c) {
        case 'r':
            link->rate_bps = number(optarg) * 1000;
            break;
        case 'l':
            link->latency_us = number(optarg) * 1000;
            break;
        case 's':
            link->stall_us = number(optarg) * 1000;
            break;
        case 'p':
            period_us = number(optarg) * 1000;
            break;
        case 'L':
            wish.listen = optarg;
            break;
        case 'c':
            wish.commands = optarg;
            break;
        default:
            fputs(usage, c == 'h' ? stdout : stderr);
            exit(c == 'h' ? 0 : 2);
        }
    }
    link->stall_every_us = link->stall_us ? period_us : 0;
    return wish;
}

/* Lines that have come; one that is not whole yet stays for the next time. */
static void obey(struct relay *relay, char *room, size_t size, size_t *used)
{
    ssize_t got = read(relay->command_fd, room + *used, size - *used);
    *used += got > 0 ? (size_t)got : 0;
    for (char *end; (end = memchr(room, '\n', *used));) {
        *end = 0;
        puts(relay_command(relay, room) ? "done" : "no");
        *used -= (size_t)(end + 1 - room);
        memmove(room, end + 1, *used);
    }
    fflush(stdout);
    if (*used == size)
        *used = 0;
}

int main(int argc, char **argv)
{
    struct wish wish = parse(argc, argv);
    struct relay relay;
    char room[256];
    size_t used = 0;
    if (argc - optind != 1) {
        fputs(usage, stderr);
        return 2;
    }
    unsigned port = relay_init_at(&relay, wish.listen, argv[optind], &wish.link);
    if (!port) {
        perror("relay");
        return EXIT_FAILURE;
    }
    if (wish.commands) /* for writing, too: no end comes when a writer closes */
        relay.command_fd = open(wish.commands, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    printf("%.*s:%u\n", (int)(strrchr(wish.listen, ':') - wish.listen), wish.listen, port);
    fflush(stdout);
    for (;;) {
        relay_step(&relay, 1000000);
        if (relay.command_fd >= 0)
            obey(&relay, room, sizeof(room), &used);
    }
}
