/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HTTP/JSON API on its Unix socket: what holdfastctl asks for. Knows machines; what else it
 * tells it asks its context for.
 */
#ifndef HF_SERVER_CONTROL_CONTROL_H
#define HF_SERVER_CONTROL_CONTROL_H

#include <stdint.h>
#include <systemd/sd-event.h>

#include "server/audit.h"
#include "server/machine/machine.h"

struct machines;
struct pool;
struct sessions;
struct ticket_book;
struct verifier;
struct cluster;
struct control;

/* All pointers are borrowed until control_stop. */
struct control_context {
    sd_event *loop;
    struct machines *machines;
    struct sessions *sessions; /* NULL: there are none */
    struct pool *pool;         /* compresses screenshots; NULL: the loop does it */
    const char *path;          /* of the socket */
    const char
        *group; /* who may use it beside the daemon's user: a group's name or number, or NULL */
    /* Tells each listener, as really bound; machine is NULL where it serves all. May be NULL.
     */
    void (*listeners)(void *self,
                      void (*each)(void *to, const char *address, const char *machine),
                      void *to);
    /* Tells each counter. May be NULL. */
    void (*counters)(void *self, void (*each)(void *to, const char *name, uint64_t value),
                     void *to);
    struct verifier *const *verifier; /* names callers; NULL inside or here: there is none */
    struct cluster *cluster;          /* NULL: this host is alone */
    /* Lets no new viewers in, or lets them in again, and tells those who are here. NULL where
     * cluster is. */
    void (*drain)(void *self, bool on);
    struct ticket_book *tickets; /* NULL: there are none */
    /* Tells the audit that a ticket was made (AUDIT_TICKET) or taken back. May be NULL. */
    void (*audit)(void *self, enum audit_what what, const struct audit_facts *facts);
    void *self;
    unsigned home_answer_ms; /* how long another node that decides is waited for; 0: 10 s */
};

/*
 * Listens. 0, or -errno after logging the cause: -EADDRINUSE when a daemon answers on the path
 * already, -EEXIST when something else than a socket is there, -ENOENT when there is no such
 * group.
 */
int control_start(struct control **control_r, const struct control_context *context);
/* What happened to a machine, for those who listen to events. */
void control_machine_event(struct control *c, const struct machine *m,
                           enum machine_event event);
/* Ends what is under way, closes and removes the socket. Call it before the machines are
 * stopped. */
void control_stop(struct control **control);

#endif
