/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a viewer may do at its machine, now and after the rules have changed. */
#include <config.h>
#include "base/log.h"
#include "server/viewer.h"

#include <inttypes.h>
#include <string.h>

enum role viewer_role_at(const struct viewer *v, const struct machine *m)
{
    /* Where it is it was let in, whatever the machine is called now. */
    if (v->bound && !m->lobby && m != v->machine && strcmp(v->bound, m->name) != 0)
        return ROLE_NONE;
    if (v->ticket)
        return v->role_most;
    enum role role = rules_role(m->config.rules, v->user, v->groups, v->groups_n);
    return role < v->role_most ? role : v->role_most;
}

void viewer_set_role(struct viewer *v, enum role role)
{
    if (role == v->role || v->stage >= VIEWER_LEAVING)
        return;
    log_info("viewer %" PRIu64 " (%s): %s is %s now", v->id, v->address,
             log_quote(viewer_user_text(v)), role_name(role));
    v->role = role;
    viewer_audit(v, AUDIT_ROLE, NULL);
    seat_set_role(&v->seat, role);
    if (role == ROLE_NONE)
        viewer_leave(v, "the access rules do not let it in any more");
}

/* Somebody whose role is another now. */
static struct viewer *find_changed(struct server *s)
{
    struct viewer *v = s->viewers;
    while (v && (v->stage >= VIEWER_LEAVING || !v->machine || v->machine->lobby ||
                 viewer_role_at(v, v->machine) == v->role))
        v = v->next;
    return v;
}

/* With one viewer others of its session may leave: the list is looked through anew. */
void viewers_apply_rules(struct server *s)
{
    struct viewer *v;
    while ((v = find_changed(s)))
        viewer_set_role(v, viewer_role_at(v, v->machine));
    for (v = s->viewers; v; v = v->next)
        if (v->came_us && v->stage < VIEWER_LEAVING)
            viewer_start_limits(v);
}

const char *viewer_user_text(const struct viewer *v)
{
    return *v->user ? v->user : "anonymous";
}
