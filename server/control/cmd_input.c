/* SPDX-License-Identifier: GPL-2.0-or-later */
/* type, keys. */
#include <config.h>
#include "base/alloc.h"
#include "server/control/call.h"
#include "server/machine/typing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOLD_US_MOST 60000000 /* how long typing waits for a machine that stopped under it */

/* A request whose last event has not been played. */
struct waiter {
    struct waiter *next;
    struct http_exchange *x; /* NULL: nobody waits any more */
    uint64_t end;            /* of typing.played */
    int count;               /* characters or combinations, for the answer */
    bool force;
    char user[AUTH_USER_MOST + 1]; /* who types */
};

/* What is being typed on one machine; lives while something is. */
struct typing_job {
    struct machine_watcher watcher; /* first */
    struct typing_job *next;
    struct control *control;
    struct machine *machine;
    sd_event_source *timer;
    uint64_t held_us;       /* since when the machine does not run; 0: it does */
    struct waiter *waiters; /* in order */
    struct typing typing;
};

static void on_gone_client(struct http_exchange *x)
{
    struct waiter *w = x->self;
    w->x = NULL;
}

/* Answers the first waiter, with its count or with a cause. */
static void end_waiter(struct typing_job *job, unsigned status, const char *why)
{
    struct waiter *w = job->waiters;
    job->waiters = w->next;
    if (w->x && why)
        http_answer_error(w->x, status, "%s", why);
    else if (w->x)
        http_answer_json(w->x, status, json_pack("{s:i}", "typed", w->count));
    free(w);
}

/* Ends the job: those who still wait hear why. The machine may be gone. */
static void end_job(struct typing_job *job, const char *why)
{
    struct typing_job **at = &job->control->typing_jobs;
    while (*at != job)
        at = &(*at)->next;
    *at = job->next;
    while (job->waiters)
        end_waiter(job, 503, why);
    if (job->machine) {
        typing_stop(&job->typing, &job->machine->keyboard);
        machine_remove_watcher(&job->watcher);
    }
    sd_event_source_disable_unref(job->timer);
    free(job);
}

static void on_machine_gone(struct machine_watcher *watcher)
{
    struct typing_job *job = (struct typing_job *)watcher;
    job->machine = NULL;
    end_job(job, "the machine was detached before all was typed");
}

static void on_machine_news(struct machine_watcher *watcher, enum machine_news news)
{
    (void)watcher;
    (void)news;
}

/* Whether the machine takes keys now; keys wait while it is stopped or switches. */
static bool may_step(struct typing_job *job, uint64_t now_us)
{
    bool runs = job->machine->state == MACHINE_RUNNING;
    if (runs)
        job->held_us = 0;
    else if (!job->held_us)
        job->held_us = now_us;
    return runs;
}

static int on_timer(sd_event_source *source, uint64_t now_us, void *self)
{
    struct typing_job *job = self;
    struct machine *m = job->machine;
    bool more = true;
    char why[160];
    const struct waiter *first = job->waiters;
    if (first && input_refusal(job->control, m, first->user, first->force, why, sizeof(why))) {
        end_job(job, why);
        return 0;
    }
    if (may_step(job, now_us)) {
        machine_input_sure(m, true);
        more = typing_step(&job->typing, &m->keyboard, m->keymap, m->leds);
        machine_input_sure(m, false);
    }
    while (job->waiters && job->typing.played >= job->waiters->end)
        end_waiter(job, 200, NULL);
    if (!more || (job->held_us && now_us - job->held_us > HOLD_US_MOST)) {
        end_job(job, "the machine stopped before all was typed");
        return 0;
    }
    sd_event_source_set_time_relative(source, TYPING_STEP_US);
    return 0;
}

static struct typing_job *find_job(struct control *c, const struct machine *m)
{
    struct typing_job *job = c->typing_jobs;
    while (job && job->machine != m)
        job = job->next;
    return job;
}

static struct typing_job *job_for(struct control *c, struct machine *m)
{
    struct typing_job *job = find_job(c, m);
    if (job)
        return job;
    job = ALLOC(struct typing_job);
    job->control = c;
    job->machine = m;
    job->watcher.gone = on_machine_gone;
    job->watcher.news = on_machine_news;
    machine_add_watcher(m, &job->watcher);
    job->next = c->typing_jobs;
    c->typing_jobs = job;
    sd_event_add_time_relative(c->context.loop, &job->timer, CLOCK_MONOTONIC, 0, 1000, on_timer,
                               job);
    sd_event_source_set_enabled(job->timer, SD_EVENT_ON);
    return job;
}

static bool is_forced(const struct call *call)
{
    return call->text[2] != NULL;
}

static void wait_for_end(struct typing_job *job, struct call *call, int count)
{
    struct http_exchange *x = call->x;
    struct waiter *w = ALLOC(struct waiter), **at = &job->waiters;
    w->x = x;
    w->end = job->typing.added;
    w->count = count;
    w->force = is_forced(call);
    memcpy(w->user, call->caller, sizeof(w->user));
    x->self = w;
    x->on_gone = on_gone_client;
    while (*at)
        at = &(*at)->next;
    *at = w;
}

/* Whether the caller's keys may go there now; else it has been answered. */
static bool may_type(struct call *call, const struct machine *m)
{
    char why[160];
    enum role role = call_role(call, m);
    if (role < ROLE_DRIVE || (is_forced(call) && role < ROLE_ADMIN)) {
        http_answer_error(call->x, 403,
                          role < ROLE_DRIVE ? "you may only watch '%s'"
                                            : "only administrators of '%s' may force",
                          m->name);
        return false;
    }
    if (!input_refusal(call->control, m, call->caller, is_forced(call), why, sizeof(why)))
        return true;
    http_answer_error(call->x, 409, "%s", why);
    return false;
}

/* The machine of argument 0 when it takes keys, else NULL after answering. */
static struct machine *running_machine(struct call *call)
{
    struct machine *m = call_machine(call, 0);
    if (m && m->state != MACHINE_RUNNING) {
        http_answer_error(call->x, 409, "machine '%s' is %s: it takes no keys now", m->name,
                          machine_state_name(m->state));
        return NULL;
    }
    return m && may_type(call, m) ? m : NULL;
}

static void answer_full(struct http_exchange *x)
{
    http_answer_error(
        x, 429,
        "at most %d characters wait for being typed: send less at once, or try again when they "
        "are through",
        TYPING_CHARACTERS_MOST);
}

static void answer_untypable(struct http_exchange *x, const struct machine *m, uint32_t c)
{
    char text[5] = "";
    if (c >= 0x20 && c < 0x7f)
        text[0] = (char)c;
    http_answer_error(x, 422, "the layout '%s' has no key for U+%04X%s%s%s: nothing was typed",
                      m->config.keymap, (unsigned)c, text[0] ? " '" : "", text,
                      text[0] ? "'" : "");
}

static int count_characters(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += (*text & 0xc0) != 0x80;
    return n;
}

void cmd_type(struct call *call)
{
    struct machine *m = running_machine(call);
    uint32_t bad = 0;
    if (!m)
        return;
    if (!call->text[1][0]) {
        http_answer_json(call->x, 200, json_pack("{s:i}", "typed", 0));
        return;
    }
    struct typing_job *job = job_for(call->control, m);
    int r = typing_add_text(&job->typing, m->keymap, call->text[1], &bad);
    if (r == 0)
        wait_for_end(job, call, count_characters(call->text[1]));
    else if (r == -EINVAL)
        answer_untypable(call->x, m, bad);
    else
        answer_full(call->x);
}

/* All combinations or none: they are tried on a queue of their own first. */
static int add_chords(struct typing *t, const struct machine *m, const json_t *list,
                      const char **bad_r, size_t *n_r)
{
    int r = 0;
    for (size_t i = 0; i < json_array_size(list) && r == 0; i++)
        r = typing_add_chord(t, m->keymap, json_string_value(json_array_get(list, i)), bad_r,
                             n_r);
    return r;
}

void cmd_keys(struct call *call)
{
    struct machine *m = running_machine(call);
    const char *bad = "";
    size_t n = 0;
    if (!m)
        return;
    struct typing_job *job = job_for(call->control, m);
    struct typing *trial = alloc_zero(1, sizeof(*trial));
    trial->n = job->typing.n;
    int r = add_chords(trial, m, call->list[1], &bad, &n);
    free(trial);
    if (r == 0) {
        add_chords(&job->typing, m, call->list[1], &bad, &n);
        wait_for_end(job, call, (int)json_array_size(call->list[1]));
    } else if (r == -EINVAL) {
        http_answer_error(
            call->x, 422,
            "'%.*s' is no key here: take a character of the layout '%s', or a name like "
            "ctrl, alt, f1, enter, delete",
            (int)n, bad, m->config.keymap);
    } else {
        answer_full(call->x);
    }
}

void typing_jobs_stop(struct control *c)
{
    while (c->typing_jobs)
        end_job(c->typing_jobs, "the daemon is stopping");
}
