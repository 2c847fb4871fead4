/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The methods that exist, for the table in method.c. Knows none of them from inside. */
#ifndef HF_AUTH_METHODS_H
#define HF_AUTH_METHODS_H

#include "auth/method.h"

extern const struct auth_method_ops auth_none_ops;
extern const struct auth_method_ops auth_vnc_ops;
extern const struct auth_method_ops auth_vencrypt_ops;
extern const struct auth_method_ops auth_dh_ops;
extern const struct auth_method_ops auth_ra2_ops;
extern const struct auth_method_ops auth_ra2ne_ops;
extern const struct auth_method_ops auth_ra2_256_ops;
extern const struct auth_method_ops auth_ra2ne_256_ops;

#endif
