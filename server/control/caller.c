/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who asks, by SO_PEERCRED, and what that one may. */
#include <config.h>
#include "auth/rules.h"
#include "base/alloc.h"
#include "server/control/call.h"
#include "server/verifier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As viewers on a Unix socket are named where nobody is asked: no account is looked up. */
static void use_known_name(struct call *call)
{
    uid_t uid = call->x->peer.uid;
    const char *own = secure_getenv("LOGNAME");
    own = own ? own : secure_getenv("USER");
    if (uid == 0)
        snprintf(call->caller, sizeof(call->caller), "root");
    else if (uid == geteuid() && own)
        snprintf(call->caller, sizeof(call->caller), "%s", own);
    else
        snprintf(call->caller, sizeof(call->caller), "uid %u", uid);
}

static bool is_own(const struct call *call)
{
    return call->x->peer.uid == 0 || call->x->peer.uid == geteuid();
}

/* ---- a call that waits for a name ---- */

static void unlist(struct call *call)
{
    struct call **at = &call->control->naming;
    while (*at != call)
        at = &(*at)->next;
    *at = call->next;
}

static void on_gone(struct http_exchange *x)
{
    struct call *call = x->self;
    verifier_cancel(&call->request);
    unlist(call);
    call_free(&call);
}

static void on_named(void *self, const struct verifier_answer *a)
{
    struct call *call = self;
    const struct verifier_bytes *groups = &a->identity.groups;
    call->request = NULL;
    call->x->on_gone = NULL;
    unlist(call);
    if (a->error == 0 && *a->identity.user) {
        snprintf(call->caller, sizeof(call->caller), "%s", a->identity.user);
        call->groups = alloc_zero(groups->n + 1, 1);
        call->groups_n = groups->n;
        if (groups->n)
            memcpy(call->groups, groups->data, groups->n);
    } else {
        use_known_name(call);
    }
    call->run(call);
}

void call_name_caller(struct call *call, void (*run)(struct call *call))
{
    struct verifier *const *verifier = call->control->context.verifier;
    if (is_own(call) || !verifier || !*verifier) {
        use_known_name(call);
        run(call);
        return;
    }
    call->run = run;
    call->next = call->control->naming;
    call->control->naming = call;
    call->x->self = call;
    call->x->on_gone = on_gone;
    call->request = verifier_user_name(*verifier, call->x->peer.uid, on_named, call);
}

enum role call_role(const struct call *call, const struct machine *m)
{
    return is_own(call)
               ? ROLE_ADMIN
               : rules_role(m->config.rules, call->caller, call->groups, call->groups_n);
}

const char *input_refusal(const struct control *c, const struct machine *m, const char *user,
                          bool force, char *text, size_t size)
{
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    const struct console *console =
        c->context.sessions ? sessions_console(c->context.sessions, &key) : NULL;
    const struct session *driver = console ? console_driver(console) : NULL;
    if (m->config.sharing == SHARING_WATCH)
        snprintf(text, size, "machine '%s' is only watched: nobody types there", m->name);
    else if (driver && !force && strcmp(driver->user, user) != 0)
        snprintf(text, size, "%s drives '%s': administrators may use --force",
                 session_user(driver), m->name);
    else
        return NULL;
    return text;
}
