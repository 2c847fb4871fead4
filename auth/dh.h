/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Diffie-Hellman Authentication (rfbproto, security type 30; Apple's): a name and a password
 * under AES, with a key that both sides made up. What follows the login is not encrypted, and
 * who listens actively is not kept out. Knows no accounts.
 */
#ifndef HF_AUTH_DH_H
#define HF_AUTH_DH_H

#include "auth/method.h"

enum {
    DH_KEY_SIZE = 256, /* bytes of the modulus: the group ffdhe2048 of RFC 7919, generator 2 */
    DH_TEXT_SIZE = 64, /* bytes of the name, and of the password, with the zero behind */
    DH_LOGIN_SIZE = 2 * DH_TEXT_SIZE
};

/* The method's start, with its source of randomness: fills n bytes. */
struct auth_method *dh_start(const struct auth_realm *realm, struct bytes *out,
                             void (*randomise)(void *p, size_t n));

#endif
