/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was asked of a console's home, until it answers. */
#include <config.h>
#include "base/alloc.h"
#include "server/session/sessions_private.h"

#include <stdlib.h>

enum { ASKED_MOST = 256 }; /* of one console that wait for an answer */

struct asked_wish {
    struct asked_wish *next;
    uint32_t number;
    uint64_t session;           /* whose viewers hear that it was refused; 0: nobody */
    struct wish_waiter *waiter; /* NULL: they do */
};

/* ---- asking ---- */

const char *console_ask(struct console *c, const struct console_wish *wish)
{
    if (c->home != CONSOLE_AWAY || c->n_asked == ASKED_MOST)
        return HOME_UNREACHABLE;
    uint32_t number = c->home_ops->act(c->home_self, wish);
    if (!number)
        return HOME_UNREACHABLE;
    struct asked_wish *asked = ALLOC(struct asked_wish);
    bool of_session = wish->kind != WISH_ROLE && wish->kind != WISH_END;
    *asked = (struct asked_wish){
        .next = c->asked, .number = number, .session = of_session ? wish->session : 0};
    c->asked = asked;
    c->n_asked++;
    return NULL;
}

const char *seat_wish(struct seat *seat, struct console_wish wish)
{
    wish.session = seat->session ? seat->session->id : 0;
    return seat->session ? console_ask(seat->session->console, &wish) : HOME_UNREACHABLE;
}

void console_await(struct console *c, struct wish_waiter *w)
{
    w->asked = c->asked;
    w->asked->waiter = w;
}

void wish_waiter_cancel(struct wish_waiter *w)
{
    if (!w->asked)
        return;
    w->asked->waiter = NULL;
    w->asked->session = 0;
    w->asked = NULL;
}

/* ---- answers ---- */

static void tell_seats(const struct session *s, const char *why)
{
    for (struct seat *seat = s ? s->seats : NULL; seat; seat = seat->next)
        if (seat->ops->refused)
            seat->ops->refused(seat, why);
}

static void answer(struct console *c, struct asked_wish **at, enum wish_outcome outcome,
                   const char *why)
{
    struct asked_wish *asked = *at;
    struct wish_waiter *w = asked->waiter;
    *at = asked->next;
    c->n_asked--;
    if (w) {
        w->asked = NULL;
        w->told(w, outcome, why);
    } else if (why && asked->session) {
        tell_seats(console_session(c, asked->session), why);
    }
    free(asked);
}

void console_answered(struct console *c, uint32_t number, const char *why, bool queued)
{
    struct asked_wish **at = &c->asked;
    while (*at && (*at)->number != number)
        at = &(*at)->next;
    if (*at)
        answer(c, at, why ? WISH_REFUSED : queued ? WISH_QUEUED : WISH_DONE, why);
}

void console_unanswered(struct console *c, const char *why)
{
    while (c->asked)
        answer(c, &c->asked, WISH_UNANSWERED, why);
}
