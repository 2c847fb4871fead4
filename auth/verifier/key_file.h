/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that holds a key or a certificate, read whole if its owner and mode are right. */
#ifndef HF_AUTH_VERIFIER_KEY_FILE_H
#define HF_AUTH_VERIFIER_KEY_FILE_H

#include <stdbool.h>

#include "base/bytes.h"

/*
 * Appends the content to out, whose max is the most that is read; the caller wipes it, after an
 * error too. The file is a regular one of root's or of the caller's own user that neither its
 * group nor others may write; a secret one neither others may read. A link is followed by the
 * rule of base/trusted_open.h: the path is the administrator's, its folder perhaps not. 0, or
 * -errno with a static text in *why_r that goes on from the path.
 */
int key_file_read(const char *path, bool secret, struct bytes *out, const char **why_r);

#endif
