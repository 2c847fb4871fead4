/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A console whose home is another node: what is asked there, and what is heard from there. */
#include <config.h>
#include "base/alloc.h"
#include "server/session/sessions_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- asking ---- */

const char *console_ask(struct console *c, const struct console_wish *wish)
{
    bool asked = c->home == CONSOLE_AWAY && c->home_ops->act(c->home_self, wish);
    return asked ? NULL : HOME_UNREACHABLE;
}

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

/* ---- hearing ---- */

/* By its number; else the user's own, whose number was not known. */
static struct session *find_told(struct console *c, const struct image_session *told)
{
    struct session *s = sessions_find(c->all, told->id);
    if (s)
        return s->console == c && strcmp(s->user, told->user) == 0 ? s : NULL;
    s = console_find(c, told->user);
    if (s)
        session_renumber(s, told->id);
    return s;
}

/* Two of one user, where both numbers are known here already: the told one counts. */
static void merge_user(struct console *c, struct session *s)
{
    for (struct session *other = s->user[0] ? c->all->first : NULL, *next; other;
         other = next) {
        next = other->next;
        if (other->console != c || other == s || strcmp(other->user, s->user) != 0)
            continue;
        while (other->seats)
            session_reseat(other->seats, s);
        session_drop(other);
    }
}

/* NULL when its number is another machine's. */
static struct session *take_session(struct console *c, const struct image_session *told)
{
    struct session *s = find_told(c, told);
    if (!s && sessions_find(c->all, told->id))
        return NULL;
    if (!s)
        s = session_new(c, told->id, told->user);
    merge_user(c, s);
    s->role = told->role;
    s->role_set = told->role_set;
    s->n_away = told->viewers > s->n_seats ? told->viewers - s->n_seats : 0;
    s->since_us = told->since_us;
    s->active_us = told->active_us;
    s->ends_us = UINT64_MAX;
    s->expected_us = 0;
    return s;
}

static bool is_told(const struct console_image *image, uint64_t id)
{
    for (size_t low = 0, high = image->n_sessions; low < high;) {
        size_t i = low + (high - low) / 2;
        if (image->sessions[i].id == id)
            return true;
        if (image->sessions[i].id < id)
            low = i + 1;
        else
            high = i;
    }
    return false;
}

/* Those that are not told are over, but for those with viewers here. */
static void drop_untold(struct console *c, const struct console_image *image)
{
    for (struct session *s = c->all->first, *next; s; s = next) {
        next = s->next;
        if (s->console != c || is_told(image, s->id))
            continue;
        s->n_away = 0;
        if (!s->n_seats)
            session_drop(s);
    }
}

static bool is_here(const struct console *c, uint64_t id)
{
    const struct session *s = console_session(c, id);
    return s && session_is_here(s);
}

static void take_wheel(struct console *c, const struct console_image *image)
{
    struct wheel *w = &c->wheel;
    w->sharing = image->sharing;
    w->driver = console_session(c, image->driver) ? image->driver : 0;
    w->driver_here = is_here(c, w->driver);
    w->released_by = image->released_by;
    w->n_queue = 0;
    for (size_t i = 0; i < image->n_queue; i++)
        if (console_session(c, image->queue[i]))
            w->queue[w->n_queue++] =
                (struct wheel_asker){image->queue[i], is_here(c, image->queue[i])};
    w->input_us = w->asked_us = sessions_now_us(c->all);
}

static void take_image(struct console *c, const struct console_image *image)
{
    for (size_t i = 0; i < image->n_sessions; i++)
        take_session(c, &image->sessions[i]);
    drop_untold(c, image);
    take_wheel(c, image);
}

/* Whoever may not drive any more holds nothing. */
void console_lift_others(struct console *c)
{
    for (struct session *s = c->all->first; s; s = s->next)
        for (struct seat *seat = s->console == c ? s->seats : NULL; seat; seat = seat->next)
            if (!seat_drives(seat))
                seat->ops->lift(seat);
}

/* What the seats show of their machine. */
static uint64_t shown(const struct console *c)
{
    uint64_t sum = c->wheel.driver * 31 + (uint64_t)c->wheel.sharing;
    for (const struct session *s = c->all->first; s; s = s->next)
        if (s->console == c && s->n_seats)
            sum = sum * 31 + s->id * 8 + (uint64_t)s->role * 2 + s->role_set;
    return sum;
}

void console_told(struct console *c, const struct console_image *image, bool answered)
{
    uint64_t before = shown(c), hoped = answered ? 0 : c->hoped;
    enum sharing sharing = c->wheel.sharing;
    if (c->home != CONSOLE_AWAY)
        return;
    take_image(c, image);
    c->epoch = image->epoch;
    c->serial = image->serial;
    c->hoped = 0;
    if (hoped && !c->wheel.driver && c->wheel.sharing == SHARING_SINGLE &&
        console_session(c, hoped)) {
        c->wheel.driver = c->hoped = hoped;
        c->wheel.driver_here = true;
    }
    if (shown(c) == before && sharing == c->wheel.sharing)
        return;
    console_lift_others(c);
    console_tell_seats(c);
}

void console_seat_joined(struct seat *seat, uint64_t session, enum role role)
{
    struct session *s = seat->session, *there = s ? console_session(s->console, session) : NULL;
    if (!s || !session || s->console->home != CONSOLE_AWAY)
        return;
    if (there && there != s) {
        session_reseat(seat, there);
        if (!s->n_seats)
            session_drop(s);
        s = there;
    } else if (!there && !sessions_find(s->console->all, session)) {
        session_renumber(s, session);
    }
    seat->role = role < seat->login ? role : seat->login;
    session_update_seats(s);
}

static struct session *event_session(struct console *c, const struct session_told *told,
                                     struct session *room)
{
    struct session *s = console_session(c, told->id);
    if (s || !told->id)
        return s;
    *room = (struct session){.console = c,
                             .id = told->id,
                             .user = (char *)told->user,
                             .role = told->role,
                             .ends_us = UINT64_MAX};
    return room;
}

void console_told_event(struct console *c, enum session_event_kind kind, uint64_t time_us,
                        const struct session_told *session, const struct session_told *other,
                        const char *text)
{
    struct session rooms[2];
    const struct session_event e = {.kind = kind,
                                    .time_us = time_us,
                                    .console = c,
                                    .session = event_session(c, session, &rooms[0]),
                                    .other = event_session(c, other, &rooms[1]),
                                    .text = text};
    if (c->home == CONSOLE_AWAY)
        sessions_hear(c->all, &e);
}

/* ---- another home ---- */

/* Who is still there of those that were: viewers of other nodes come again. */
#define EXPECT_US (15 * UINT64_C(1000000))

static struct seat *next_guest(struct session *s)
{
    struct seat *seat = s->seats;
    while (seat && !seat->guest)
        seat = seat->next;
    return seat;
}

/* They go on at the new home by the node that they are at. */
static void leave_guests(struct console *c)
{
    for (struct session *s = c->all->first; s; s = s->next) {
        struct seat *seat;
        while (s->console == c && (seat = next_guest(s))) {
            session_unseat(seat);
            s->n_away++;
            seat->ops->leave(seat, CONSOLE_MOVED);
        }
    }
}

static void end_mirrors(struct console *c)
{
    while (c->mirrors) {
        struct console_mirror *m = c->mirrors;
        console_mirror_remove(m);
        m->gone(m);
    }
}

static void stop_deciding(struct console *c)
{
    fence_drop(c);
    c->kept = false;
    c->decided = false;
    end_mirrors(c);
    leave_guests(c);
    for (struct session *s = c->all->first; s; s = s->next) {
        if (s->console != c)
            continue;
        s->ends_us = UINT64_MAX;
        s->expected_us = 0;
        free(s->kept_key);
        s->kept_key = NULL;
    }
    sessions_arm(c->all);
}

static void each_seat(struct console *c, void (*call)(void *self, struct seat *seat))
{
    for (struct session *s = c->all->first; s; s = s->next)
        for (struct seat *seat = s->console == c ? s->seats : NULL; seat; seat = seat->next)
            call(c->home_self, seat);
}

/* Home is where `home` says from now on; seats have left the one before. */
static void leave_home(struct console *c, enum console_home home)
{
    enum console_home before = c->home;
    if (before == CONSOLE_AWAY)
        each_seat(c, c->home_ops->leave);
    else if (before == CONSOLE_HOME)
        sessions_save(c->all);
    c->home = home;
    c->home_ops = NULL;
    c->home_self = NULL;
    c->hoped = 0;
    if (before == CONSOLE_HOME)
        stop_deciding(c);
}

/* What another home bounded, or a new one may. */
static void unbound_roles(struct console *c)
{
    for (struct session *s = c->all->first; s; s = s->next)
        for (struct seat *seat = s->console == c ? s->seats : NULL; seat; seat = seat->next)
            seat->role = seat->login;
}

void console_go_away(struct console *c, const struct console_home_ops *ops, void *self)
{
    if (c->home == CONSOLE_AWAY && c->home_ops == ops && c->home_self == self)
        return;
    leave_home(c, CONSOLE_AWAY);
    c->home_ops = ops;
    c->home_self = self;
    each_seat(c, ops->join);
}

void console_go_nowhere(struct console *c)
{
    if (c->home != CONSOLE_NOWHERE)
        leave_home(c, CONSOLE_NOWHERE);
}

void console_forget_absent(struct console *c)
{
    for (struct session *s = c->all->first, *next; s; s = next) {
        next = s->next;
        if (s->console == c && !s->n_seats)
            session_drop(s);
    }
    console_release(c);
}

static void await_viewers(struct console *c)
{
    uint64_t now_us = sessions_now_us(c->all);
    for (struct session *s = c->all->first; s; s = s->next) {
        if (s->console != c)
            continue;
        s->expected_us = s->n_away ? now_us + EXPECT_US : 0;
        s->ends_us = session_is_here(s) ? UINT64_MAX : now_us + (s->user[0] ? c->linger_us : 0);
    }
    sessions_arm(c->all);
}

void console_come_home(struct console *c)
{
    if (c->home == CONSOLE_HOME)
        return;
    leave_home(c, CONSOLE_HOME);
    c->known_epoch = c->epoch;
    c->known_serial = c->serial;
    c->epoch++;
    c->serial = 0;
    c->decided = false;
    c->kept = c->all->node != NULL;
    unbound_roles(c);
    c->wheel.input_us = c->wheel.asked_us = sessions_now_us(c->all);
    await_viewers(c);
    console_configure(c);
    c->decided = false;
    if (c->all->node)
        fence_take(c);
}

void console_seat_lost(struct seat *seat)
{
    struct session *s = seat->session;
    if (!s || !console_is_home(s->console)) {
        session_leave(seat);
        return;
    }
    session_unseat(seat);
    s->n_away++;
    s->expected_us = sessions_now_us(s->console->all) + EXPECT_US;
    console_changed(s->console);
    sessions_arm(s->console->all);
}

void console_remember(struct console *c, const struct console_image *image)
{
    const enum sharing sharing = c->wheel.sharing;
    bool own = c->known_epoch && image->epoch == c->epoch;
    if (!console_is_home(c) || own ||
        !console_image_newer(image->epoch, image->serial, c->known_epoch, c->known_serial))
        return;
    if (image->epoch >= c->epoch) {
        c->epoch = image->epoch + 1;
        if (c->all->node)
            fence_take(c);
    }
    if (c->decided)
        return;
    c->known_epoch = image->epoch;
    c->known_serial = image->serial;
    for (size_t i = 0; i < image->n_sessions; i++)
        take_session(c, &image->sessions[i]);
    if (image->sharing == sharing)
        take_wheel(c, image);
    await_viewers(c);
    console_lift_others(c);
    console_tell_seats(c);
    console_mark(c);
    console_changed(c);
}
