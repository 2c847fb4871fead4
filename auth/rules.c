/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/rules.h"
#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct rule {
    char *subject;
    enum role role;
};

struct rules {
    struct rule *list;
    size_t n;
};

static const char *const role_names[] = {
    [ROLE_NONE] = "none",
    [ROLE_WATCH] = "watch",
    [ROLE_DRIVE] = "drive",
    [ROLE_ADMIN] = "admin",
};

const char *role_name(enum role role)
{
    return role_names[role];
}

int role_parse(const char *name, enum role *role_r)
{
    for (unsigned i = 0; i < sizeof(role_names) / sizeof(role_names[0]); i++)
        if (strcmp(role_names[i], name) == 0) {
            *role_r = i;
            return 0;
        }
    return -EINVAL;
}

/* ---- reading ---- */

static const char *subject_trouble(const struct rules *rules, const char *subject)
{
    if (!*subject || strcmp(subject, "@") == 0)
        return "names nobody before its colon";
    for (const char *at = subject; *at; at++)
        if ((unsigned char)*at <= ' ' || *at == 0x7f)
            return "has a blank or a control character in it";
    for (size_t i = 0; i < rules->n; i++)
        if (strcmp(rules->list[i].subject, subject) == 0)
            return "is about someone whom another rule names";
    return NULL;
}

static const char *add_rule(struct rules *rules, const char *text)
{
    const char *colon = strrchr(text, ':');
    struct rule rule;
    if (!colon)
        return "has no colon: it must be like \"alice:drive\"";
    if (role_parse(colon + 1, &rule.role) < 0)
        return "names no role: it is none, watch, drive or admin";
    rule.subject = alloc_text(text);
    rule.subject[colon - text] = 0;
    const char *trouble = subject_trouble(rules, rule.subject);
    if (trouble)
        free(rule.subject);
    else
        rules->list[rules->n++] = rule;
    return trouble;
}

int rules_new(const char *const *texts, size_t n, struct rules **rules_r, size_t *bad_r,
              const char **why_r)
{
    struct rules *rules = ALLOC(struct rules);
    rules->list = alloc_zero(n ? n : 1, sizeof(*rules->list));
    for (size_t i = 0; i < n; i++) {
        const char *trouble = add_rule(rules, texts[i]);
        if (trouble) {
            *bad_r = i;
            *why_r = trouble;
            rules_free(&rules);
            return -EINVAL;
        }
    }
    *rules_r = rules;
    return 0;
}

void rules_free(struct rules **rules)
{
    struct rules *r = *rules;
    *rules = NULL;
    if (!r)
        return;
    for (size_t i = 0; i < r->n; i++)
        free(r->list[i].subject);
    free(r->list);
    free(r);
}

/* ---- asking ---- */

static const struct rule *find_rule(const struct rules *rules, const char *subject)
{
    for (size_t i = 0; i < rules->n; i++)
        if (strcmp(rules->list[i].subject, subject) == 0)
            return &rules->list[i];
    return NULL;
}

static bool in_group(const char *group, const char *groups, size_t groups_n)
{
    for (size_t at = 0; at < groups_n;) {
        size_t n = strnlen(groups + at, groups_n - at);
        if (strlen(group) == n && memcmp(group, groups + at, n) == 0)
            return true;
        at += n + 1;
    }
    return false;
}

static const struct rule *find_group_rule(const struct rules *rules, const char *groups,
                                          size_t groups_n)
{
    const struct rule *best = NULL;
    for (size_t i = 0; i < rules->n; i++) {
        const struct rule *rule = &rules->list[i];
        if (rule->subject[0] == '@' && in_group(rule->subject + 1, groups, groups_n) &&
            (!best || rule->role > best->role))
            best = rule;
    }
    return best;
}

/* A user may be called as a rule for a group or for everyone is: then no rule names this user.
 */
static bool can_be_named(const char *user)
{
    return user[0] != '@' && strcmp(user, "*") != 0;
}

enum role rules_role(const struct rules *rules, const char *user, const char *groups,
                     size_t groups_n)
{
    if (!rules || !rules->n)
        return ROLE_DRIVE;
    const char *name = *user ? user : "anonymous";
    const struct rule *rule = can_be_named(name) ? find_rule(rules, name) : NULL;
    if (!rule)
        rule = find_group_rule(rules, groups, groups_n);
    if (!rule)
        rule = find_rule(rules, "*");
    return rule ? rule->role : ROLE_NONE;
}

bool rules_need_groups(const struct rules *rules)
{
    for (size_t i = 0; rules && i < rules->n; i++)
        if (rules->list[i].subject[0] == '@')
            return true;
    return false;
}
