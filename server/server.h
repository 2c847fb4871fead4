/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one daemon is made of: the loop, the machines, the pool, the listeners and the viewers.
 */
#ifndef HF_SERVER_SERVER_H
#define HF_SERVER_SERVER_H

#include <systemd/sd-event.h>

#include "rfb/encode/encoder.h"
#include "server/audit.h"
#include "server/config.h"
#include "server/fanout.h"
#include "server/loop_pool.h"
#include "server/machine/machines.h"
#include "server/overlay/lobby_room.h"
#include "server/overlay/session_notices.h"
#include "server/poller.h"
#include "server/privileges.h"
#include "server/session/sessions.h"
#include "server/ticket_keeping.h"
#include "server/ticket_sharing.h"
#include "server/verifier_dialer.h"

struct listener;
struct viewer;
struct writers;
struct control;
struct access;
struct cluster;

struct server {
    sd_event *loop;
    struct config *config;
    struct loop_pool workers;
    struct fanout_shared fanout;
    struct encode_scratch *scratch; /* the loop's own, for the small private rectangles */
    struct machines machines;
    struct listener *listeners;
    struct control *control;
    struct access *access; /* who may */
    struct audit *audit;   /* who did; see server_audit */
    struct privileges privileges;
    struct verifier_dialer *dialer; /* to QEMUs' sockets; NULL: there is none */
    struct cluster *cluster;        /* NULL: this host is alone */
    struct store *store;
    struct sessions sessions;             /* who is here, who drives */
    struct ticket_keeping ticket_keeping; /* one of both */
    struct ticket_sharing ticket_sharing;
    struct session_observer auditor; /* tells the audit who drives */
    struct session_notices notices;
    struct lobbies lobbies;

    struct poller *poller; /* of the viewers' sockets */
    struct writers *writers;
    struct viewer *viewers; /* all connections, logged in or not */
    struct viewer *dead;    /* to be freed when the loop comes round */
    sd_event_source *bury;
    unsigned n_viewers, n_pending; /* all; those not logged in */
    uint64_t next_viewer_id;
    uint64_t refused, logged_in; /* counters */
};

/*
 * Opens everything the config names and takes the config over. 0, or -errno after logging what
 * failed; server_stop is called in either case. The loop is the caller's. server stays where it
 * is until then.
 */
int server_start(struct server *s, sd_event *loop, struct config *config);
/* Takes over another config, which is good: what is new is opened, what is gone is closed, the
 * rest goes on. */
void server_reload(struct server *s, struct config *config);
void server_stop(struct server *s);
/* Writes a line of the audit, of this moment. */
void server_audit(struct server *s, enum audit_what what, const struct audit_facts *facts);

#endif
