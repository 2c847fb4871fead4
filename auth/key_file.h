/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files with private keys: they belong to root or to us, their group may read them, others may
 * not. Knows no format.
 */
#ifndef HF_AUTH_KEY_FILE_H
#define HF_AUTH_KEY_FILE_H

#include "base/bytes.h"

enum { KEY_FILE_MOST = 65536 };

/*
 * Reads a private key's file whole; content_r is begun here, and ended by key_file_wipe, after
 * success only. 0 or -errno; *why_r goes behind the file's name: "may be read by every user".
 */
int key_file_read(const char *path, struct bytes *content_r, const char **why_r);
/* The same without asking whose file it is and who may read it: for certificates. */
int key_file_read_public(const char *path, struct bytes *content_r, const char **why_r);
/* Wipes and frees. */
void key_file_wipe(struct bytes *content);

/*
 * Makes the file with this content, mode 0600, all of it or nothing. -EEXIST: it is there
 * already, and untouched. 0 or -errno.
 */
int key_file_create(const char *path, const void *data, size_t n, const char **why_r);

#endif
