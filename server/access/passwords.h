/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VNC password files. What only root may read is read while we are root, and kept; else the
 * file counts, as it is now. Knows no machines.
 */
#ifndef HF_SERVER_ACCESS_PASSWORDS_H
#define HF_SERVER_ACCESS_PASSWORDS_H

#include "auth/method.h"

struct kept_password_file;

struct passwords {
    struct kept_password_file *list;
    size_t n;
};

/* Reads a file now, to be used when it may not be read any more. */
void passwords_keep(struct passwords *p, const char *path);
/* Somebody who may has read a file: what is kept of it is this. 0 or -errno, see
 * vnc_password_file_read. */
int passwords_take(struct passwords *p, const char *path, const void *content, size_t n,
                   const char **why_r);
/* As vnc_password_file_read, or what is kept when it may not be read. */
int passwords_read(const struct passwords *p, const char *path, struct vnc_password list_r[2],
                   const char **why_r);
/* Wipes all. */
void passwords_fini(struct passwords *p);

#endif
