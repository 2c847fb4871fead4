/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RSA-AES (rfbproto, security types 5, 6, 129, 130): both sides show an RSA key and send each
 * other a random number under it; these make AES keys for the login and, except in the "ne"
 * types, for all that follows. As TigerVNC, noVNC and neatvnc have it, the random numbers are
 * as long as the AES keys. Knows no accounts and no sockets.
 */
#ifndef HF_AUTH_RA2_H
#define HF_AUTH_RA2_H

#include "auth/method.h"

enum {
    RA2_TYPE = 5,
    RA2_TYPE_NE = 6, /* what follows the login is not encrypted */
    RA2_TYPE_256 = 129,
    RA2_TYPE_NE_256 = 130,
};

enum {
    RA2_CLIENT_BITS_LEAST = 1024, /* of the client's key */
    RA2_CLIENT_BITS_MOST = 8192
};

/* The methods' start, with their source of randomness: fills n bytes. type: one of the above.
 */
struct auth_method *ra2_start(uint8_t type, const struct auth_realm *realm,
                              void (*randomise)(void *p, size_t n), const char **why_r);

#endif
