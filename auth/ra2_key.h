/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server's RSA key for RSA-AES. Clients remember it, so it is made once and kept. Never
 * changes after it is made: any number of threads may use it. Knows no login.
 */
#ifndef HF_AUTH_RA2_KEY_H
#define HF_AUTH_RA2_KEY_H

#include <stddef.h>
#include <stdint.h>

enum {
    RA2_KEY_BITS = 2048,       /* of keys made here */
    RA2_KEY_BITS_LEAST = 2048, /* of keys read */
    RA2_KEY_BITS_MOST = 8192,  /* what clients accept */
    RA2_FINGERPRINT_SIZE = 24,
};

struct ra2_key;

/* A new key of `bits`, in memory only. Takes a while. */
struct ra2_key *ra2_key_make(unsigned bits);
/*
 * Reads the key (PEM, PKCS#1 or PKCS#8, RSA) from the file, see auth/key_file.h; where there is
 * none it makes one and keeps it there. 0 or -errno; *why_r goes behind the file's name.
 */
int ra2_key_load(const char *path, struct ra2_key **key_r, const char **why_r);
void ra2_key_free(struct ra2_key **key);

/* The public key as it is sent: length in bits, modulus, exponent. Lent. */
const uint8_t *ra2_key_public(const struct ra2_key *key, size_t *n_r);
/* Bytes of the modulus. */
size_t ra2_key_size(const struct ra2_key *key);
/*
 * Decrypts a number of ra2_key_size bytes into n bytes (PKCS #1 v1.5), in a way that neither
 * its time nor its result tells whether there was anything to decrypt: then they are random.
 */
void ra2_key_decrypt(const struct ra2_key *key, const uint8_t *number, uint8_t *data_r,
                     size_t n);
/* "01-23-45-67-89-ab-cd-ef": what viewers show their users, as RealVNC and TigerVNC do. */
void ra2_key_fingerprint(const struct ra2_key *key, char text_r[RA2_FINGERPRINT_SIZE]);

#endif
