/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stream in records of RSA-AES, on top of another. Knows no login. */
#ifndef HF_AUTH_RA2_STREAM_H
#define HF_AUTH_RA2_STREAM_H

#include "auth/ra2_cipher.h"
#include "base/stream.h"

/*
 * Takes *lower over (it is NULL then) and copies the ciphers. rest: rest_n bytes that were read
 * from lower already and are the first of what is to be decrypted; they may be there whole,
 * so ask stream_pending at once. A record that was changed on its way makes read fail with
 * -EBADMSG.
 */
struct stream *ra2_stream_new(struct stream **lower, const struct ra2_ciphers *ciphers,
                              const void *rest, size_t rest_n);

#endif
