/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/plain.h"

enum plain plain_read(struct reader *in, struct auth_login *login_r)
{
    struct reader r = *in;
    size_t user_n = reader_u32(&r);
    size_t password_n = reader_u32(&r);
    if (r.more)
        return PLAIN_MORE;
    if (user_n > AUTH_USER_MOST || password_n > AUTH_PASSWORD_MOST)
        return PLAIN_BAD;
    const uint8_t *user = reader_bytes(&r, user_n);
    const uint8_t *password = reader_bytes(&r, password_n);
    if (r.more)
        return PLAIN_MORE;
    *in = r;
    return auth_login_set(login_r, user, user_n, password, password_n) ? PLAIN_DONE : PLAIN_BAD;
}
