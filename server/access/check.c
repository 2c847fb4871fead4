/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/access/check.h"
#include "base/alloc.h"
#include "base/secret.h"
#include "server/ticket_sharing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WRONG "authentication failed"
#define ACCURACY_US 1000

struct check {
    struct access *access;
    struct guard_source source;
    char address[VERIFIER_ADDRESS_MOST + 1];
    char user[AUTH_USER_MOST + 1];
    bool named;    /* user is a name */
    bool underway; /* the guard counts it; else it takes no attempt now */
    char password[AUTH_PASSWORD_MOST + 1];
    char *machine;
    sd_event_source *timer;
    struct verifier_request *request;
    struct ticket_claim *claim;
    uint64_t ticket; /* that is claimed */
    check_done *done;
    void *self;
};

static uint64_t now_us(const struct check *c)
{
    uint64_t now = 0;
    sd_event_now(c->access->loop, CLOCK_MONOTONIC, &now);
    return now;
}

static void end_attempt(struct check *c, enum guard_outcome outcome)
{
    if (c->underway)
        guard_end(c->access->guard, &c->source, c->named ? c->user : NULL, outcome, now_us(c));
    c->underway = false;
}

static void destroy(struct check *c)
{
    sd_event_source_disable_unref(c->timer);
    verifier_cancel(&c->request);
    ticket_claim_cancel(&c->claim);
    secret_wipe(c->password, sizeof(c->password));
    free(c->machine);
    free(c);
}

static void answer(struct check *c, enum guard_outcome outcome, const struct check_answer *a)
{
    end_attempt(c, outcome);
    c->done(c->self, a);
    destroy(c);
}

static void fail(struct check *c, enum guard_outcome outcome, const char *reason,
                 const char *cause)
{
    const struct check_answer a = {.reason = reason, .cause = cause};
    answer(c, outcome, &a);
}

/* ---- the verifier's word ---- */

/*
 * What is right is no guess; what was not checked is none either. But a service that breaks may
 * break for wrong passwords only: that counts.
 */
static const struct verdict {
    enum guard_outcome outcome;
    const char *reason; /* NULL: it is in order */
} verdicts[VERIFIER_RESULTS] = {
    [VERIFIER_OK] = {GUARD_PASSED, NULL},
    [VERIFIER_WRONG] = {GUARD_FAILED, WRONG},
    [VERIFIER_PASSWORD_EXPIRED] = {GUARD_DROPPED,
                                   "your password has expired: change it on the host first"},
    [VERIFIER_ACCOUNT_REFUSED] = {GUARD_DROPPED,
                                  "your account is locked, expired, or not let in now"},
    [VERIFIER_NO_SESSION] = {GUARD_DROPPED, "your session could not be opened on the host"},
    [VERIFIER_NO_SERVICE] = {GUARD_FAILED, "passwords cannot be checked here now"},
    [VERIFIER_TIMEOUT] = {GUARD_DROPPED, "the check of the password took too long"},
    [VERIFIER_CRASHED] = {GUARD_FAILED, "the password could not be checked"},
    [VERIFIER_BUSY] = {GUARD_DROPPED, "too many logins at once: try again later"},
    [VERIFIER_GONE] = {GUARD_DROPPED, "passwords cannot be checked here now"},
};

static void on_verifier(void *self, const struct verifier_answer *got)
{
    struct check *c = self;
    const struct verdict *verdict = &verdicts[got->result];
    c->request = NULL;
    const struct check_answer a = {.ok = !verdict->reason,
                                   .reason = verdict->reason,
                                   .cause = verifier_result_text(got->result),
                                   .user = got->identity.user,
                                   .groups = got->identity.groups,
                                   .session = got->session};
    answer(c, verdict->outcome, &a);
}

/* ---- the way ---- */

static const struct ticket *find_ticket(const struct check *c)
{
    const struct ticket *t = ticket_by_text(c->access->tickets, c->password, now_us(c));
    bool elsewhere = t && c->machine && strcmp(t->machine, c->machine) != 0;
    return elsewhere ? NULL : t;
}

static void pass(struct check *c, const struct ticket *t)
{
    const struct check_answer with = {.ok = true, .user = t->user, .ticket = t};
    answer(c, GUARD_PASSED, &with);
}

/* Whether it is the first use of this ticket among all nodes; it may have ended meanwhile. */
static void on_claimed(void *self, enum ticket_claimed result)
{
    struct check *c = self;
    const struct ticket *t = ticket_by_id(c->access->tickets, c->ticket, now_us(c));
    c->claim = NULL;
    if (result == TICKET_UNSURE)
        fail(c, GUARD_DROPPED,
             "tickets cannot be checked now: try again later, or have a new "
             "one made at this host",
             "what nodes know of the ticket cannot be read now");
    else if (result == TICKET_CLAIMED && t)
        pass(c, t);
    else
        fail(c, GUARD_DROPPED, "this ticket is used at another host: try again there",
             "its ticket is used at another node");
}

/* One that began a session was claimed then: its bearer comes back. */
static void take_ticket(struct check *c, const struct ticket *t)
{
    struct ticket_sharing *sharing = c->access->sharing;
    if (!sharing || t->vnc || t->session) {
        pass(c, t);
        return;
    }
    secret_wipe(c->password, sizeof(c->password));
    c->ticket = t->id;
    c->claim = ticket_sharing_claim(sharing, t->id, on_claimed, c);
}

static void go(struct check *c)
{
    struct access *a = c->access;
    const struct ticket *t = find_ticket(c);
    if (t) {
        take_ticket(c, t);
    } else if (!c->named) {
        fail(c, GUARD_FAILED, WRONG, "what was given is no user's name");
    } else if (!a->verifier || !a->service) {
        fail(c, GUARD_FAILED, WRONG, "no ticket, and there is no PAM service");
    } else {
        c->request = verifier_check(a->verifier, a->service, c->user, c->password, c->address,
                                    on_verifier, c);
        secret_wipe(c->password, sizeof(c->password));
    }
}

static int on_time(sd_event_source *source, uint64_t usec, void *self)
{
    struct check *c = self;
    (void)source;
    (void)usec;
    if (c->underway)
        go(c);
    else
        fail(c, GUARD_DROPPED, CHECK_LOCKED_TEXT,
             "after too many failures, attempts are not taken for a while");
    return 0;
}

struct check *check_start(struct access *a, const struct check_wish *wish, check_done *done,
                          void *self)
{
    struct check *c = ALLOC(struct check);
    uint64_t wait_us = 0;
    c->access = a;
    c->source = wish->source;
    c->named = wish->user != NULL;
    c->machine = alloc_text(wish->machine);
    c->done = done;
    c->self = self;
    snprintf(c->address, sizeof(c->address), "%s", wish->address);
    snprintf(c->user, sizeof(c->user), "%s", c->named ? wish->user : "");
    snprintf(c->password, sizeof(c->password), "%s", wish->password);
    c->underway = guard_begin(a->guard, &c->source, c->named ? c->user : NULL, now_us(c),
                              &wait_us) != GUARD_LOCKED;
    sd_event_add_time_relative(a->loop, &c->timer, CLOCK_MONOTONIC, c->underway ? wait_us : 0,
                               ACCURACY_US, on_time, c);
    return c;
}

void check_cancel(struct check **at)
{
    struct check *c = *at;
    *at = NULL;
    if (!c)
        return;
    end_attempt(c, GUARD_DROPPED);
    destroy(c);
}
