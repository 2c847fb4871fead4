/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A viewer's name and password. */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/viewer_login.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ACCURACY_US 1000

static uint64_t now_us(const struct viewer *v)
{
    uint64_t now = 0;
    sd_event_now(v->server->loop, CLOCK_MONOTONIC, &now);
    return now;
}

/* ---- VNC passwords ---- */

static unsigned machine_passwords(const struct access *a, const struct machine *m,
                                  unsigned index, struct vnc_password *list)
{
    const char *why = NULL;
    if (!m->config.password_file)
        return 0;
    int n = passwords_read(&a->passwords, m->config.password_file, list, &why);
    if (n < 0)
        log_warning("machine %s: %s: %s", m->name, m->config.password_file, why);
    for (int i = 0; i < n; i++)
        list[i].machine = index;
    return n < 0 ? 0 : (unsigned)n;
}

/* Of all machines that this listener serves; tickets count at a machine's own port only. */
static unsigned all_passwords(struct viewer *v, struct vnc_password *list_r)
{
    unsigned n = 0, index = 0;
    int head;
    const struct machine *own =
        v->machine_name ? login_find_machine(v->server, v->machine_name, &head) : NULL;
    for (const struct machine *m = v->server->machines.first; m; m = m->next, index++) {
        if ((!v->machine_name || m == own) && n + 2 <= VNC_PASSWORDS_MOST)
            n += machine_passwords(v->server->access, m, index, list_r + n);
    }
    if (own)
        n += ticket_vnc_passwords(v->server->access->tickets, own->name, now_us(v), list_r + n,
                                  VNC_PASSWORDS_MOST - n);
    return n;
}

/* Asked for when an answer has come: this is the attempt that the guard counts. */
unsigned login_passwords(void *self, struct vnc_password *list_r)
{
    struct login *l = self;
    struct viewer *v = l->viewer;
    if (!l->guarded)
        l->locked = guard_begin(v->server->access->guard, &l->source, NULL, now_us(v),
                                &l->hold_us) == GUARD_LOCKED;
    l->guarded = !l->locked;
    viewer_audit(v, AUDIT_ATTEMPT, NULL);
    return l->locked ? 0 : all_passwords(v, list_r);
}

void login_end_attempt(struct viewer *v, enum guard_outcome outcome)
{
    struct login *l = v->login;
    if (l->guarded)
        guard_end(v->server->access->guard, &l->source, NULL, outcome, now_us(v));
    l->guarded = false;
}

static int on_hold_over(sd_event_source *source, uint64_t usec, void *self)
{
    struct viewer *v = self;
    (void)source;
    (void)usec;
    login_conclude(v);
    viewer_go_on(v);
    return 0;
}

/* Right or wrong, the verdict waits as long as the guard wants. */
void login_hold(struct viewer *v)
{
    struct login *l = v->login;
    if (!l->guarded || !l->hold_us) {
        login_conclude(v);
        return;
    }
    l->wait = LOGIN_HOLDS;
    sd_event_add_time_relative(v->server->loop, &l->hold, CLOCK_MONOTONIC, l->hold_us,
                               ACCURACY_US, on_hold_over, v);
}

/* ---- names with passwords ---- */

static void keep_groups(struct viewer *v, const struct verifier_bytes *groups)
{
    free(v->groups);
    v->groups = groups->n ? alloc_zero(groups->n, 1) : NULL;
    v->groups_n = groups->n;
    if (groups->n)
        memcpy(v->groups, groups->data, groups->n);
}

static void on_checked(void *self, const struct check_answer *a)
{
    struct viewer *v = self;
    struct login *l = v->login;
    struct auth_verdict verdict = {.reason = a->reason};
    l->check = NULL;
    l->wait = LOGIN_READS;
    v->pam_session = a->session;
    if (a->ok) {
        snprintf(verdict.user, sizeof(verdict.user), "%s", a->user);
        verdict.ticket = a->ticket ? a->ticket->id : 0;
        keep_groups(v, &a->groups);
    } else {
        log_info("viewer %" PRIu64 " (%s): login of %s failed: %s", v->id, v->address,
                 log_quote(l->name.user), a->cause);
    }
    l->method->ops->resume(l->method, a->ok, &verdict);
    viewer_go_on(v);
}

/*
 * On a machine's own port "alice@web1" is alice at web1, and alice@example.org a user who is
 * called so, whatever other machines there are.
 */
static bool split_name(struct viewer *v, const struct machine *own, struct login_name *name_r)
{
    const char *text = v->login->method->login->user, *why = NULL;
    int head;
    bool good = login_name_split(text, name_r, &why);
    if (good && v->machine_name &&
        (!own || login_find_machine(v->server, name_r->machine, &head) != own))
        good = login_name_whole(text, name_r, &why);
    return good;
}

/* The client's address as PAM gets it: without a port. */
static void host_text(const struct viewer *v, char *text_r, size_t size)
{
    const char *end = strrchr(v->address, ':');
    int n = v->peer.ss_family == AF_UNIX || !end ? 0 : (int)(end - v->address);
    const char *at = v->address;
    if (n > 2 && *at == '[') {
        at++;
        n -= 2;
    }
    snprintf(text_r, size, "%.*s", n, at);
}

void login_check(struct viewer *v)
{
    struct login *l = v->login;
    char host[VERIFIER_ADDRESS_MOST + 1];
    int head;
    const char *where = v->machine_name;
    const struct machine *m = where ? login_find_machine(v->server, where, &head) : NULL;
    bool good = split_name(v, m, &l->name);
    if (!where && l->name.machine[0]) {
        where = l->name.machine;
        m = login_find_machine(v->server, where, &head);
    }
    host_text(v, host, sizeof(host));
    const struct check_wish wish = {.source = l->source,
                                    .address = host,
                                    .user = good ? l->name.user : NULL,
                                    .password = l->method->login->password,
                                    .machine = m ? m->name : where};
    viewer_audit(v, AUDIT_ATTEMPT, NULL);
    l->wait = LOGIN_CHECKS;
    l->check = check_start(v->server->access, &wish, on_checked, v);
}

/* ---- local users ---- */

/* Without a verifier only our own name is known, as it was told to us. */
static void use_known_name(struct viewer *v)
{
    const char *own = secure_getenv("LOGNAME");
    own = own ? own : secure_getenv("USER");
    if (v->uid == 0)
        own = "root";
    else if (v->uid != geteuid())
        own = NULL;
    if (own && *own && strlen(own) <= AUTH_USER_MOST)
        snprintf(v->user, sizeof(v->user), "%s", own);
    else
        snprintf(v->user, sizeof(v->user), "uid %u", v->uid);
}

static void on_named(void *self, const struct verifier_answer *a)
{
    struct viewer *v = self;
    v->login->naming = NULL;
    v->login->wait = LOGIN_READS;
    if (a->error == 0 && *a->identity.user) {
        snprintf(v->user, sizeof(v->user), "%s", a->identity.user);
        keep_groups(v, &a->identity.groups);
    } else {
        use_known_name(v);
    }
    login_enter(v);
    viewer_go_on(v);
}

void login_find_name(struct viewer *v)
{
    struct verifier *verifier = v->server->access->verifier;
    if (!verifier || !verifier_alive(verifier)) {
        use_known_name(v);
        login_enter(v);
        return;
    }
    v->login->wait = LOGIN_NAMES;
    v->login->naming = verifier_user_name(verifier, v->uid, on_named, v);
}
