/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control socket's file: made with its mode and group, never over something that is alive
 * or no socket. */
#ifndef HF_SERVER_CONTROL_SOCKET_H
#define HF_SERVER_CONTROL_SOCKET_H

#include <sys/stat.h>

struct control_socket {
    int fd; /* listening, non-blocking; -1: none */
    char *path;
    dev_t dev; /* of the file, to remove no other one in the end */
    ino_t ino;
};

/*
 * Binds and listens at path, mode 0660, with a group (name or number; NULL: the daemon's own).
 * The folder is made if only it is missing. A socket file that nobody answers on is replaced.
 * 0, or -errno and a text in *why_r, which the caller frees.
 */
int control_socket_open(struct control_socket *s, const char *path, const char *group,
                        char **why_r);
/* Closes and removes the file if it is still the one that was made. */
void control_socket_close(struct control_socket *s);

#endif
