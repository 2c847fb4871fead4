/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The menu of one viewer: what is so for it, and what its rows do. */
#include <config.h>
#include "server/overlay/lobby_room.h"
#include "server/overlay/machine_notices.h"
#include "server/overlay/overlay_private.h"

#include <stdio.h>
#include <xkbcommon/xkbcommon-keysyms.h>

/* ---- facts ---- */

static const struct session *asker_of(const struct console *c)
{
    return c->wheel.n_queue ? console_session(c, c->wheel.queue[0].id) : NULL;
}

static unsigned control_bits(const struct session *s)
{
    const struct wheel *w = &s->console->wheel;
    bool drives = w->driver == s->id, asks = wheel_place(w, s->id) > 0;
    unsigned bits = 0;
    if (w->sharing != SHARING_SINGLE || s->role < ROLE_DRIVE)
        return 0;
    bits |= drives ? MENU_DRIVES : asks ? MENU_ASKS : MENU_MAY_ASK;
    bits |= drives && w->n_queue ? MENU_ASKED : 0;
    bits |= !drives && w->driver && s->role >= ROLE_ADMIN ? MENU_MAY_TAKE : 0;
    return bits;
}

static const char *does_what(const struct session *s)
{
    const struct wheel *w = &s->console->wheel;
    if (!session_is_here(s))
        return w->driver == s->id ? "drives, away" : "away";
    if (w->sharing == SHARING_SINGLE && w->driver == s->id)
        return "drives";
    return wheel_place(w, s->id)  ? "asks for control"
           : s->role < ROLE_DRIVE ? "watches"
                                  : "is here";
}

static void find_people(const struct session *mine, struct menu_facts *facts)
{
    for (const struct session *s = mine->console->all->first; s; s = s->next) {
        if (s->console != mine->console || facts->n_people == MENU_PEOPLE_MOST)
            continue;
        snprintf(facts->people[facts->n_people++], MENU_TEXT_MOST, "%.60s %s%s",
                 session_user(s), does_what(s), s == mine ? " (you)" : "");
    }
}

static unsigned quality_bits(const struct overlay *o)
{
    static const unsigned rows[] = {
        [OVERLAY_QUALITY_AUTO] = 0,
        [OVERLAY_QUALITY_EXACT] = MENU_EXACT_NOW,
        [OVERLAY_QUALITY_LOW] = MENU_LOW_NOW,
    };
    const struct viewer *v = o->viewer;
    const struct encode_class class = encode_class_for(&v->encodings, &v->format);
    return (class.quality >= 0 ? MENU_INEXACT : 0) | rows[o->quality];
}

void overlay_find_facts(const struct overlay *o, struct menu_facts *facts_r)
{
    const struct viewer *v = o->viewer;
    const struct session *s = v->seat.session, *driver = NULL, *asker = NULL;
    *facts_r = (struct menu_facts){.machine = v->machine ? v->machine->name : ""};
    facts_r->bits = quality_bits(o);
    if (seat_may_drive(&v->seat))
        facts_r->bits |= MENU_TYPES | MENU_SWITCHES;
    if (lobby_is_open_to(v))
        facts_r->bits |= MENU_OTHERS;
    if (!s)
        return;
    facts_r->bits |= control_bits(s);
    driver = console_driver(s->console);
    asker = asker_of(s->console);
    facts_r->driver = driver ? session_user(driver) : NULL;
    facts_r->asker = asker ? session_user(asker) : NULL;
    find_people(s, facts_r);
}

/* ---- what rows do ---- */

void overlay_open_menu(struct overlay *o)
{
    o->menu_open = true;
    o->menu = (struct menu){0};
    o->buttons = 0;
    overlay_draw(o);
}

void overlay_close_menu(struct overlay *o)
{
    o->menu_open = false;
    overlay_draw(o);
}

static void say(struct overlay *o, const char *text)
{
    if (text)
        viewer_notice(o->viewer, NOTICE_CONTROL, text, 0, NOTICE_US);
}

static void wish(struct overlay *o, enum wheel_event event)
{
    struct session *s = o->viewer->seat.session;
    bool queued = false;
    if (!s)
        return;
    struct session *target = event == WHEEL_GIVE && s->console->wheel.n_queue
                                 ? console_session(s->console, s->console->wheel.queue[0].id)
                                 : NULL;
    const char *why = session_act(s, event, target, &queued);
    say(o, why ? why : queued ? "control was asked for: wait for the answer" : NULL);
}

static void send_keys(struct overlay *o)
{
    static const uint32_t keys[] = {XKB_KEY_Control_L, XKB_KEY_Alt_L, XKB_KEY_Delete};
    o->passing = true;
    for (int i = 0; i < 3; i++)
        viewer_key(o->viewer, keys[i], true);
    for (int i = 2; i >= 0; i--)
        viewer_key(o->viewer, keys[i], false);
    o->passing = false;
}

static void switch_power(struct overlay *o, enum power_action action)
{
    struct viewer *v = o->viewer;
    if (!v->machine || !seat_may_drive(&v->seat) || viewer_power(v, action) < 0)
        say(o, "that cannot be done with this machine now");
}

static void set_quality(struct overlay *o, enum overlay_quality quality)
{
    o->quality = quality;
    viewer_choose_class(o->viewer);
    viewer_wake(o->viewer);
}

/* The menu is closed before: nothing that a row does is hidden by it. */
void overlay_carry_out(struct overlay *o, enum menu_action action)
{
    overlay_close_menu(o);
    switch (action) {
    case MENU_GIVE:
        wish(o, WHEEL_GIVE);
        break;
    case MENU_DENY:
        wish(o, WHEEL_DENY);
        break;
    case MENU_ASK:
        wish(o, WHEEL_ASK);
        break;
    case MENU_TAKE:
        wish(o, WHEEL_TAKE);
        break;
    case MENU_RELEASE:
        wish(o, WHEEL_RELEASE);
        break;
    case MENU_MACHINES:
        lobby_return(o->viewer);
        break;
    case MENU_CTRL_ALT_DELETE:
        send_keys(o);
        break;
    case MENU_SHUTDOWN:
        switch_power(o, POWER_SHUTDOWN);
        break;
    case MENU_REBOOT:
        switch_power(o, POWER_REBOOT);
        break;
    case MENU_RESET:
        switch_power(o, POWER_RESET);
        break;
    case MENU_QUALITY_AUTO:
        set_quality(o, OVERLAY_QUALITY_AUTO);
        break;
    case MENU_QUALITY_EXACT:
        set_quality(o, OVERLAY_QUALITY_EXACT);
        break;
    case MENU_QUALITY_LOW:
        set_quality(o, OVERLAY_QUALITY_LOW);
        break;
    default:
        break;
    }
}
