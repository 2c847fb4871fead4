/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which machine a viewer gets. */
#include <config.h>
#include "base/alloc.h"
#include "server/view.h"
#include "server/viewer_login.h"

#include <stdio.h>
#include <string.h>

/* One text for machines that are not there and machines that one may not see: nobody finds out
 * by trying which there are. */
static const char no_machine[] = "there is no such machine here for you";

struct machine *login_find_machine(struct server *s, const char *name, int *head_r)
{
    char base[256];
    const char *colon = strrchr(name, ':');
    unsigned head;
    char rest;
    *head_r = VIEW_ALL_HEADS;
    struct machine *m = machines_find(&s->machines, name);
    if (m || !colon || sscanf(colon + 1, "%2u%c", &head, &rest) != 1 || head >= HEADS_MOST)
        return m;
    snprintf(base, sizeof(base), "%.*s", (int)(colon - name), name);
    *head_r = (int)head;
    return machines_find(&s->machines, base);
}

/* The only one that this viewer may see. NULL when there are several, or none (*none_r). */
static struct machine *only_visible(const struct viewer *v, bool *none_r)
{
    struct machine *found = NULL;
    unsigned n = 0;
    for (struct machine *m = v->server->machines.first; m; m = m->next) {
        if (viewer_role_at(v, m) == ROLE_NONE)
            continue;
        found = m;
        n++;
    }
    *none_r = n == 0;
    return n == 1 ? found : NULL;
}

/*
 * A name that TLS was asked for is often the host's: it counts only where it is a machine's
 * that the viewer may see.
 */
static struct machine *asked_machine(struct viewer *v)
{
    int head;
    struct machine *m =
        v->login->asked[0] ? login_find_machine(v->server, v->login->asked, &head) : NULL;
    if (!m || viewer_role_at(v, m) == ROLE_NONE)
        return NULL;
    v->head = head;
    return m;
}

/* The machine that its port, its login, or its ticket or password names. */
static const char *named_machine(const struct viewer *v)
{
    if (v->machine_name)
        return v->machine_name;
    return v->login->name.machine[0] ? v->login->name.machine : v->bound;
}

static struct machine *find(struct viewer *v, const char **why_r)
{
    const char *name = named_machine(v);
    bool none = true;
    v->head = VIEW_ALL_HEADS;
    *why_r = no_machine;
    struct machine *m = name ? login_find_machine(v->server, name, &v->head) : asked_machine(v);
    if (name || m)
        return m;
    m = only_visible(v, &none);
    v->login->choice = !m && !none && !v->login->verdict.machine_known;
    return m;
}

static bool is_full(const struct machine *m)
{
    return m->config.max_viewers && m->n_viewers >= m->config.max_viewers;
}

void login_bind(struct viewer *v, const struct ticket *ticket)
{
    const struct login *l = v->login;
    int head;
    const struct machine *own =
        v->machine_name ? login_find_machine(v->server, v->machine_name, &head) : NULL;
    const char *name = ticket ? ticket->machine : l->matched;
    if (!name && !*l->verdict.user)
        name = own ? own->name : v->machine_name;
    v->bound = alloc_text(name);
}

struct machine *login_choose_machine(struct viewer *v, const char **why_r)
{
    struct machine *m = find(v, why_r);
    v->role = m ? viewer_role_at(v, m) : ROLE_NONE;
    if (m && v->role == ROLE_NONE) {
        *why_r = no_machine;
        return NULL;
    }
    if (m && is_full(m)) {
        *why_r = "as many viewers as this machine may have are here";
        return NULL;
    }
    return m;
}
