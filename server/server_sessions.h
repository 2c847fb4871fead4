/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sessions of a server and the database that keeps them: their start and end. */
#ifndef HF_SERVER_SERVER_SESSIONS_H
#define HF_SERVER_SERVER_SESSIONS_H

struct server;

/*
 * Opens the database and takes up the sessions that it has; blocks until they are here. Without
 * a database that can be used, sessions are kept in memory, and that is logged.
 */
void server_sessions_start(struct server *s);
/* Call it while viewers are still here: what they had is kept for a daemon that starts anew. */
void server_sessions_stop(struct server *s);

#endif
