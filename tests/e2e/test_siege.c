/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logins that are begun and not ended, a thousand in a minute: nobody who looks notices. */
#include <config.h>
#include "tests/bench/besieger.h"
#include "tests/e2e/daemon.h"
#include "tests/e2e/look.h"
#include "tests/e2e/pattern.h"
#include "tests/e2e/trial.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

enum {
    WIDTH_PX = 320,
    HEIGHT_PX = 200,
    VIEWERS = 3,
    PER_MINUTE = 1000,
    BEGUN_LEAST = 60,
    HOLD_MS = 2000,
    PENDING_MOST = 40,
    PENDING_MOST_PER_ADDRESS = 4,
};

struct siege {
    struct trial *trial;
    struct daemon *daemon;
    struct client *viewers[VIEWERS];
    struct besieger_options options;
    struct besieger_result result;
};

static void start_daemon(struct siege *s)
{
    struct trial *trial = s->trial;
    setenv("HOLDFAST_VERIFIER", trial_built(trial, "holdfast-verifier"), 1);
    s->daemon = daemon_start(
        trial, "listen = {\"127.0.0.1:0\"} audit = \"$/audit\"",
        trial_text(trial,
                   "auth { methods = {x509-plain, ra2, apple-dh, vnc, none}\n"
                   "  max-pending = %d max-pending-per-address = %d }\n"
                   "machine test { place = {\"pattern:%dx%d\"} listen = {\"unix:$/view\"} }",
                   PENDING_MOST, PENDING_MOST_PER_ADDRESS, WIDTH_PX, HEIGHT_PX));
    daemon_wait_machine(s->daemon, "test", "running");
    s->options.port =
        (unsigned)strtoul(strrchr(daemon_tcp(s->daemon, NULL), ':') + 1, NULL, 10);
}

static void *besiege(void *arg)
{
    struct siege *s = arg;
    s->result = besieger_run(&s->options);
    return NULL;
}

/* One after the other, each gets a whole and right picture anew. */
static void all_see(struct siege *s, struct shot want)
{
    for (int i = 0; i < VIEWERS; i++) {
        struct client *c = s->viewers[i];
        look_must(s->trial, c, client_request_all(c, false), "a request");
        look_must(s->trial, c, client_wait_message(c, CLIENT_UPDATE, PATIENCE_MS), "an update");
        look_until(s->trial, c, want, 0);
    }
}

static void counters_are_within_limits(struct siege *s)
{
    json_int_t pending = daemon_counter(s->daemon, "viewers_pending");
    json_int_t in = daemon_counter(s->daemon, "viewers_logged_in_total");
    trial_check(s->trial, pending <= PENDING_MOST, "%d logins are pending", (int)pending);
    trial_check(s->trial, in == VIEWERS, "%d viewers have logged in, and not %d", (int)in,
                VIEWERS);
}

static int count_logins(struct siege *s)
{
    char *text = trial_read_file(s->trial, trial_path(s->trial, "audit"), NULL);
    int n = 0;
    for (char *at = text; at && (at = strstr(at, "\"event\":\"login\"")); at++)
        n++;
    return n;
}

/* Begun logins are what the test waits for; its time is only how long it may take. */
static void who_looks_notices_no_siege(struct trial *trial)
{
    struct siege s = {.trial = trial};
    pthread_t hostile;
    s.options = (struct besieger_options){
        .per_minute = trial_is_long() ? 10 * PER_MINUTE : PER_MINUTE,
        .duration_ms = trial_is_long() ? 60000 : 6000,
        .hold_ms = HOLD_MS,
    };
    start_daemon(&s);
    struct shot want = pattern_shot(trial, WIDTH_PX, HEIGHT_PX, PATTERN_STILL, 0);
    for (int i = 0; i < VIEWERS; i++) {
        s.viewers[i] = look_open(trial, trial_text(trial, "unix:%s/view", trial->folder),
                                 i ? "zrle,cursor" : "raw,cursor", NULL);
        look_whole(trial, s.viewers[i]);
    }
    int64_t end_ms = clock_now_ms() + s.options.duration_ms;
    trial_check(trial, pthread_create(&hostile, NULL, besiege, &s) == 0, "no thread");
    do {
        all_see(&s, want);
        counters_are_within_limits(&s);
    } while (clock_now_ms() < end_ms);
    pthread_join(hostile, NULL);
    trial_check(trial, s.result.begun >= BEGUN_LEAST, "only %u logins were begun",
                s.result.begun);
    daemon_wait_counter(s.daemon, "viewers", VIEWERS);
    daemon_wait_counter(s.daemon, "viewers_pending", 0);
    all_see(&s, want);
    counters_are_within_limits(&s);
    trial_check(trial, count_logins(&s) == VIEWERS, "the audit has %d logins",
                count_logins(&s));
    print_message("%u logins begun, %u sent away, %u TLS and %u RSA-AES handshakes answered\n",
                  s.result.begun, s.result.sent_away, s.result.tls_answers,
                  s.result.ra2_answers);
    /* The door is open again. */
    struct client *late = look_open(trial, daemon_tcp(s.daemon, NULL), "raw,cursor", NULL);
    look_whole(trial, late);
}

static const struct trial_row rows[] = {
    {"who looks notices no siege", who_looks_notices_no_siege, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "siege", rows, ARRAY_SIZE(rows));
}
