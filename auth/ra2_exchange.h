/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arithmetic of an RSA-AES login: two RSA keys, a random number under each, and the AES
 * keys and hashes made of them. Knows no order of messages.
 */
#ifndef HF_AUTH_RA2_EXCHANGE_H
#define HF_AUTH_RA2_EXCHANGE_H

#include "auth/ra2_cipher.h"
#include "auth/ra2_key.h"

enum { RA2_RANDOM_MOST = 32, RA2_HASH_MOST = 32 };

struct ra2_exchange {
    const struct ra2_key *key;
    void (*randomise)(void *p, size_t n);
    bool wide;               /* SHA-256 and AES-256 instead of SHA-1 and AES-128 */
    struct bytes client_key; /* the whole message, as the client sent it */
    uint8_t random[RA2_RANDOM_MOST];
    struct ra2_ciphers ciphers;
};

/* key must outlive x. */
void ra2_exchange_init(struct ra2_exchange *x, const struct ra2_key *key, bool wide,
                       void (*randomise)(void *p, size_t n));
/* Wipes. */
void ra2_exchange_fini(struct ra2_exchange *x);

/* Bytes of a hash: 20 or 32. */
size_t ra2_exchange_hash_size(const struct ra2_exchange *x);

/*
 * Takes the client's key, a message of 4 bytes and two numbers of `size` bytes each (128 to
 * 1024), and appends our random number under it, with its length in front. False when this is
 * no RSA key; an exponent of more than 64 bits is not either, it only burns time.
 */
bool ra2_exchange_client_key(struct ra2_exchange *x, const uint8_t *message, size_t size,
                             struct bytes *out);
/* Takes the client's random number, under our key (ra2_key_size bytes): sets the ciphers. */
void ra2_exchange_agree(struct ra2_exchange *x, const uint8_t *number);
/* The hash of both public keys that the server sends, or the one that the client sends. */
void ra2_exchange_hash(const struct ra2_exchange *x, bool clients,
                       uint8_t hash_r[RA2_HASH_MOST]);

#endif
