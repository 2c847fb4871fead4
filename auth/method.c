/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/method.h"
#include "auth/methods.h"

#include <string.h>

static const struct auth_method_ops *const methods[] = {
    &auth_none_ops, &auth_vnc_ops,       &auth_vencrypt_ops, &auth_ra2_256_ops,
    &auth_ra2_ops,  &auth_ra2ne_256_ops, &auth_ra2ne_ops,    &auth_dh_ops,
};

enum { N_METHODS = sizeof(methods) / sizeof(methods[0]) };

const struct auth_method_ops *auth_method_by_name(const char *name)
{
    for (unsigned i = 0; i < N_METHODS; i++)
        if (strcmp(methods[i]->name, name) == 0)
            return methods[i];
    return NULL;
}

const struct auth_method_ops *auth_method_by_type(uint8_t type)
{
    for (unsigned i = 0; i < N_METHODS; i++)
        if (methods[i]->type == type)
            return methods[i];
    return NULL;
}

enum auth_step auth_end(enum auth_step step, const char *reason, struct auth_verdict *verdict_r)
{
    *verdict_r = (struct auth_verdict){.reason = reason};
    return step;
}

/* Copies n bytes and a zero behind them. */
static bool copy_text(char *text_r, size_t most, const uint8_t *bytes, size_t n)
{
    if (n > most || memchr(bytes, 0, n))
        return false;
    memcpy(text_r, bytes, n);
    text_r[n] = 0;
    return true;
}

bool auth_login_set(struct auth_login *login_r, const uint8_t *user, size_t user_n,
                    const uint8_t *password, size_t password_n)
{
    return copy_text(login_r->user, AUTH_USER_MOST, user, user_n) &&
           copy_text(login_r->password, AUTH_PASSWORD_MOST, password, password_n);
}
