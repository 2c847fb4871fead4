/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VNC Authentication (RFC 6143 7.2.2): a random challenge, which comes back encrypted with the
 * password. Knows no random source and no file of passwords.
 */
#ifndef HF_AUTH_VNC_H
#define HF_AUTH_VNC_H

#include "auth/method.h"

enum { VNC_CHALLENGE_SIZE = 16, VNC_KEY_SIZE = 8 };

/*
 * What a client answers: two blocks of DES, each byte of the password mirrored (the lowest bit
 * counts as the first). response_r and challenge may not overlap.
 */
void vnc_respond(uint8_t response_r[VNC_CHALLENGE_SIZE], const uint8_t key[VNC_KEY_SIZE],
                 const uint8_t challenge[VNC_CHALLENGE_SIZE]);
/* The method's start, with its source of randomness: fills n bytes. */
struct auth_method *vnc_start(const struct auth_realm *realm, struct bytes *out,
                              void (*randomise)(void *p, size_t n));

#endif
