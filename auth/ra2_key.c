/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/ra2_key.h"
#include "auth/key_file.h"
#include "auth/mpz.h"
#include "base/alloc.h"

#include <errno.h>
#include <gnutls/x509.h>
#include <nettle/rsa.h>
#include <nettle/sha1.h>
#include <stdio.h>
#include <stdlib.h>

struct ra2_key {
    struct rsa_public_key public;
    struct rsa_private_key private;
    struct bytes sent; /* the public key as it is sent */
};

static int fail(int error, const char *why, const char **why_r)
{
    *why_r = why;
    return -error;
}

static void put_number(struct bytes *out, size_t size, const mpz_t x)
{
    nettle_mpz_get_str_256(size, bytes_reserve(out, size), x);
    bytes_commit(out, size);
}

/* Copies a number out of GnuTLS and wipes GnuTLS's copy. */
static void take(mpz_t x, gnutls_datum_t *from)
{
    nettle_mpz_set_str_256_u(x, from->size, from->data);
    secret_wipe(from->data, from->size);
    gnutls_free(from->data);
}

static bool fill_key(struct ra2_key *key, gnutls_x509_privkey_t from)
{
    gnutls_datum_t n, e, d, p, q, u, dp, dq;
    if (gnutls_x509_privkey_export_rsa_raw2(from, &n, &e, &d, &p, &q, &u, &dp, &dq) < 0)
        return false;
    take(key->public.n, &n);
    take(key->public.e, &e);
    take(key->private.d, &d);
    take(key->private.p, &p);
    take(key->private.q, &q);
    take(key->private.c, &u);
    take(key->private.a, &dp);
    take(key->private.b, &dq);
    /* GnuTLS's coefficient need not be nettle's, the inverse of q modulo p. */
    return mpz_invert(key->private.c, key->private.q, key->private.p) != 0 &&
           rsa_public_key_prepare(&key->public) && rsa_private_key_prepare(&key->private);
}

static struct ra2_key *key_from(gnutls_x509_privkey_t from)
{
    struct ra2_key *key = ALLOC(struct ra2_key);
    rsa_public_key_init(&key->public);
    rsa_private_key_init(&key->private);
    bytes_init(&key->sent, SIZE_MAX);
    if (!fill_key(key, from)) {
        ra2_key_free(&key);
        return NULL;
    }
    bytes_put_u32(&key->sent, (uint32_t)(key->public.size * 8));
    put_number(&key->sent, key->public.size, key->public.n);
    put_number(&key->sent, key->public.size, key->public.e);
    return key;
}

static bool generate(unsigned bits, gnutls_x509_privkey_t *key_r)
{
    if (gnutls_x509_privkey_init(key_r) < 0)
        return false;
    if (gnutls_x509_privkey_generate(*key_r, GNUTLS_PK_RSA, bits, 0) == 0)
        return true;
    gnutls_x509_privkey_deinit(*key_r);
    return false;
}

struct ra2_key *ra2_key_make(unsigned bits)
{
    gnutls_x509_privkey_t made;
    if (!generate(bits, &made))
        return NULL;
    struct ra2_key *key = key_from(made);
    gnutls_x509_privkey_deinit(made);
    return key;
}

static int create_file(const char *path, const char **why_r)
{
    gnutls_x509_privkey_t made;
    gnutls_datum_t pem;
    if (!generate(RA2_KEY_BITS, &made))
        return fail(ENOTSUP, "is not there, and no key can be made", why_r);
    int result = gnutls_x509_privkey_export2(made, GNUTLS_X509_FMT_PEM, &pem);
    gnutls_x509_privkey_deinit(made);
    if (result < 0)
        return fail(ENOTSUP, "is not there, and the new key cannot be written down", why_r);
    result = key_file_create(path, pem.data, pem.size, why_r);
    secret_wipe(pem.data, pem.size);
    gnutls_free(pem.data);
    return result == -EEXIST ? 0 : result;
}

static int import(const struct bytes *content, struct ra2_key **key_r, const char **why_r)
{
    gnutls_x509_privkey_t from;
    const gnutls_datum_t pem = {content->data, (unsigned)content->len};
    unsigned bits = 0;
    int result = fail(EINVAL, "holds no RSA key in PEM", why_r);
    if (gnutls_x509_privkey_init(&from) < 0)
        return -ENOMEM;
    if (gnutls_x509_privkey_import(from, &pem, GNUTLS_X509_FMT_PEM) < 0 ||
        gnutls_x509_privkey_get_pk_algorithm2(from, &bits) != GNUTLS_PK_RSA)
        goto out;
    if (bits < RA2_KEY_BITS_LEAST || bits > RA2_KEY_BITS_MOST) {
        *why_r = "holds an RSA key that is not of 2048 to 8192 bits";
        goto out;
    }
    *key_r = key_from(from);
    result = *key_r ? 0 : -EINVAL;
out:
    gnutls_x509_privkey_deinit(from);
    return result;
}

int ra2_key_load(const char *path, struct ra2_key **key_r, const char **why_r)
{
    struct bytes content;
    int result = key_file_read(path, &content, why_r);
    if (result == -ENOENT) {
        result = create_file(path, why_r);
        if (result == 0)
            result = key_file_read(path, &content, why_r);
    }
    if (result < 0)
        return result;
    result = import(&content, key_r, why_r);
    key_file_wipe(&content);
    return result;
}

void ra2_key_free(struct ra2_key **key)
{
    struct ra2_key *k = *key;
    *key = NULL;
    if (!k)
        return;
    rsa_public_key_clear(&k->public);
    mpz_wipe(k->private.d);
    mpz_wipe(k->private.p);
    mpz_wipe(k->private.q);
    mpz_wipe(k->private.a);
    mpz_wipe(k->private.b);
    mpz_wipe(k->private.c);
    bytes_fini(&k->sent);
    free(k);
}

const uint8_t *ra2_key_public(const struct ra2_key *key, size_t *n_r)
{
    *n_r = key->sent.len;
    return key->sent.data;
}

size_t ra2_key_size(const struct ra2_key *key)
{
    return key->public.size;
}

static void randomise(void *context, size_t n, uint8_t *data_r)
{
    (void)context;
    secret_random(data_r, n);
}

void ra2_key_decrypt(const struct ra2_key *key, const uint8_t *number, uint8_t *data_r,
                     size_t n)
{
    mpz_t x;
    secret_random(data_r, n); /* stays when there is nothing to decrypt */
    nettle_mpz_init_set_str_256_u(x, key->public.size, number);
    rsa_sec_decrypt(&key->public, &key->private, NULL, randomise, n, data_r, x);
    mpz_clear(x);
}

void ra2_key_fingerprint(const struct ra2_key *key, char text_r[RA2_FINGERPRINT_SIZE])
{
    struct sha1_ctx sha1;
    uint8_t digest[8];
    sha1_init(&sha1);
    sha1_update(&sha1, key->sent.len, key->sent.data);
    sha1_digest(&sha1, sizeof(digest), digest);
    for (unsigned i = 0; i < sizeof(digest); i++)
        snprintf(text_r + i * 3, RA2_FINGERPRINT_SIZE - i * 3, i < 7 ? "%02x-" : "%02x",
                 digest[i]);
}
