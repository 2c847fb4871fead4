/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening files whose folder may be somebody else's. Knows no content. */
#ifndef HF_BASE_TRUSTED_OPEN_H
#define HF_BASE_TRUSTED_OPEN_H

/*
 * open(path, flags), but a symbolic link at the end of the path is followed only where nobody
 * but root and we can have put it there: the folder belongs to one of these, and others may not
 * write to it. A descriptor, or -errno; -ELOOP for a link that is not followed. The folder's
 * own path is the caller's to trust.
 */
int trusted_open(const char *path, int flags);

#endif
