/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sessions, kick, role, message. */
#include <config.h>
#include "server/control/home_answer.h"
#include "server/session/home.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static json_t *optional_text(const char *text)
{
    return text ? text_to_json(text) : json_null();
}

static json_t *viewer_to_json(struct seat *seat)
{
    struct seat_description d = {0};
    seat->ops->describe(seat, &d);
    json_t *o =
        json_pack("{s:I, s:o, s:s, s:o, s:o, s:o, s:I, s:I}", "id", (json_int_t)d.id, "address",
                  text_to_json(d.address), "transport", d.transport, "security",
                  optional_text(d.security), "encoding", optional_text(d.encoding), "rtt_ms",
                  d.rtt_us < 0 ? json_null() : json_real((double)d.rtt_us / 1000), "bytes_out",
                  (json_int_t)d.bytes_out, "updates_out", (json_int_t)d.updates_out);
    if (d.node)
        json_object_set_new(o, "node", text_to_json(d.node));
    return o;
}

static bool drives(const struct session *s)
{
    return wheel_drives(&s->console->wheel, s->id, s->role);
}

static json_t *session_to_json(const struct session *s)
{
    json_t *viewers = json_array();
    size_t place = wheel_place(&s->console->wheel, s->id);
    for (struct seat *seat = s->seats; seat; seat = seat->next)
        json_array_append_new(viewers, viewer_to_json(seat));
    json_t *o = json_pack(
        "{s:I, s:o, s:o, s:s, s:s, s:b, s:o, s:I, s:I, s:o}", "id", (json_int_t)s->id, "user",
        text_to_json(session_user(s)), "machine", text_to_json(s->console->machine), "role",
        role_name(s->role), "state", session_is_here(s) ? "attached" : "lingering", "driving",
        drives(s), "queue", place ? json_integer((json_int_t)place) : json_null(), "since",
        (json_int_t)(s->since_us / 1000000), "last_activity",
        (json_int_t)(s->active_us / 1000000), "viewers", viewers);
    if (s->n_away)
        json_object_set_new(o, "viewers_elsewhere", json_integer((json_int_t)s->n_away));
    return o;
}

void cmd_sessions(struct call *call)
{
    const struct sessions *all = call->control->context.sessions;
    json_t *list = json_array();
    for (const struct session *s = all ? all->first : NULL; s; s = s->next)
        json_array_append_new(list, session_to_json(s));
    http_answer_json(call->x, 200, list);
}

/* The session that argument 0 numbers, or NULL after answering 404. */
static struct session *call_session(struct call *call)
{
    const struct sessions *all = call->control->context.sessions;
    char *end;
    uint64_t id = strtoull(call->text[0], &end, 10);
    struct session *s = all && !*end ? sessions_find(all, id) : NULL;
    if (!s)
        http_answer_error(call->x, 404, "there is no session '%s': see holdfastctl sessions",
                          call->text[0]);
    return s;
}

static void tell_audit(struct call *call, enum audit_what what, const struct session *s,
                       enum role role)
{
    const struct audit_facts facts = {
        .user = s->user, .machine = s->console->machine, .role = role_name(role)};
    call_audit(call, what, &facts);
}

/* What was asked of a session: done here, refused, or decided where its machine is. */
static void answer(struct call *call, const struct session *s, const char *why,
                   home_answer_body *body, bool done)
{
    if (why)
        http_answer_error(call->x, 503, "%s", why);
    else if (done)
        http_answer_json(call->x, 200, body(call->control, NULL, s->id, false));
    else
        home_answer_await(call, s->console, s->console->machine, s->id, body);
}

static json_t *kicked(const struct control *c, const char *machine, uint64_t id, bool queued)
{
    (void)c;
    (void)machine;
    (void)queued;
    return json_pack("{s:I}", "kicked", (json_int_t)id);
}

void cmd_kick(struct call *call)
{
    struct session *s = call_session(call);
    if (!s)
        return;
    const struct session gone = {.id = s->id, .console = s->console};
    bool done = console_is_home(s->console);
    tell_audit(call, AUDIT_KICKED, s, s->role);
    answer(call, &gone, session_end(s, "an administrator ended the session"), kicked, done);
}

static json_t *changed(const struct control *c, const char *machine, uint64_t id, bool queued)
{
    const struct session *s = sessions_find(c->context.sessions, id);
    (void)machine;
    (void)queued;
    return s ? session_to_json(s) : json_pack("{s:I}", "id", (json_int_t)id);
}

void cmd_role(struct call *call)
{
    struct session *s = call_session(call);
    enum role role = ROLE_NONE;
    if (!s)
        return;
    if (role_parse(call->text[1], &role) < 0 || role == ROLE_NONE) {
        http_answer_error(call->x, 400, "a role is watch, drive or admin; kick ends a session");
        return;
    }
    const char *why = session_set_role(s, role);
    if (!why)
        tell_audit(call, AUDIT_ROLE, s, role);
    answer(call, s, why, changed, console_is_home(s->console));
}

enum { MESSAGE_BYTES_MOST = 500 };

/* Where it is at another node, people may be there of whom nobody here knows. */
static struct console *message_console(struct call *call, const struct machine *m)
{
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    return machine_elsewhere(m) ? console_get(call->control->context.sessions, &key)
                                : call_console(call, m);
}

/* Those at other nodes are told, too. */
static json_t *told(const struct control *c, const char *machine, uint64_t id, bool queued)
{
    const struct sessions *all = c->context.sessions;
    unsigned n = 0;
    (void)id;
    (void)queued;
    for (const struct session *s = all ? all->first : NULL; s; s = s->next)
        if (strcmp(s->console->machine, machine) == 0)
            n += s->n_seats + s->n_away;
    return json_pack("{s:i}", "viewers", (int)n);
}

void cmd_message(struct call *call)
{
    struct machine *m = call_machine(call, 0);
    if (!m)
        return;
    if (!call->text[1][0] || strlen(call->text[1]) > MESSAGE_BYTES_MOST) {
        http_answer_error(call->x, 400, "a message has 1 to %d bytes", MESSAGE_BYTES_MOST);
        return;
    }
    struct console *c = message_console(call, m);
    const char *why = c ? console_message(c, call->text[1]) : NULL;
    if (why)
        http_answer_error(call->x, 503, "%s", why);
    else if (!c || console_is_home(c))
        http_answer_json(call->x, 200, told(call->control, m->name, 0, false));
    else
        home_answer_await(call, c, m->name, 0, told);
    if (c)
        console_release(c);
}
