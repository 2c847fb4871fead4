/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/control/home_answer.h"
#include "base/alloc.h"
#include "server/session/home.h"

#include <stdlib.h>

enum { HOME_ANSWER_MS = 10000 };

struct home_answer {
    struct wish_waiter waiter; /* first */
    const struct control *control;
    struct http_exchange *x;
    sd_event_source *deadline;
    char *machine;
    uint64_t id;
    home_answer_body *body;
};

static void end(struct home_answer *a)
{
    wish_waiter_cancel(&a->waiter);
    sd_event_source_disable_unref(a->deadline);
    a->x->on_gone = NULL;
    free(a->machine);
    free(a);
}

static void on_gone(struct http_exchange *x)
{
    end(x->self);
}

static void on_told(struct wish_waiter *w, enum wish_outcome outcome, const char *why)
{
    static const unsigned statuses[] = {
        [WISH_DONE] = 200, [WISH_QUEUED] = 202, [WISH_REFUSED] = 409, [WISH_UNANSWERED] = 503};
    struct home_answer *a = (struct home_answer *)w;
    struct http_exchange *x = a->x;
    json_t *body = why ? NULL : a->body(a->control, a->machine, a->id, outcome == WISH_QUEUED);
    end(a);
    if (why)
        http_answer_error(x, statuses[outcome], "%s", why);
    else
        http_answer_json(x, statuses[outcome], body);
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *self)
{
    struct home_answer *a = self;
    struct http_exchange *x = a->x;
    (void)source;
    (void)usec;
    end(a);
    http_answer_error(
        x, 504,
        "the node where this machine runs does not answer: look whether it is done "
        "(holdfastctl sessions, holdfastctl node), and try again");
    return 0;
}

void home_answer_await(struct call *call, struct console *console, const char *machine,
                       uint64_t id, home_answer_body *body)
{
    const struct control_context *context = &call->control->context;
    struct home_answer *a = ALLOC(struct home_answer);
    unsigned ms = context->home_answer_ms ? context->home_answer_ms : HOME_ANSWER_MS;
    *a = (struct home_answer){.waiter.told = on_told,
                              .control = call->control,
                              .x = call->x,
                              .machine = alloc_text(machine),
                              .id = id,
                              .body = body};
    a->x->self = a;
    a->x->on_gone = on_gone;
    console_await(console, &a->waiter);
    sd_event_add_time_relative(context->loop, &a->deadline, CLOCK_MONOTONIC,
                               (uint64_t)ms * 1000, 0, on_deadline, a);
}
