/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens among the people at a machine, told to those whom it concerns: who came and
 * left, who drives, who asks and how to answer, what an operator writes. Hears sessions, speaks
 * by notices.
 */
#ifndef HF_SERVER_OVERLAY_SESSION_NOTICES_H
#define HF_SERVER_OVERLAY_SESSION_NOTICES_H

#include "server/session/sessions.h"

struct server;

struct session_notices {
    struct session_observer observer;
    struct server *server;
};

/* Both stay where they are until session_notices_stop. The server's sessions have been started.
 */
void session_notices_start(struct session_notices *n, struct server *server);
void session_notices_stop(struct session_notices *n);

#endif
