/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/dh.h"
#include "auth/methods.h"
#include "auth/mpz.h"
#include "base/alloc.h"

#include <gnutls/gnutls.h>
#include <nettle/aes.h>
#include <nettle/md5.h>
#include <stdlib.h>
#include <string.h>

/* Twice the strength of the group and some; a longer one only takes longer. */
enum { SECRET_SIZE = 40 };

enum { GENERATOR = 2 };

enum state { STATE_KEY, STATE_ANSWER, STATE_WAIT, STATE_OVER };

struct dh {
    struct auth_method method;
    void (*randomise)(void *p, size_t n);
    enum state state;
    mpz_t modulus, secret;
    bool ok;
    struct auth_login login;
    struct auth_verdict verdict;
};

struct auth_method *dh_start(const struct auth_realm *realm, struct bytes *out,
                             void (*randomise)(void *p, size_t n))
{
    (void)realm;
    (void)out;
    struct dh *d = ALLOC(struct dh);
    d->method.ops = &auth_dh_ops;
    d->randomise = randomise;
    const gnutls_datum_t *prime = &gnutls_ffdhe_2048_group_prime;
    nettle_mpz_init_set_str_256_u(d->modulus, prime->size, prime->data);
    mpz_init(d->secret);
    return &d->method;
}

static struct auth_method *start(const struct auth_realm *realm, struct bytes *out,
                                 const char **why_r)
{
    (void)why_r;
    return dh_start(realm, out, secret_random);
}

static void put_number(struct bytes *out, const mpz_t x)
{
    nettle_mpz_get_str_256(DH_KEY_SIZE, bytes_reserve(out, DH_KEY_SIZE), x);
    bytes_commit(out, DH_KEY_SIZE);
}

static void make_secret(struct dh *d)
{
    uint8_t secret[SECRET_SIZE];
    d->randomise(secret, sizeof(secret));
    secret[0] |= 0x80; /* never zero, always of one length */
    nettle_mpz_set_str_256_u(d->secret, sizeof(secret), secret);
    secret_wipe(secret, sizeof(secret));
}

static void send_key(struct dh *d, struct bytes *out)
{
    mpz_t key;
    mpz_init_set_ui(key, GENERATOR);
    make_secret(d);
    mpz_powm_sec(key, key, d->secret, d->modulus);
    bytes_put_u16(out, GENERATOR);
    bytes_put_u16(out, DH_KEY_SIZE);
    put_number(out, d->modulus);
    put_number(out, key);
    mpz_clear(key);
}

/* 0, 1 and -1 (and what is as good as these) would make the key known to everybody. */
static bool key_possible(const struct dh *d, const mpz_t key)
{
    mpz_t last;
    mpz_init(last);
    mpz_sub_ui(last, d->modulus, 1);
    bool possible = mpz_cmp_ui(key, 1) > 0 && mpz_cmp(key, last) < 0;
    mpz_clear(last);
    return possible;
}

/* The key of AES: MD5 of the number that both sides know, in its full width. */
static bool agree(const struct dh *d, const uint8_t *client_key, uint8_t key_r[MD5_DIGEST_SIZE])
{
    mpz_t number;
    uint8_t shared[DH_KEY_SIZE];
    struct md5_ctx md5;
    nettle_mpz_init_set_str_256_u(number, DH_KEY_SIZE, client_key);
    bool possible = key_possible(d, number);
    if (possible) {
        mpz_powm_sec(number, number, d->secret, d->modulus);
        nettle_mpz_get_str_256(sizeof(shared), shared, number);
        md5_init(&md5);
        md5_update(&md5, sizeof(shared), shared);
        md5_digest(&md5, MD5_DIGEST_SIZE, key_r);
        secret_wipe(&md5, sizeof(md5));
        secret_wipe(shared, sizeof(shared));
    }
    mpz_wipe(number);
    return possible;
}

static bool decrypt(const struct dh *d, const uint8_t *client_key, const uint8_t *encrypted,
                    uint8_t login_r[DH_LOGIN_SIZE])
{
    struct aes128_ctx aes;
    uint8_t key[MD5_DIGEST_SIZE];
    if (!agree(d, client_key, key))
        return false;
    aes128_set_decrypt_key(&aes, key);
    aes128_decrypt(&aes, DH_LOGIN_SIZE, login_r, encrypted);
    secret_wipe(&aes, sizeof(aes));
    secret_wipe(key, sizeof(key));
    return true;
}

static enum auth_step feed_answer(struct dh *d, struct reader *in,
                                  struct auth_verdict *verdict_r)
{
    uint8_t login[DH_LOGIN_SIZE];
    if (reader_left(in) < DH_LOGIN_SIZE + DH_KEY_SIZE)
        return AUTH_MORE;
    const uint8_t *encrypted = reader_bytes(in, DH_LOGIN_SIZE);
    if (!decrypt(d, reader_bytes(in, DH_KEY_SIZE), encrypted, login))
        return auth_end(AUTH_BAD, "a Diffie-Hellman key that cannot be", verdict_r);
    const char *user = (const char *)login, *password = user + DH_TEXT_SIZE;
    auth_login_set(&d->login, login, strnlen(user, DH_TEXT_SIZE), login + DH_TEXT_SIZE,
                   strnlen(password, DH_TEXT_SIZE));
    secret_wipe(login, sizeof(login));
    d->method.login = &d->login;
    d->state = STATE_WAIT;
    return AUTH_WAIT;
}

static enum auth_step feed(struct auth_method *m, struct reader *in, struct bytes *out,
                           struct auth_verdict *verdict_r)
{
    struct dh *d = (struct dh *)m;
    switch (d->state) {
    case STATE_KEY:
        send_key(d, out);
        d->state = STATE_ANSWER;
        return AUTH_MORE;
    case STATE_ANSWER:
        return feed_answer(d, in, verdict_r);
    case STATE_WAIT:
        return AUTH_WAIT;
    case STATE_OVER:
        break;
    }
    *verdict_r = d->verdict;
    return d->ok ? AUTH_ACCEPT : AUTH_REJECT;
}

static void resume(struct auth_method *m, bool ok, const struct auth_verdict *verdict)
{
    struct dh *d = (struct dh *)m;
    secret_wipe(&d->login, sizeof(d->login));
    m->login = NULL;
    d->ok = ok;
    d->verdict = *verdict;
    d->state = STATE_OVER;
}

static void dh_free(struct auth_method *m)
{
    struct dh *d = (struct dh *)m;
    mpz_clear(d->modulus);
    mpz_wipe(d->secret);
    secret_wipe(d, sizeof(*d));
    free(d);
}

const struct auth_method_ops auth_dh_ops = {
    .name = "apple-dh",
    .type = 30,
    .heavy = true,
    .start = start,
    .feed = feed,
    .resume = resume,
    .free = dh_free,
};
