/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The message of VeNCrypt's Plain subtypes: a name and a password. Pure; knows no accounts. */
#ifndef HF_AUTH_PLAIN_H
#define HF_AUTH_PLAIN_H

#include "auth/method.h"

enum plain {
    PLAIN_MORE, /* not all there; `in` stands where it stood */
    PLAIN_DONE,
    PLAIN_BAD, /* a text that is too long or has a zero byte in it */
};

/*
 * Reads one message (rfbproto, Plain subtype) into login_r, which is set by DONE only. Lengths
 * are compared with their limits as soon as both are there.
 */
enum plain plain_read(struct reader *in, struct auth_login *login_r);

#endif
