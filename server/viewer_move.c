/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A viewer goes from one machine to another and stays connected. */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/overlay/lobby_room.h"
#include "server/overlay/overlay.h"
#include "server/view.h"
#include "server/viewer.h"

#include <inttypes.h>
#include <stdlib.h>

static const char detached[] = "the machine was detached";

/* What is told of another machine than the client last heard of. */
#define NEWS_OF_ANOTHER (NEWS_NAME | NEWS_CURSOR | NEWS_LEDS | NEWS_POINTER_MODE)

static bool may_enter(const struct viewer *v, const struct machine *m, enum role role,
                      const char **why_r)
{
    *why_r = NULL;
    if (role == ROLE_NONE)
        *why_r = "the access rules do not let you in there";
    else if (m->config.max_viewers && m->n_viewers >= m->config.max_viewers)
        *why_r = "as many viewers as this machine may have are there";
    else if (m->config.exclusive_refuse && !v->handshake.shared && m->n_viewers)
        *why_r = "your viewer wants a machine for itself, and others are there";
    return !*why_r;
}

/* Its seat at m, by its role there; in the lobby nobody has one. */
static bool take_seat(struct viewer *v, const struct machine *m, const char **why_r)
{
    enum role before = v->role, role = viewer_role_at(v, m);
    if (m->lobby) {
        session_leave(&v->seat);
        return true;
    }
    if (!may_enter(v, m, role, why_r))
        return false;
    session_leave(&v->seat);
    v->role = role;
    if (viewer_session_join(v, m, why_r))
        return true;
    v->role = before;
    return false;
}

static void look_at(struct viewer *v, struct machine *m)
{
    const struct view_key key = {.head = VIEW_ALL_HEADS};
    v->machine = m;
    v->head = VIEW_ALL_HEADS;
    m->n_viewers++;
    machine_add_watcher(m, &v->watcher);
    v->watching = true;
    machine_watch(m);
    struct view *view = view_get(m, &key);
    view->keeper->lay_out(view->keeper);
    view_client_join(&v->client, view);
    bool resized = view->frame.w != v->width || view->frame.h != v->height;
    view_unref(&view);
    v->news |= NEWS_OF_ANOTHER | (resized ? NEWS_SIZE : NEWS_SCREENS);
    v->scaled = true;
    viewer_choose_view(v);
}

bool viewer_move(struct viewer *v, struct machine *m, const char **why_r)
{
    viewer_lift(v);
    if (!take_seat(v, m, why_r))
        return false;
    if (!viewer_in_lobby(v))
        viewer_audit(v, AUDIT_EXIT, v->machine ? "it goes to the lobby" : detached);
    viewer_leave_machine(v);
    v->mouse = (struct mouse){0};
    v->moved_us = 0;
    look_at(v, m);
    free(v->audited_machine);
    v->audited_machine = alloc_text(m->name);
    if (!m->lobby)
        viewer_audit(v, AUDIT_LOGIN, NULL);
    log_info("viewer %" PRIu64 " (%s): looks at %s", v->id, v->address, m->name);
    overlay_fit(v);
    machine_tell_newcomer(m);
    viewer_wake(v);
    return true;
}

void viewer_machine_gone(struct viewer *v)
{
    char *name = alloc_text(v->machine->name);
    viewer_lift(v);
    v->machine->n_viewers--;
    v->machine = NULL;
    if (v->scaled && v->stage == VIEWER_RUNNING)
        lobby_takes_back(v, name);
    else
        viewer_close(v, detached);
    free(name);
}
