/* SPDX-License-Identifier: GPL-2.0-or-later */
/* socket: connecting to, and writing to, sockets in tests. */
#ifndef HF_TESTS_E2E_SOCKET_H
#define HF_TESTS_E2E_SOCKET_H

#include <stddef.h>

struct trial;

/* A connected stream socket; waits until somebody listens there. */
int socket_connect_unix(struct trial *trial, const char *path);
/* -errno at once if nobody does. "unix:/PATH" or "127.0.0.1:PORT". */
int socket_try_connect(const char *address);
/* A listening socket that never answers by itself. Closed with the trial. */
int socket_listen_unix(struct trial *trial, const char *path);

void socket_send_all(struct trial *trial, int fd, const void *data, size_t size);

#endif
