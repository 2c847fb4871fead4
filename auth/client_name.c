/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/client_name.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static const char *const fields[] = {
    [CLIENT_NAME_CN] = "cn",
    [CLIENT_NAME_UID] = "uid",
    [CLIENT_NAME_EMAIL] = "email",
};

enum { N_FIELDS = sizeof(fields) / sizeof(fields[0]) };

int client_name_rule_parse(const char *text, struct client_name_rule *rule_r,
                           const char **why_r)
{
    struct client_name_rule rule = {.domain = ""};
    const char *at = strchr(text, '@');
    size_t n = at ? (size_t)(at - text) : strlen(text);
    unsigned i = 0;
    while (i < N_FIELDS && (strlen(fields[i]) != n || strncasecmp(fields[i], text, n) != 0))
        i++;
    if (i == N_FIELDS) {
        *why_r = "a user's name is the certificate's cn, uid or email";
        return -EINVAL;
    }
    if (at && (!at[1] || strlen(at + 1) > AUTH_USER_MOST || strchr(at + 1, '@'))) {
        *why_r = "behind the @ stands one domain";
        return -EINVAL;
    }
    rule.field = i;
    if (at)
        strcpy(rule.domain, at + 1);
    *rule_r = rule;
    return 0;
}

static const char *field_of(const struct client_name_rule *rule,
                            const struct client_subject *subject)
{
    switch (rule->field) {
    case CLIENT_NAME_CN:
        return subject->cn;
    case CLIENT_NAME_UID:
        return subject->uid;
    case CLIENT_NAME_EMAIL:
        break;
    }
    return subject->email;
}

static bool has_control_character(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return true;
    return false;
}

/* Length of the text without its domain; 0 when that is another. */
static size_t user_length(const char *text, const char *domain)
{
    const char *at = strrchr(text, '@');
    if (!*domain)
        return strlen(text);
    return at && strcasecmp(at + 1, domain) == 0 ? (size_t)(at - text) : 0;
}

bool client_name(const struct client_name_rule *rule, const struct client_subject *subject,
                 char user_r[AUTH_USER_MOST + 1], const char **why_r)
{
    const char *text = field_of(rule, subject);
    size_t n = user_length(text, rule->domain);
    if (!n || has_control_character(text)) {
        *why_r = !*text ? "the certificate does not have the field that names its user"
                 : !n   ? "the certificate's user is of another domain"
                        : "the certificate's user has a control character in the name";
        return false;
    }
    memcpy(user_r, text, n);
    user_r[n] = 0;
    return true;
}
