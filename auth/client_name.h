/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which user a client certificate stands for: a rule over its subject. Pure; knows no TLS and
 * does not ask whether the certificate is good.
 */
#ifndef HF_AUTH_CLIENT_NAME_H
#define HF_AUTH_CLIENT_NAME_H

#include "auth/method.h"

/* What a certificate says of its subject; "" where it says nothing or several things. */
struct client_subject {
    char cn[AUTH_USER_MOST + 1];
    char uid[AUTH_USER_MOST + 1];
    char email[AUTH_USER_MOST + 1]; /* the alternative name, else the attribute */
};

/* Which of these, and the domain that must stand behind it and is taken off. */
struct client_name_rule {
    enum { CLIENT_NAME_CN, CLIENT_NAME_UID, CLIENT_NAME_EMAIL } field;
    char domain[AUTH_USER_MOST + 1]; /* "" : the whole text is the user */
};

/*
 * Reads "cn", "uid" or "email", or one of these with a domain: by "email@example.org" the
 * address alice@example.org is the user alice, and addresses elsewhere are nobody. 0 or
 * -EINVAL; *why_r for the configuration's reader.
 */
int client_name_rule_parse(const char *text, struct client_name_rule *rule_r,
                           const char **why_r);

/*
 * The user's name into user_r. False (*why_r for the log) when the rule finds none, or one that
 * is empty or has a control character in it.
 */
bool client_name(const struct client_name_rule *rule, const struct client_subject *subject,
                 char user_r[AUTH_USER_MOST + 1], const char **why_r);

#endif
