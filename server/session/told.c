/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What other nodes tell of a console: its home, which a mirror takes over as it is, and a node
 * that remembers, when the machine has come here.
 */
#include <config.h>
#include "server/session/sessions_private.h"

#include <string.h>

/*
 * By its number; else the user's own, whose number was not known. Whoever has the number here
 * is told by another one, or is none any more.
 */
static struct session *find_told(struct console *c, const struct image_session *told)
{
    struct session *s = sessions_find(c->all, told->id);
    if (s && (s->console != c || strcmp(s->user, told->user) == 0))
        return s->console == c ? s : NULL;
    if (s)
        session_renumber(s, sessions_number(c->all));
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
    if (there && strcmp(there->user, s->user) != 0)
        return; /* what home knows is told yet */
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

/* ---- remembered elsewhere ---- */

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
    console_await_viewers(c);
    console_lift_others(c);
    console_tell_seats(c);
    console_mark(c);
    console_changed(c);
}
