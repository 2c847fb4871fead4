/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that we may not read any more, read again by the verifier at a reload. Knows nothing of
 * what stands in them.
 */
#ifndef HF_SERVER_ACCESS_AGAIN_H
#define HF_SERVER_ACCESS_AGAIN_H

#include "server/access/access.h"

/* why is NULL when it was read; content is wiped afterwards. */
typedef void again_done(struct access *a, const char *path,
                        const struct verifier_bytes *content, const char *why);

/*
 * Has a file read. False when nobody can: there is no verifier, or it was not told of this
 * file, so that only a restart helps. done is called from the loop, unless the access ends
 * before.
 */
bool access_read_again(struct access *a, const char *path, again_done *done);
/* Nothing is waited for any more. */
void access_cancel_again(struct access *a);

#endif
