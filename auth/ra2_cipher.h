/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of RSA-AES (rfbproto, RSA-AES Security Type): a length, that many bytes under
 * AES-EAX, and their MAC; numbered from zero. Pure; knows neither the login nor sockets.
 */
#ifndef HF_AUTH_RA2_CIPHER_H
#define HF_AUTH_RA2_CIPHER_H

#include <nettle/aes.h>
#include <nettle/eax.h>

#include "base/bytes.h"
#include "base/reader.h"

enum {
    RA2_HEADER_SIZE = 2,
    RA2_MAC_SIZE = EAX_DIGEST_SIZE,
    RA2_OVERHEAD = RA2_HEADER_SIZE + RA2_MAC_SIZE,
    RA2_RECORD_MOST = 65535, /* bytes that one record can carry */
    RA2_RECORD_SENT = 8192,  /* what is sent in one: no client is known to need smaller ones */
};

/* One direction. Can be copied; holds a key, so wipe it. */
struct ra2_cipher {
    union {
        struct aes128_ctx aes128;
        struct aes256_ctx aes256;
    };
    nettle_cipher_func *encrypt;
    struct eax_key eax;
    uint8_t count[16]; /* of records so far, little-endian */
};

struct ra2_ciphers {
    struct ra2_cipher in, out;
};

/* key_size: 16 or 32 bytes. */
void ra2_cipher_init(struct ra2_cipher *c, const uint8_t *key, size_t key_size);

/* Appends one record with these n bytes (at most RA2_RECORD_MOST). */
void ra2_seal(struct ra2_cipher *c, const void *data, size_t n, struct bytes *out);

enum ra2_open {
    RA2_MORE, /* not all there; nothing was read */
    RA2_DONE,
    RA2_BAD, /* longer than `most`, or changed on its way: read no further */
};

/* Reads one record; its bytes (none, perhaps) go behind those in out. */
enum ra2_open ra2_open(struct ra2_cipher *c, struct reader *in, size_t most, struct bytes *out);

/* Whether a whole record is there. */
bool ra2_record_whole(const struct reader *in);

#endif
