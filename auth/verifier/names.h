/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who a user is to this host: name and groups, from the name service. May block for as long as
 * the host's directory does; called in a child only.
 */
#ifndef HF_AUTH_VERIFIER_NAMES_H
#define HF_AUTH_VERIFIER_NAMES_H

#include <stdbool.h>
#include <sys/types.h>

#include "auth/verifier/message.h"
#include "base/bytes.h"

struct names {
    char user[VERIFIER_USER_MOST + 1];
    struct bytes groups; /* each with its zero; max VERIFIER_GROUPS_MOST */
    bool groups_cut;     /* some are left out: too many, or too long */
};

void names_init(struct names *n);
void names_fini(struct names *n);
/* Sets user, and the groups of it if the host knows it. -ENAMETOOLONG, or 0. */
int names_of_user(struct names *n, const char *user);
/* The same from a number. -ENOENT: the host does not know it. */
int names_of_uid(struct names *n, uid_t uid);
/* As a message has it; borrows from n. */
struct verifier_identity names_identity(const struct names *n);

#endif
