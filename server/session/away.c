/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A console whose home is another node: what is asked there, and who leaves. */
#include <config.h>
#include "server/session/sessions_private.h"

#include <string.h>

/* ---- asking ---- */

/* What the wheel here would say; nothing follows. */
static struct wheel_result foresee(const struct console *c, enum wheel_event event,
                                   const struct session *s, const struct session *target,
                                   struct wheel *after_r)
{
    struct wheel_party who = session_party(s), to = {0};
    if (target)
        to = session_party(target);
    *after_r = c->wheel;
    return wheel_act(after_r, event, &who, target ? &to : NULL, sessions_now_us(c->all));
}

/* A wheel that nobody holds is taken with the first key, which follows what asks for it. */
bool seat_input_away(struct seat *seat, enum wheel_event event)
{
    struct session *s = seat->session;
    struct console *c = s->console;
    struct wheel after;
    const struct console_wish wish = {.kind = WISH_WHEEL, .session = s->id, .event = event};
    if (seat_drives(seat))
        return true;
    struct wheel_result r = foresee(c, event, s, NULL, &after);
    if (r.why || !(r.actions & WHEEL_CHANGED) || after.driver != s->id || console_ask(c, &wish))
        return false;
    c->wheel = after;
    c->hoped = s->id;
    console_tell_seats(c);
    return true;
}

const char *session_act_away(struct session *s, enum wheel_event event, struct session *target,
                             bool *queued_r)
{
    struct wheel after;
    const struct console_wish wish = {.kind = WISH_WHEEL,
                                      .session = s->id,
                                      .event = event,
                                      .target = target ? target->id : 0};
    struct wheel_result r = foresee(s->console, event, s, target, &after);
    if (queued_r)
        *queued_r = r.actions & WHEEL_QUEUED;
    return r.why ? r.why : console_ask(s->console, &wish);
}

/* ---- leaving ---- */

static void leave_wheel(struct wheel *w, uint64_t id)
{
    size_t place = wheel_place(w, id);
    if (w->driver == id)
        w->driver = 0;
    if (place)
        memmove(&w->queue[place - 1], &w->queue[place],
                (w->n_queue-- - place) * sizeof(w->queue[0]));
}

void session_drop(struct session *s)
{
    struct console *c = s->console;
    if (console_is_home(c))
        session_forget(s);
    leave_wheel(&c->wheel, s->id);
    c->hoped = c->hoped == s->id ? 0 : c->hoped;
    session_free(s);
}

/* Of a named one home tells when it ends, if home has heard of it. */
void session_left_away(struct session *s)
{
    struct console *c = s->console;
    if (s->user[0] && c->epoch)
        return;
    session_drop(s);
    console_collect(c);
}
