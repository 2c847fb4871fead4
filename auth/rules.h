/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine's access rules: who has which role there, "alice:drive", "@ops:admin", "*:watch".
 * Pure; knows neither accounts nor machines.
 */
#ifndef HF_AUTH_RULES_H
#define HF_AUTH_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/role.h"

struct rules;

/*
 * Reads n rules, each a subject and a role with a colon between. A subject is a user's name, @
 * and a group's name, or * for everyone who logged in; no subject twice. Nobody's name, in
 * viewers that have none, is "anonymous". 0 or -EINVAL, then *bad_r is the index of the rule
 * that is none and *why_r what is wrong with it. The texts are copied.
 */
int rules_new(const char *const *texts, size_t n, struct rules **rules_r, size_t *bad_r,
              const char **why_r);
void rules_free(struct rules **rules);

/*
 * The role of a user ("" : anonymous) who is in these groups: names, each with its zero behind,
 * groups_n bytes in all. A rule for the user counts before those for groups, the highest of
 * these before the one for everyone. No rule fits: ROLE_NONE. There are no rules (NULL or of
 * none): whoever may log in may drive.
 */
enum role rules_role(const struct rules *rules, const char *user, const char *groups,
                     size_t groups_n);
/* Whether some rule is about a group, so that groups are worth finding out. */
bool rules_need_groups(const struct rules *rules);

#endif
