/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * floor server: the least that a server can do. At each tick it writes the same bytes, a valid
 * update, to every viewer that has asked, and it reads their requests. What it costs is the
 * price of the sockets. Encodes nothing.
 */
#ifndef HF_BENCH_FLOOR_SERVER_H
#define HF_BENCH_FLOOR_SERVER_H

#include <stddef.h>

struct floor_server {
    int listen_fd; /* set by floor_server_listen */
    unsigned fps;
    size_t bytes; /* of one update; at least 32 */
};

/* Listens on a free port of 127.0.0.1, which is returned. */
unsigned floor_server_listen(struct floor_server *floor_server);
/* The body of a process; runs until it is killed. */
void floor_server_run(void *floor_server);

#endif
