/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A viewer until ServerInit: who it is, which machine it looks at. */
#include <config.h>
#include "base/log.h"
#include "base/secret.h"
#include "rfb/server_msg.h"
#include "server/view.h"
#include "server/viewer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PICTURE_US_MOST 2000000 /* how long a login waits for the machine's first picture */

/* ---- which machine ---- */

/* "web1:1" is head 1 of web1, unless a machine bears that name whole. */
static struct machine *find_machine(struct server *s, const char *name, int *head_r)
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

static struct machine *only_machine(struct server *s)
{
    struct machine *m = s->machines.first;
    return m && !m->next ? m : NULL;
}

/* Text for someone on a common port who named no machine; names only where this host's own
 * users ask. */
static const char *which_machine_text(struct viewer *v, char *text, size_t size)
{
    if (!v->server->machines.first)
        return "there is no machine here yet";
    size_t at = (size_t)snprintf(text, size,
                                 "several machines are here: connect to a machine's own port");
    for (const struct listener *l = v->server->listeners; v->local && l; l = l->next) {
        if (l->machine_name && at + strlen(l->machine_name) + strlen(l->address) + 8 < size)
            at += (size_t)snprintf(text + at, size - at, "; %s at %s", l->machine_name,
                                   l->address);
    }
    return text;
}

/* ---- passwords ---- */

static unsigned machine_passwords(const struct machine *m, unsigned index,
                                  struct vnc_password *list)
{
    const char *why = NULL;
    if (!m->config.password_file)
        return 0;
    int n = vnc_password_file_read(m->config.password_file, list, &why);
    if (n < 0)
        log_warning("machine %s: %s: %s", m->name, m->config.password_file, why);
    for (int i = 0; i < n; i++)
        list[i].machine = index;
    return n < 0 ? 0 : (unsigned)n;
}

/* The passwords that may match on this listener; `machine` is the place in the list of
 * machines. */
static unsigned realm_passwords(void *self, struct vnc_password *list_r)
{
    struct viewer *v = self;
    unsigned n = 0, index = 0;
    int head;
    const struct machine *own =
        v->machine_name ? find_machine(v->server, v->machine_name, &head) : NULL;
    for (const struct machine *m = v->server->machines.first; m; m = m->next, index++) {
        if (v->machine_name && m != own)
            continue;
        if (n + 2 <= VNC_PASSWORDS_MOST)
            n += machine_passwords(m, index, list_r + n);
    }
    return n;
}

static struct machine *machine_by_index(struct server *s, unsigned index)
{
    struct machine *m = s->machines.first;
    while (m && index--)
        m = m->next;
    return m;
}

/* ---- the stages ---- */

void viewer_login_start(struct viewer *v)
{
    const struct config *config = v->server->config;
    uint8_t types[SECURITY_TYPES_MOST];
    unsigned n = 0;
    for (size_t i = 0; i < config->methods.n && n < SECURITY_TYPES_MOST; i++) {
        const struct auth_method_ops *ops = auth_method_by_name(config->methods.items[i]);
        if (ops)
            types[n++] = ops->type;
    }
    v->realm = (struct auth_realm){.vnc_passwords = realm_passwords, .self = v};
    handshake_start(&v->handshake, types, n, &v->reply);
    if (v->machine_name || only_machine(v->server))
        return;
    /* Nobody can say here which machine, except by a password: tell those who could not at
     * once. */
    char text[sizeof(v->refusal)];
    for (unsigned i = 0; i < n; i++) {
        if (types[i] != auth_method_by_name("none")->type)
            return;
    }
    snprintf(v->refusal, sizeof(v->refusal), "%s", which_machine_text(v, text, sizeof(text)));
    handshake_refuse(&v->handshake, v->refusal);
}

static bool start_method(struct viewer *v)
{
    const struct auth_method_ops *ops = auth_method_by_type(v->handshake.type);
    const char *why = "no such method";
    v->stage = VIEWER_METHOD;
    v->method = ops ? ops->start(&v->realm, &v->reply, &why) : NULL;
    if (!v->method) {
        handshake_verdict(&v->handshake, false, "the server cannot do this now", &v->reply);
        viewer_leave(v, why);
    }
    return v->method != NULL;
}

/* After the verdict "yes": which machine it is; NULL with a reason for the client. */
static struct machine *choose_machine(struct viewer *v, const struct auth_verdict *verdict,
                                      const char **why_r)
{
    struct server *s = v->server;
    struct machine *m;
    if (v->machine_name)
        m = find_machine(s, v->machine_name, &v->head);
    else if (verdict->machine_known)
        m = machine_by_index(s, verdict->machine);
    else
        m = only_machine(s);
    if (!m)
        *why_r = v->machine_name ? "this machine is not here"
                                 : which_machine_text(v, v->refusal, sizeof(v->refusal));
    else if (m->config.max_viewers && m->n_viewers >= m->config.max_viewers) {
        *why_r = "as many viewers as this machine may have are here";
        m = NULL;
    }
    return m;
}

static void enter_machine(struct viewer *v, struct machine *m)
{
    v->machine = m;
    m->n_viewers++;
    machine_add_watcher(m, &v->watcher);
}

static void finish_method(struct viewer *v, enum auth_step step,
                          const struct auth_verdict *verdict)
{
    const char *why = step == AUTH_REJECT ? verdict->reason : NULL;
    struct machine *m = step == AUTH_ACCEPT ? choose_machine(v, verdict, &why) : NULL;
    v->method->ops->free(v->method);
    v->method = NULL;
    handshake_verdict(&v->handshake, m != NULL, why, &v->reply);
    if (!m) {
        viewer_leave(v, why ? why : "the login failed");
        return;
    }
    enter_machine(v, m);
    v->watch_only = verdict->watch_only;
    v->role = v->watch_only ? ROLE_WATCH : ROLE_DRIVE;
    v->stage = VIEWER_INIT;
    v->server->n_pending--;
    v->server->logged_in++;
}

static void feed_method(struct viewer *v, struct reader *in)
{
    struct auth_verdict verdict = {0};
    enum auth_step step = v->method->ops->feed(v->method, in, &v->reply, &verdict);
    if (step == AUTH_WAIT || step == AUTH_WRAP)
        step = auth_end(AUTH_REJECT, "not available here", &verdict);
    if (step == AUTH_BAD)
        viewer_leave(v, verdict.reason);
    else if (step != AUTH_MORE)
        finish_method(v, step, &verdict);
    secret_wipe(&verdict, sizeof(verdict));
}

static void wait_for_picture(struct viewer *v)
{
    v->stage = VIEWER_PICTURE;
    v->watching = true;
    sd_event_source_set_time_relative(v->deadline, PICTURE_US_MOST);
    sd_event_source_set_enabled(v->deadline, SD_EVENT_ONESHOT);
    machine_watch(v->machine);
    if (v->machine->picture_complete || v->machine->state == MACHINE_WAITING)
        viewer_login_finish(v);
}

void viewer_login_feed(struct viewer *v, struct reader *in)
{
    while (v->stage < VIEWER_PICTURE) {
        if (v->stage == VIEWER_METHOD) {
            feed_method(v, in);
            if (v->stage == VIEWER_METHOD)
                return;
            continue;
        }
        switch (handshake_feed(&v->handshake, in, &v->reply)) {
        case HANDSHAKE_MORE:
            return;
        case HANDSHAKE_METHOD:
            if (!start_method(v))
                return;
            break;
        case HANDSHAKE_INIT:
            wait_for_picture(v);
            return;
        case HANDSHAKE_BAD:
            viewer_leave(v, v->handshake.why);
            return;
        }
    }
}

void viewer_login_finish(struct viewer *v)
{
    struct view_key key = {.head = v->head};
    char name[300];
    sd_event_source_set_enabled(v->deadline, SD_EVENT_OFF);
    v->stage = VIEWER_RUNNING;
    viewer_choose_class(v);
    struct view *view = view_get(v->machine, &key);
    view->keeper->lay_out(view->keeper);
    view_client_join(&v->client, view);
    v->width = view->frame.w;
    v->height = view->frame.h;
    view_unref(&view);
    snprintf(name, sizeof(name), "%s", v->machine->name);
    server_msg_init(&v->reply, (unsigned)v->width, (unsigned)v->height, &v->format, name);
    log_info("viewer %" PRIu64 " (%s): looks at %s", v->id, v->address, v->machine->name);
    viewer_flush(v);
}
