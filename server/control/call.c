/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who asks, and what for. */
#include <config.h>
#include "server/control/call.h"
#include "auth/rules.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

struct console *call_console(const struct call *call, const struct machine *m)
{
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    const struct sessions *all = call->control->context.sessions;
    return all ? sessions_console(all, &key) : NULL;
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

/* As viewers on a Unix socket are named where nobody is asked: no account is looked up. */
void call_caller(const struct call *call, char name_r[CALLER_NAME_MOST])
{
    uid_t uid = call->x->peer.uid;
    const char *own = secure_getenv("LOGNAME");
    own = own ? own : secure_getenv("USER");
    if (uid == 0)
        snprintf(name_r, CALLER_NAME_MOST, "root");
    else if (uid == geteuid() && own)
        snprintf(name_r, CALLER_NAME_MOST, "%s", own);
    else
        snprintf(name_r, CALLER_NAME_MOST, "uid %u", uid);
}

enum role call_role(const struct call *call, const struct machine *m)
{
    char name[CALLER_NAME_MOST];
    uid_t uid = call->x->peer.uid;
    call_caller(call, name);
    return uid == 0 || uid == geteuid() ? ROLE_ADMIN
                                        : rules_role(m->config.rules, name, NULL, 0);
}
