/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How old a picture is when a throttled viewer has it. The pattern shows the number of its
 * frame; a viewer without a throttle notes when each number appeared. Both are reference
 * clients, which decode, in processes of their own.
 */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/fanout_daemon.h"
#include "tests/bench/fanout_tables.h"
#include "tests/bench/fanout_trial.h"
#include "tests/bench/measure.h"
#include "tests/client/client.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    RATE_BPS = 1000000,
    FPS = 20,
    BIT_PX = 16,
    PATIENCE_MS = 60000,
    SIGHTS_MOST = 20000,
    SPARE_US = 200000, /* of the goal: beyond the time that a whole picture needs */
};

/* An update arrived. */
struct sight {
    uint64_t at_us;
    uint32_t frame; /* that the picture shows */
    uint32_t bytes; /* of the update */
};

struct sights {
    size_t n;
    struct sight list[SIGHTS_MOST];
};

/* ---- in a process of its own ---- */

struct looker {
    const char *address, *encodings;
    bool continuous;
    int pipe[2];
};

static uint32_t shown_number(const struct client_picture *p)
{
    uint32_t number = 0;
    for (int bit = 0; bit < 32; bit++) {
        size_t at =
            (size_t)(BIT_PX / 2) * (size_t)p->width_px + (size_t)(bit * BIT_PX + BIT_PX / 2);
        number |= (uint32_t)(p->rgb[3 * at] > 127) << bit;
    }
    return number;
}

static void tell_sight(const struct looker *l, const struct client *c)
{
    struct sight sight = {.at_us = load_now_us(), .frame = shown_number(&c->picture)};
    for (size_t i = 0; i < c->rect_count; i++)
        sight.bytes += (uint32_t)c->rects[i].bytes;
    if (write(l->pipe[1], &sight, sizeof(sight)) != sizeof(sight))
        _exit(0);
}

static void must(const struct client *c, int result)
{
    if (result < 0)
        measure_fail("reference client", *client_why(c) ? client_why(c) : strerror(-result));
}

static void look(void *arg)
{
    struct looker *l = arg;
    struct client *c = client_new(NULL);
    must(c, client_connect(c, l->address, PATIENCE_MS));
    must(c, client_set_encodings_text(c, l->encodings));
    must(c, client_wait_complete(c, PATIENCE_MS));
    tell_sight(l, c);
    if (l->continuous)
        must(c,
             client_send_continuous(c, true, 0, 0, c->picture.width_px, c->picture.height_px));
    for (;;) {
        if (l->continuous)
            must(c, client_wait_message(c, CLIENT_UPDATE, PATIENCE_MS));
        else
            must(c, client_wait_update(c, PATIENCE_MS));
        tell_sight(l, c);
    }
}

static pid_t start_looker(struct looker *l)
{
    if (pipe(l->pipe))
        measure_fail("age", "no pipe");
    pid_t pid = measure_fork(look, l);
    close(l->pipe[1]);
    return pid;
}

static void collect(const struct looker *l, struct sights *s)
{
    while (s->n < SIGHTS_MOST &&
           read(l->pipe[0], &s->list[s->n], sizeof(s->list[0])) == sizeof(s->list[0]))
        s->n++;
    close(l->pipe[0]);
}

/* ---- ages ---- */

/* When the frame appeared: the first viewer may have skipped it, then it had the one before. */
static uint64_t drawn_us(const struct sights *fast, uint32_t frame)
{
    uint64_t at_us = 0;
    for (size_t i = 0; i < fast->n && fast->list[i].frame <= frame; i++) {
        if (i == 0 || fast->list[i].frame != fast->list[i - 1].frame)
            at_us = fast->list[i].at_us;
    }
    return at_us;
}

struct ages {
    double whole_ms, goal_ms, median_ms, worst_ms, worst_shown_ms;
    int n;
};

static struct ages find_ages(const struct sights *fast, const struct sights *slow)
{
    struct ages ages = {0};
    double *ms = alloc_zero(slow->n + 1, sizeof(*ms));
    uint32_t whole = 0;
    for (size_t i = 0; i < slow->n; i++)
        whole = slow->list[i].bytes > whole ? slow->list[i].bytes : whole;
    for (size_t i = 1; i < slow->n; i++) {
        uint64_t drawn = drawn_us(fast, slow->list[i].frame);
        uint64_t until = i + 1 < slow->n ? slow->list[i + 1].at_us : slow->list[i].at_us;
        if (!drawn)
            continue;
        /* The throttled one may be a moment ahead of the other. */
        double age =
            slow->list[i].at_us > drawn ? (double)(slow->list[i].at_us - drawn) / 1000 : 0;
        double shown = until > drawn ? (double)(until - drawn) / 1000 : 0;
        ms[ages.n++] = age;
        ages.worst_ms = age > ages.worst_ms ? age : ages.worst_ms;
        ages.worst_shown_ms = shown > ages.worst_shown_ms ? shown : ages.worst_shown_ms;
    }
    ages.median_ms = measure_median(ms, (size_t)ages.n);
    ages.whole_ms = whole * 8e3 / RATE_BPS;
    ages.goal_ms = ages.whole_ms + SPARE_US / 1e3;
    free(ms);
    return ages;
}

/* ---- the table ---- */

static struct ages measure(const struct knobs *k, const char *scene, const char *encoding,
                           bool continuous)
{
    static struct sights fast, slow;
    char *encodings = alloc_printf("%s,copyrect,cursor,desktopsize,lastrect%s", encoding,
                                   continuous ? ",fence,continuous" : "");
    char *place = alloc_printf("pattern:1280x720,mode=number-%s,fps=%u", scene, FPS);
    struct fanout_daemon daemon;
    pid_t relay_pid;
    fanout_daemon_start(&daemon, k->program, place);
    char *relay = fanout_relay_start(daemon.address, RATE_BPS, &relay_pid);
    struct looker quick = {.address = daemon.address, .encodings = encodings};
    struct looker late = {.address = relay, .encodings = encodings, .continuous = continuous};
    pid_t pids[2] = {start_looker(&quick), start_looker(&late)};
    sleep(k->seconds * 4);
    measure_stop(pids[1]);
    measure_stop(pids[0]);
    fast.n = slow.n = 0;
    collect(&quick, &fast);
    collect(&late, &slow);
    measure_stop(relay_pid);
    fanout_daemon_stop(&daemon);
    free(relay);
    free(place);
    free(encodings);
    return find_ages(&fast, &slow);
}

static void add(const struct knobs *k, struct report *report, const char *scene,
                const char *encoding, bool continuous)
{
    struct ages ages = measure(k, scene, encoding, continuous);
    const char *how = continuous ? "continuous" : "requests";
    report_row(report,
               json_pack("{s:s, s:s, s:s, s:i, s:f, s:f, s:f, s:f}", "scene", scene, "encoding",
                         encoding, "asks by", how, "updates", ages.n, "whole picture ms",
                         ages.whole_ms, "age ms", ages.median_ms, "oldest on arrival ms",
                         ages.worst_ms, "oldest shown ms", ages.worst_shown_ms));
    char *what =
        alloc_printf("age ms of a throttled picture, %s, %s, %s", scene, encoding, how);
    report_goal(report, what, ages.worst_ms, "<=", ages.goal_ms);
    free(what);
}

void fanout_age(const struct knobs *k, struct report *report)
{
    static const char *const scenes[] = {"scroll", "video"};
    static const char *const encodings[] = {"tight", "tight,quality=8", "zrle"};
    report_table(report, "1 Mbit/s: how old a picture of 1280x720 is");
    for (size_t i = 0; i < 6; i++) {
        add(k, report, scenes[i / 3], encodings[i % 3], false);
        add(k, report, scenes[i / 3], encodings[i % 3], true);
    }
}
