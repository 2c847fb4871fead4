/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the audit is told of a viewer. */
#include <config.h>
#include "auth/role.h"
#include "server/viewer_login.h"

/* As typed, where no login has said better; NULL: nobody has said anything. */
static const char *user_of(const struct viewer *v)
{
    if (*v->user || v->audited_machine)
        return v->user;
    return v->login && *v->login->name.user ? v->login->name.user : NULL;
}

static const char *machine_of(const struct viewer *v)
{
    if (v->audited_machine)
        return v->audited_machine;
    if (v->machine_name || !v->login)
        return v->machine_name;
    return *v->login->name.machine ? v->login->name.machine : NULL;
}

void viewer_audit(const struct viewer *v, enum audit_what what, const char *why)
{
    const struct audit_facts facts = {
        .viewer = v->id,
        .ticket = v->ticket,
        .address = v->address,
        .proxy = *v->proxy ? v->proxy : NULL,
        .security = v->security,
        .user = user_of(v),
        .machine = machine_of(v),
        .role = v->role == ROLE_NONE ? NULL : role_name(v->role),
        .why = why,
    };
    server_audit(v->server, what, &facts);
}

void viewer_audit_end(const struct viewer *v, const char *why)
{
    if (v->audited_machine)
        viewer_audit(v, AUDIT_EXIT, why);
    else if (v->login && v->login->method)
        viewer_audit(v, AUDIT_REFUSED, why);
}
