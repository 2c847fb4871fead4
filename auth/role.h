/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What someone may do at a machine; each role includes those before it. */
#ifndef HF_AUTH_ROLE_H
#define HF_AUTH_ROLE_H

enum role {
    ROLE_NONE, /* may not look at it */
    ROLE_WATCH,
    ROLE_DRIVE,
    ROLE_ADMIN,
};

/* "none", "watch", "drive", "admin". */
const char *role_name(enum role role);
/* 0, or -EINVAL when no role is called so. */
int role_parse(const char *name, enum role *role_r);

#endif
