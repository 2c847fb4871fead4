/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/names.h"
#include "base/alloc.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS_MOST = 4096 };

void names_init(struct names *n)
{
    n->user[0] = 0;
    n->groups_cut = false;
    bytes_init(&n->groups, VERIFIER_GROUPS_MOST);
}

void names_fini(struct names *n)
{
    bytes_fini(&n->groups);
}

static void add_group(struct names *n, gid_t gid)
{
    const struct group *g = getgrgid(gid);
    size_t size = g ? strlen(g->gr_name) + 1 : 0;
    if (size > 1 && size <= n->groups.max - n->groups.len)
        bytes_put(&n->groups, g->gr_name, size);
    else if (size > 1)
        n->groups_cut = true;
}

static void add_groups(struct names *n, gid_t gid)
{
    int count = GROUPS_MOST;
    gid_t *list = alloc_zero(GROUPS_MOST, sizeof(*list));
    if (getgrouplist(n->user, gid, list, &count) < 0) {
        n->groups_cut = true;
        count = GROUPS_MOST;
    }
    for (int i = 0; i < count; i++)
        add_group(n, list[i]);
    free(list);
}

static int take(struct names *n, const char *user)
{
    if (strlen(user) > VERIFIER_USER_MOST)
        return -ENAMETOOLONG;
    strcpy(n->user, user);
    return 0;
}

int names_of_user(struct names *n, const char *user)
{
    int result = take(n, user);
    const struct passwd *p = result == 0 ? getpwnam(user) : NULL;
    if (p)
        add_groups(n, p->pw_gid);
    return result;
}

int names_of_uid(struct names *n, uid_t uid)
{
    const struct passwd *p = getpwuid(uid);
    if (!p)
        return -ENOENT;
    gid_t gid = p->pw_gid;
    int result = take(n, p->pw_name);
    if (result == 0)
        add_groups(n, gid);
    return result;
}

struct verifier_identity names_identity(const struct names *n)
{
    return (struct verifier_identity){
        .user = n->user,
        .groups = {n->groups.data, n->groups.len},
        .groups_cut = n->groups_cut,
    };
}
