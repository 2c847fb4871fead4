/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What viewers notice of thousands of logins that are begun and never ended. */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/besieger.h"
#include "tests/bench/fanout_daemon.h"
#include "tests/bench/knobs.h"
#include "tests/bench/measure.h"
#include "tests/bench/report.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char about[] =
    "Usage: half_handshakes [OPTION]...\n"
    "Viewers ask holdfastd for a small part of a picture, fifty times a second each, and the "
    "time until it is there is\n"
    "taken: while all is quiet, and while clients from 127.0.1.0/24 begin logins of every kind "
    "without ending them.\n\n"
    "      --per-minute N   logins that are begun (default 10000)\n"
    "      --viewers N      1 to 64 (default 4)\n"
    "      --seconds S      quiet, and again besieged (default 20)\n"
    "      --program FILE   another holdfastd than the one that is built\n"
    "      --json           one JSON document instead of tables\n"
    "      --help           this text\n";

enum {
    GOAL_TIMES = 2,
    SIDE_PX = 64,
    ANSWER_BYTES = 4 + 12 + SIDE_PX * SIDE_PX * 4,
    PERIOD_US = 20000,
    ANSWER_S = 10, /* after which a viewer counts as dropped */
    HOLD_MS = 3000,
    VIEWERS_MOST = 64,
};

struct options {
    unsigned per_minute, viewers, seconds;
    const char *program;
    bool json;
};

static struct options parse_options(int argc, char **argv)
{
    static const struct option table[] = {
        {"per-minute", required_argument, NULL, 'm'},
        {"viewers", required_argument, NULL, 'v'},
        {"seconds", required_argument, NULL, 's'},
        {"program", required_argument, NULL, 'p'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    struct options o = {.per_minute = 10000, .viewers = 4, .seconds = 20};
    for (int c; (c = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        if (c == 'm')
            o.per_minute = knobs_number(optarg, KNOBS_NUMBER_MOST, NULL);
        else if (c == 'v')
            o.viewers = knobs_number(optarg, VIEWERS_MOST, NULL);
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

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* ---- viewers: None, Raw ---- */

static void must_receive(int fd, void *data, size_t n)
{
    if (recv(fd, data, n, MSG_WAITALL) != (ssize_t)n)
        measure_fail("a viewer", "the server does not answer");
}

static void must_send(int fd, const void *data, size_t n)
{
    if (send(fd, data, n, MSG_NOSIGNAL) != (ssize_t)n)
        measure_fail("a viewer", strerror(errno));
}

static int connect_to(unsigned port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    const struct timeval patience = {.tv_sec = ANSWER_S};
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
        measure_fail("a viewer", strerror(errno));
    return fd;
}

static int viewer_open(unsigned port)
{
    static const uint8_t encodings[] = {2, 0, 0, 1, 0, 0, 0, 0};
    uint8_t room[256], name_length[4];
    int fd = connect_to(port);
    must_receive(fd, room, 12);
    must_send(fd, "RFB 003.008\n", 12);
    must_receive(fd, room, 1);
    must_receive(fd, room + 1, room[0]);
    must_send(fd, "\1", 1);
    must_receive(fd, room, 4);
    must_send(fd, "\1", 1);
    must_receive(fd, room, 20);
    must_receive(fd, name_length, 4);
    must_receive(fd, room, name_length[3]);
    must_send(fd, encodings, sizeof(encodings));
    return fd;
}

static double viewer_ask(int fd)
{
    static const uint8_t request[] = {3, 0, 0, 0, 0, 0, 0, SIDE_PX, 0, SIDE_PX};
    static uint8_t answer[ANSWER_BYTES];
    uint64_t from = now_us();
    must_send(fd, request, sizeof(request));
    must_receive(fd, answer, sizeof(answer));
    return (double)(now_us() - from) / 1000;
}

/* ---- a time of measuring ---- */

struct times {
    double *ms;
    size_t n;
};

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double at(const struct times *t, double part)
{
    return t->n ? t->ms[(size_t)((double)(t->n - 1) * part)] : 0;
}

static struct times ask_for(const int *viewers, unsigned n, unsigned seconds)
{
    struct times t = {0};
    uint64_t due = now_us(), end = due + seconds * UINT64_C(1000000);
    for (unsigned i = 0; due < end; i++, due += PERIOD_US / n) {
        uint64_t now = now_us();
        if (now < due)
            usleep((useconds_t)(due - now));
        t.ms = alloc_resize(t.ms, t.n + 1, sizeof(*t.ms));
        t.ms[t.n++] = viewer_ask(viewers[i % n]);
    }
    qsort(t.ms, t.n, sizeof(*t.ms), compare_doubles);
    return t;
}

static void add_row(struct report *r, const char *name, const struct times *t,
                    double cpu_percent)
{
    report_row(r,
               json_pack("{s:s, s:i, s:f, s:f, s:f, s:f, s:f}", "viewers", name, "answers",
                         (int)t->n, "median ms", at(t, 0.5), "95 % ms", at(t, 0.95), "99 % ms",
                         at(t, 0.99), "longest ms", at(t, 1), "daemon's CPU %", cpu_percent));
}

struct siege {
    struct besieger_options options;
    char *result_path;
};

static void besiege(void *arg)
{
    struct siege *s = arg;
    struct besieger_result result = besieger_run(&s->options);
    FILE *f = fopen(s->result_path, "w");
    if (!f || fwrite(&result, sizeof(result), 1, f) != 1 || fclose(f) != 0)
        _exit(1);
}

static struct besieger_result read_result(const char *path)
{
    struct besieger_result result;
    measure_wait_path(path);
    for (unsigned i = 0; i < 1000; i++) {
        FILE *f = fopen(path, "r");
        size_t n = f ? fread(&result, sizeof(result), 1, f) : 0;
        if (f)
            fclose(f);
        if (n == 1)
            return result;
        usleep(10000);
    }
    measure_fail(path, "it is not written");
}

static struct times measure(const struct fanout_daemon *d, const int *viewers,
                            const struct options *o, const char *name, struct report *report)
{
    uint64_t cpu_us = measure_cpu_us(d->pid), from = now_us();
    struct times t = ask_for(viewers, o->viewers, o->seconds);
    double percent =
        (double)(measure_cpu_us(d->pid) - cpu_us) * 100 / (double)(now_us() - from);
    add_row(report, name, &t, percent);
    return t;
}

/* What the siege leaves behind: nothing, but those who looked before. */
static unsigned wait_for_peace(unsigned viewers)
{
    unsigned left = 0;
    for (unsigned i = 0; i < 1000; i++) {
        left = (unsigned)fanout_daemon_counter("viewers");
        if (left == viewers && fanout_daemon_counter("viewers_pending") == 0)
            break;
        usleep(10000);
    }
    return left;
}

static void report_siege(struct report *report, const struct besieger_result *r,
                         const struct options *o)
{
    unsigned left = wait_for_peace(o->viewers);
    unsigned pending = (unsigned)fanout_daemon_counter("viewers_pending");
    report_table(report, "the siege");
    report_row(report, json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "begun", (int)r->begun,
                                 "not begun", (int)r->not_begun, "sent away", (int)r->sent_away,
                                 "TLS answered", (int)r->tls_answers, "RSA-AES answered",
                                 (int)r->ra2_answers, "viewers left", (int)left, "pending",
                                 (int)pending));
}

int main(int argc, char **argv)
{
    struct options o = parse_options(argc, argv);
    struct fanout_daemon d;
    struct report report;
    int viewers[VIEWERS_MOST];
    char *verifier = measure_sibling("holdfast-verifier");
    setenv("HOLDFAST_VERIFIER", verifier, 0);
    fanout_daemon_start_with(&d, o.program, "pattern:640x480",
                             "x509-plain, ra2, apple-dh, vnc, none", NULL);
    unsigned port = (unsigned)strtoul(strrchr(d.address, ':') + 1, NULL, 10);
    for (unsigned i = 0; i < o.viewers; i++)
        viewers[i] = viewer_open(port);
    report_init(&report, "half_handshakes", o.json);
    report_table(&report, "time until a viewer has what it asked for");
    struct times quiet = measure(&d, viewers, &o, "quiet", &report);
    struct siege siege = {.options = {.port = port,
                                      .per_minute = o.per_minute,
                                      .duration_ms = (o.seconds + 2) * 1000,
                                      .hold_ms = HOLD_MS},
                          .result_path = alloc_printf("%s/siege", measure_folder())};
    pid_t hostile = measure_fork(besiege, &siege);
    sleep(1);
    struct times besieged = measure(&d, viewers, &o, "besieged", &report);
    struct besieger_result result = read_result(siege.result_path);
    measure_stop(hostile);
    report_siege(&report, &result, &o);
    report_goal(&report, "times the quiet median under siege",
                at(&besieged, 0.5) / at(&quiet, 0.5), "<", GOAL_TIMES);
    report_goal(&report, "times the quiet 95th percentile under siege",
                at(&besieged, 0.95) / at(&quiet, 0.95), "<", GOAL_TIMES);
    report_fini(&report);
    for (unsigned i = 0; i < o.viewers; i++)
        close(viewers[i]);
    fanout_daemon_stop(&d);
    free(siege.result_path);
    free(quiet.ms);
    free(besieged.ms);
    free(verifier);
    return 0;
}
