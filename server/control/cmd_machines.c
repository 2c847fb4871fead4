/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machines, attach, detach. */
#include <config.h>
#include "base/log.h"
#include "server/control/call.h"

#include <errno.h>
#include <string.h>

json_t *place_to_json(const struct place *p, bool active)
{
    json_t *o = json_pack("{s:o, s:s, s:b}", "place", text_to_json(p->text), "state",
                          place_state_name(p->state), "active", active);
    if (p->problem)
        json_object_set_new(o, "problem", text_to_json(p->problem));
    return o;
}

static json_t *size_to_json(const struct machine *m)
{
    int w, h;
    machine_size(m, &w, &h);
    return w > 0 && h > 0 ? json_pack("[i, i]", w, h) : json_null();
}

static json_t *uuid_to_json(const struct machine *m)
{
    char text[37];
    if (!m->has_uuid)
        return json_null();
    machine_uuid_text(m->uuid, text);
    return json_string(text);
}

/* How long the picture stood still in the last move; null when nobody watched it. */
static json_t *gap_to_json(const struct machine *m)
{
    return m->moves.last_gap_us == UINT64_MAX
               ? json_null()
               : json_integer((json_int_t)(m->moves.last_gap_us + 500) / 1000);
}

static json_t *driver_to_json(const struct call *call, const struct machine *m)
{
    const struct console *c = call_console(call, m);
    const struct session *driver = c ? console_driver(c) : NULL;
    return driver ? text_to_json(session_user(driver)) : json_null();
}

static json_t *machine_to_json(const struct call *call, const struct machine *m)
{
    json_t *places = json_array();
    for (const struct place *p = m->places; p; p = p->next)
        json_array_append_new(places, place_to_json(p, p == m->active));
    return json_pack(
        "{s:o, s:o, s:s, s:o, s:o, s:i, s:I, s:o, s:o}", "name", text_to_json(m->name), "uuid",
        uuid_to_json(m), "state", machine_state_name(m->state), "size", size_to_json(m),
        "driver", driver_to_json(call, m), "viewers", (int)m->n_viewers, "switches",
        (json_int_t)m->moves.switches, "last_switch_gap_ms", gap_to_json(m), "places", places);
}

void cmd_machines(struct call *call)
{
    json_t *list = json_array();
    for (const struct machine *m = call->control->context.machines->first; m; m = m->next)
        json_array_append_new(list, machine_to_json(call, m));
    http_answer_json(call->x, 200, list);
}

void cmd_attach(struct call *call)
{
    struct machines *all = call->control->context.machines;
    const char *why = "the place cannot be attached";
    int r = machines_attach(all, call->text[0], call->text[1], &why);
    if (r < 0) {
        http_answer_error(call->x, r == -EEXIST ? 409 : 400, "%s: %s",
                          r == -EEXIST ? call->text[1] : "attach", why);
        return;
    }
    const struct machine *m = machines_find(all, call->text[0]);
    http_answer_json(call->x, 201, m ? machine_to_json(call, m) : json_object());
}

void cmd_detach(struct call *call)
{
    if (!call_machine(call, 0))
        return;
    machines_detach(call->control->context.machines, call->text[0]);
    http_answer_json(call->x, 200, json_pack("{s:s}", "detached", call->text[0]));
}
