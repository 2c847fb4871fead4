/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What handlers of commands share. */
#include <config.h>
#include "server/control/call.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

json_t *text_to_json(const char *text)
{
    json_t *o = json_string(text);
    return o ? o : json_string(log_quote(text));
}

uint64_t real_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

json_t *time_to_json(uint64_t time_us)
{
    char text[48], day[32];
    time_t s = (time_t)(time_us / 1000000);
    struct tm tm;
    gmtime_r(&s, &tm);
    strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text, sizeof(text), "%s.%03uZ", day, (unsigned)(time_us / 1000 % 1000));
    return json_string(text);
}

struct console *control_console(const struct control *c, const struct machine *m)
{
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    const struct sessions *all = c->context.sessions;
    return all ? sessions_console(all, &key) : NULL;
}

struct console *call_console(const struct call *call, const struct machine *m)
{
    return control_console(call->control, m);
}

void call_audit(struct call *call, enum audit_what what, const struct audit_facts *facts)
{
    const struct control_context *context = &call->control->context;
    char by[24];
    struct audit_facts all = *facts;
    snprintf(by, sizeof(by), "uid %d", (int)call->x->peer.uid);
    all.by = by;
    if (context->audit)
        context->audit(context->self, what, &all);
}

void call_free(struct call **call)
{
    for (int i = 0; *call && i < ARGUMENTS_MOST; i++)
        free((*call)->path_values[i]);
    if (*call) {
        json_decref((*call)->body);
        free((*call)->groups);
    }
    free(*call);
    *call = NULL;
}
