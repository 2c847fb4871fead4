/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is typed where a viewer asks for a user: "alice@web1" is alice, at the machine web1.
 * Pure; knows neither accounts nor machines.
 */
#ifndef HF_AUTH_LOGIN_NAME_H
#define HF_AUTH_LOGIN_NAME_H

#include "auth/method.h"

struct login_name {
    char user[AUTH_USER_MOST + 1];
    char machine[AUTH_USER_MOST + 1]; /* "" : not named */
};

/*
 * Splits the text at its last @ . Without one, all of it is the user; "alice@" is alice. False
 * (*why_r for the client) when the user is empty or longer than AUTH_USER_MOST, when a
 * control character is in it, or when it is not UTF-8.
 *
 * Where a machine is known otherwise (its own port) and no machine is called as what stands
 * behind the @, the whole text is the user: alice@example.org. Ask login_name_whole then.
 */
bool login_name_split(const char *text, struct login_name *name_r, const char **why_r);
/* The same without splitting. */
bool login_name_whole(const char *text, struct login_name *name_r, const char **why_r);

#endif
