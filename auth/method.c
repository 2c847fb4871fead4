/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/method.h"
#include "auth/methods.h"

#include <string.h>

static const struct auth_method_ops *const methods[] = {&auth_none_ops, &auth_vnc_ops};

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
