/* SPDX-License-Identifier: GPL-2.0-or-later */
/* control: who drives. */
#include <config.h>
#include "server/control/home_answer.h"

#include <stdio.h>
#include <string.h>

/* One who has asked for control, checked. */
struct wish {
    struct call *call;
    struct machine *machine;
    struct console *console;
    enum role caller;
    bool for_other;       /* --user */
    struct session *acts; /* for whom; NULL: an operator without a session here */
};

/* queued: the driver is asked. */
static json_t *outcome(const struct console *c, bool queued)
{
    const struct session *driver = c ? console_driver(c) : NULL;
    json_t *name = driver ? text_to_json(session_user(driver)) : json_null();
    return json_pack("{s:o, s:b}", "driver", name, "asked", queued);
}

static json_t *outcome_at_home(const struct control *control, const char *machine, uint64_t id,
                               bool queued)
{
    const struct machine *m = machines_find(control->context.machines, machine);
    (void)id;
    return outcome(m ? control_console(control, m) : NULL, queued);
}

static struct session *find_user(const struct wish *w, const char *user)
{
    struct session *s = console_find(w->console, user);
    if (!s)
        http_answer_error(w->call->x, 404,
                          "'%s' has no session at '%s': see holdfastctl sessions", user,
                          w->machine->name);
    return s;
}

static void act(const struct wish *w, enum wheel_event event, struct session *target)
{
    bool queued = false;
    bool of_own = w->acts && (event != WHEEL_GIVE || w->caller < ROLE_ADMIN);
    const char *why = of_own ? session_act(w->acts, event, target, &queued)
                             : console_act(w->console, event, target);
    if (why)
        http_answer_error(w->call->x, 409, "%s", why);
    else if (!console_is_home(w->console))
        home_answer_await(w->call, w->console, w->machine->name, 0, outcome_at_home);
    else
        http_answer_json(w->call->x, queued ? 202 : 200, outcome(w->console, queued));
}

static void give(const struct wish *w)
{
    const char *to = w->call->text[2];
    if (!to) {
        http_answer_error(w->call->x, 400, "give needs the user who shall drive");
        return;
    }
    struct session *target = find_user(w, to);
    if (target)
        act(w, WHEEL_GIVE, target);
}

/* At once for administrators, whoever it is for. */
static void take(const struct wish *w)
{
    const struct session *driver = console_driver(w->console);
    if (!w->acts)
        http_answer_error(w->call->x, 409,
                          "you do not look at '%s': who shall drive? Say --user",
                          w->machine->name);
    else if (w->caller == ROLE_ADMIN && driver && driver != w->acts)
        act(&(struct wish){w->call, w->machine, w->console, w->caller, w->for_other, NULL},
            WHEEL_GIVE, w->acts);
    else
        act(w, WHEEL_TAKE, NULL);
}

static void release(const struct wish *w)
{
    const struct session *driver = console_driver(w->console);
    if (w->acts && (w->for_other || w->acts == driver))
        act(w, WHEEL_RELEASE, NULL);
    else if (w->caller == ROLE_ADMIN)
        act(&(struct wish){w->call, w->machine, w->console, w->caller, false, NULL},
            WHEEL_RELEASE, NULL);
    else
        http_answer_error(w->call->x, 409, "you do not drive '%s'", w->machine->name);
}

/* False after answering. */
static bool find_wish(struct call *call, struct wish *w)
{
    const char *user = call->text[3];
    w->call = call;
    w->machine = call_machine(call, 0);
    if (!w->machine)
        return false;
    w->console = call_console(call, w->machine);
    w->caller = call_role(call, w->machine);
    w->for_other = user;
    if (user && strcmp(user, call->caller) != 0 && w->caller < ROLE_ADMIN) {
        http_answer_error(call->x, 403, "only an administrator acts for another user");
        return false;
    }
    if (!w->console) {
        http_answer_error(call->x, 409, "nobody is at '%s'", w->machine->name);
        return false;
    }
    w->acts = user ? find_user(w, user) : console_find(w->console, call->caller);
    return w->acts || !user;
}

void cmd_control(struct call *call)
{
    static const struct {
        const char *name;
        void (*run)(const struct wish *w);
    } actions[] = {{"give", give}, {"take", take}, {"release", release}};
    struct wish w = {0};
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
        if (strcmp(actions[i].name, call->text[1]) == 0) {
            if (find_wish(call, &w))
                actions[i].run(&w);
            return;
        }
    http_answer_error(call->x, 400, "control is give, take or release");
}
