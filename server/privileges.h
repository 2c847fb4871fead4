/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whom the daemon becomes when all that needs more rights is open. Knows nothing of what is
 * opened.
 */
#ifndef HF_SERVER_PRIVILEGES_H
#define HF_SERVER_PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

struct privileges {
    bool change; /* else all of this stays as it is, and the rest does not count */
    uid_t uid;
    gid_t gid;
    gid_t *groups;
    int n_groups;
};

/*
 * Finds a user by name or number (NULL: nobody else), with groups; asks NSS, and may therefore
 * wait: before the loop runs only. 0, and privileges_fini follows; or -errno with *why_r, to
 * stand behind the user's name. A number that no user has is -ENOENT.
 */
int privileges_find(struct privileges *p_r, const char *user, const char **why_r);
void privileges_fini(struct privileges *p);
/*
 * Makes a folder that is missing, and its parents not, for that user. One that is there stays
 * as it is. 0 or -errno.
 */
int privileges_make_folder(const struct privileges *p, const char *path, mode_t mode);
/* The same for the folder that a file or socket is to lie in. */
int privileges_make_folder_of(const struct privileges *p, const char *file, mode_t mode);

/*
 * No program that this thread, or one that it starts from now on, runs gets more rights than
 * it has (PR_SET_NO_NEW_PRIVS). For good. 0 or -errno.
 */
int privileges_bar_new(void);
/*
 * Becomes the user, in all threads, and makes sure that there is no way back. 0, or -errno with
 * a static text in *why_r: then the process must end.
 */
int privileges_drop(const struct privileges *p, const char **why_r);

#endif
