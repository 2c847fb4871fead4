/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/privileges.h"
#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GROUPS_FIRST = 32 };

static int fail(int error, const char *why, const char **why_r)
{
    *why_r = why;
    return -error;
}

/* ---- finding ---- */

static const struct passwd *find_user(const char *user)
{
    char *end;
    const struct passwd *found = getpwnam(user);
    if (found)
        return found;
    unsigned long number = strtoul(user, &end, 10);
    return *end || end == user || number >= (uid_t)-1 ? NULL : getpwuid((uid_t)number);
}

/* getgrouplist says how many there are when they do not fit. */
static void find_groups(struct privileges *p, const char *name)
{
    int room = GROUPS_FIRST;
    do {
        p->n_groups = room;
        p->groups = alloc_resize(p->groups, (size_t)room, sizeof(*p->groups));
        room *= 2;
    } while (getgrouplist(name, p->gid, p->groups, &p->n_groups) < 0);
}

int privileges_find(struct privileges *p_r, const char *user, const char **why_r)
{
    struct privileges p = {0};
    *p_r = p;
    if (!user)
        return 0;
    const struct passwd *found = find_user(user);
    if (!found)
        return fail(ENOENT, "there is no such user", why_r);
    if (found->pw_uid == geteuid())
        return 0;
    if (geteuid() != 0)
        return fail(EPERM, "only a daemon that root starts becomes another user", why_r);
    p.change = true;
    p.uid = found->pw_uid;
    p.gid = found->pw_gid;
    char *name = alloc_text(found->pw_name);
    find_groups(&p, name);
    free(name);
    *p_r = p;
    return 0;
}

void privileges_fini(struct privileges *p)
{
    free(p->groups);
    *p = (struct privileges){0};
}

/* ---- files ---- */

/* What was made may have another name by now, where its parent is not root's. */
static int give_folder(const struct privileges *p, const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int result = fd < 0 || fchown(fd, p->uid, p->gid) < 0 ? -errno : 0;
    if (fd >= 0)
        close(fd);
    return result;
}

int privileges_make_folder(const struct privileges *p, const char *path, mode_t mode)
{
    if (mkdir(path, mode) < 0)
        return errno == EEXIST ? 0 : -errno;
    return p->change ? give_folder(p, path) : 0;
}

int privileges_make_folder_of(const struct privileges *p, const char *file, mode_t mode)
{
    char *folder = alloc_text(file), *slash = strrchr(folder, '/');
    if (slash)
        *slash = 0;
    int result = slash && folder[0] ? privileges_make_folder(p, folder, mode) : 0;
    free(folder);
    return result;
}

/* ---- letting go ---- */

int privileges_bar_new(void)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

static bool is_that_user(const struct privileges *p)
{
    uid_t uid, euid, suid;
    gid_t gid, egid, sgid;
    if (getresuid(&uid, &euid, &suid) < 0 || getresgid(&gid, &egid, &sgid) < 0)
        return false;
    return uid == p->uid && euid == p->uid && suid == p->uid && gid == p->gid &&
           egid == p->gid && sgid == p->gid;
}

int privileges_drop(const struct privileges *p, const char **why_r)
{
    if (!p->change)
        return 0;
    if (setgroups((size_t)p->n_groups, p->groups) < 0)
        return fail(errno, "its groups cannot be taken on", why_r);
    if (setresgid(p->gid, p->gid, p->gid) < 0 || setresuid(p->uid, p->uid, p->uid) < 0)
        return fail(errno, "it cannot be become", why_r);
    /* Capabilities that survived would be a way back. */
    if (!is_that_user(p) || setuid(0) == 0 || setgid(0) == 0)
        return fail(EPERM, "there would be a way back to root", why_r);
    return 0;
}
