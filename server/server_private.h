/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps of the daemon's start and reload; for server/server*.c only. */
#ifndef HF_SERVER_SERVER_PRIVATE_H
#define HF_SERVER_SERVER_PRIVATE_H

#include "server/server.h"

/*
 * Opens all but machines' own addresses, and the control socket. A common address that cannot
 * be had stops the start; one of a section is logged, and others go on. 0 or -errno, logged.
 */
int server_open_sockets(struct server *s);
/* Before the daemon becomes another user, who shall use and remove its sockets with paths. */
void server_give_sockets(const struct server *s);
/*
 * s->config is another one than `before`: closes what nobody names any more, of machines too,
 * and then opens what is new, but machines' own.
 */
void server_change_sockets(struct server *s, const struct config *before);
/* 0 or -errno, logged. */
int server_start_control(struct server *s);

#endif
