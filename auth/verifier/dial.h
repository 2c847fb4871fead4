/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connecting to a Unix socket on behalf of a process that may not: only to what the folder's
 * owner let in. Knows no rows and no messages.
 */
#ifndef HF_AUTH_VERIFIER_DIAL_H
#define HF_AUTH_VERIFIER_DIAL_H

/*
 * Connects to the stream socket `name` in a folder. name is one component; it is the socket, or
 * a link to one: a link that stays in the folder may be anybody's; one that leads out must have
 * been made by root or the folder's owner, and so must the socket that it leads to. A link to a
 * link is refused. What was examined is what is connected to, whatever is renamed meanwhile.
 * *fd_r is non-blocking and close-on-exec. 0, or -errno with a static text in *why_r that goes
 * on from the socket's path; -EAGAIN: its queue is full.
 */
int dial_in_folder(const char *folder, const char *name, int *fd_r, const char **why_r);
/* The same for an absolute path: its last component in the folder before it. */
int dial_path(const char *path, int *fd_r, const char **why_r);

#endif
