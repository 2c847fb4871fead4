/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/ra2_exchange.h"
#include "auth/mpz.h"

#include <nettle/rsa.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

enum { EXPONENT_BITS_MOST = 64, EXPONENT_LEAST = 3 };

void ra2_exchange_init(struct ra2_exchange *x, const struct ra2_key *key, bool wide,
                       void (*randomise)(void *p, size_t n))
{
    *x = (struct ra2_exchange){.key = key, .wide = wide, .randomise = randomise};
    bytes_init(&x->client_key, SIZE_MAX);
}

void ra2_exchange_fini(struct ra2_exchange *x)
{
    bytes_fini(&x->client_key);
    secret_wipe(x, sizeof(*x));
}

static size_t random_size(const struct ra2_exchange *x)
{
    return x->wide ? AES256_KEY_SIZE : AES128_KEY_SIZE;
}

size_t ra2_exchange_hash_size(const struct ra2_exchange *x)
{
    return x->wide ? SHA256_DIGEST_SIZE : SHA1_DIGEST_SIZE;
}

/* ---- the client's key ---- */

static void randomise_nettle(void *context, size_t n, uint8_t *data_r)
{
    ((const struct ra2_exchange *)context)->randomise(data_r, n);
}

static bool key_possible(const struct rsa_public_key *key)
{
    return mpz_odd_p(key->n) && mpz_odd_p(key->e) && mpz_cmp_ui(key->e, EXPONENT_LEAST) >= 0 &&
           mpz_sizeinbase(key->e, 2) <= EXPONENT_BITS_MOST && mpz_cmp(key->e, key->n) < 0;
}

static bool encrypt_random(struct ra2_exchange *x, struct rsa_public_key *key, size_t size,
                           struct bytes *out)
{
    mpz_t number;
    size_t n = random_size(x);
    if (!key_possible(key) || !rsa_public_key_prepare(key))
        return false;
    mpz_init(number);
    bool ok = rsa_encrypt(key, x, randomise_nettle, n, x->random, number);
    if (ok) {
        bytes_put_u16(out, (uint16_t)size);
        nettle_mpz_get_str_256(size, bytes_reserve(out, size), number);
        bytes_commit(out, size);
    }
    mpz_clear(number);
    return ok;
}

bool ra2_exchange_client_key(struct ra2_exchange *x, const uint8_t *message, size_t size,
                             struct bytes *out)
{
    struct rsa_public_key key;
    bytes_put(&x->client_key, message, 4 + 2 * size);
    x->randomise(x->random, random_size(x));
    rsa_public_key_init(&key);
    nettle_mpz_set_str_256_u(key.n, size, message + 4);
    nettle_mpz_set_str_256_u(key.e, size, message + 4 + size);
    bool ok = encrypt_random(x, &key, size, out);
    rsa_public_key_clear(&key);
    return ok;
}

/* ---- hashes ---- */

/* SHA-1 or SHA-256 of two texts, one behind the other. */
static void hash_two(bool wide, const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n,
                     uint8_t hash_r[RA2_HASH_MOST])
{
    union {
        struct sha1_ctx sha1;
        struct sha256_ctx sha256;
    } ctx;
    if (wide) {
        sha256_init(&ctx.sha256);
        sha256_update(&ctx.sha256, a_n, a);
        sha256_update(&ctx.sha256, b_n, b);
        sha256_digest(&ctx.sha256, SHA256_DIGEST_SIZE, hash_r);
    } else {
        sha1_init(&ctx.sha1);
        sha1_update(&ctx.sha1, a_n, a);
        sha1_update(&ctx.sha1, b_n, b);
        sha1_digest(&ctx.sha1, SHA1_DIGEST_SIZE, hash_r);
    }
    secret_wipe(&ctx, sizeof(ctx));
}

/* A key of AES is the beginning of a hash of both random numbers. */
void ra2_exchange_agree(struct ra2_exchange *x, const uint8_t *number)
{
    size_t n = random_size(x);
    uint8_t client[RA2_RANDOM_MOST], key[RA2_HASH_MOST];
    ra2_key_decrypt(x->key, number, client, n);
    hash_two(x->wide, x->random, n, client, n, key);
    ra2_cipher_init(&x->ciphers.in, key, n);
    hash_two(x->wide, client, n, x->random, n, key);
    ra2_cipher_init(&x->ciphers.out, key, n);
    secret_wipe(key, sizeof(key));
    secret_wipe(client, sizeof(client));
    secret_wipe(x->random, sizeof(x->random));
}

void ra2_exchange_hash(const struct ra2_exchange *x, bool clients,
                       uint8_t hash_r[RA2_HASH_MOST])
{
    size_t n;
    const uint8_t *key = ra2_key_public(x->key, &n);
    const struct bytes *other = &x->client_key;
    if (clients)
        hash_two(x->wide, other->data, other->len, key, n, hash_r);
    else
        hash_two(x->wide, key, n, other->data, other->len, hash_r);
}
