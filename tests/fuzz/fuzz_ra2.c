/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RSA-AES. First byte: the type (bits 0 and 1), whether the client goes through the exchange of
 * keys first (bit 2), whether the login is right (bit 3), and how many bytes come at a time
 * (bits 4 to 7, 0: all). After the exchange what follows is records to be sealed, each behind
 * a byte with its length; one of length 255 has a changed MAC. All random numbers are zeros.
 */
#include <config.h>
#include "auth/mpz.h"
#include "auth/ra2.h"
#include "auth/ra2_exchange.h"
#include "tests/fuzz/fuzz.h"

#include <nettle/rsa.h>
#include <string.h>

enum { SERVER_BITS = 2048, SERVER_SIZE = SERVER_BITS / 8, CLIENT_SIZE = 128 };

static const uint8_t types[] = {RA2_TYPE, RA2_TYPE_NE, RA2_TYPE_256, RA2_TYPE_NE_256};

static void no_randomness(void *p, size_t n)
{
    memset(p, 0, n);
}

static void no_nettle_randomness(void *context, size_t n, uint8_t *data_r)
{
    (void)context;
    memset(data_r, 0, n);
}

/* Made once: it takes longer than a thousand inputs. */
static const struct ra2_key *server_key(void)
{
    static struct ra2_key *key;
    if (!key)
        key = ra2_key_make(SERVER_BITS);
    return key;
}

struct client {
    struct auth_method *method;
    struct auth_verdict verdict;
    struct bytes in, out;
    bool right, over;
    struct ra2_cipher cipher;
};

static void step_on(struct client *c, enum auth_step step)
{
    const struct auth_verdict checked = {.reason = "no"};
    if (step == AUTH_WAIT) {
        fuzz_check(strlen(c->method->login->user) <= AUTH_USER_MOST);
        c->method->ops->resume(c->method, c->right, &checked);
    } else if (step == AUTH_WRAP) {
        c->method->ops->wrapped(c->method, &(struct auth_peer){0});
    } else if (step != AUTH_MORE) {
        fuzz_check(step == AUTH_ACCEPT || c->verdict.reason);
        c->over = true;
    }
}

static void feed(struct client *c, const void *data, size_t n)
{
    enum auth_step step = AUTH_WAIT;
    bytes_put(&c->in, data, n);
    while (!c->over && step != AUTH_MORE) {
        struct reader in = reader_over(c->in.data, c->in.len);
        step = c->method->ops->feed(c->method, &in, &c->out, &c->verdict);
        bytes_consume(&c->in, c->in.len - reader_left(&in));
        step_on(c, step);
    }
}

/* Our random number, zeros, under the server's key. */
static void put_random(struct bytes *out, size_t random_size)
{
    static const uint8_t zeros[RA2_RANDOM_MOST];
    struct rsa_public_key key;
    size_t n;
    mpz_t x;
    const uint8_t *public = ra2_key_public(server_key(), &n);
    rsa_public_key_init(&key);
    mpz_init(x);
    nettle_mpz_set_str_256_u(key.n, SERVER_SIZE, public + 4);
    nettle_mpz_set_str_256_u(key.e, SERVER_SIZE, public + 4 + SERVER_SIZE);
    fuzz_check(rsa_public_key_prepare(&key) &&
               rsa_encrypt(&key, NULL, no_nettle_randomness, random_size, zeros, x));
    bytes_put_u16(out, SERVER_SIZE);
    nettle_mpz_get_str_256(SERVER_SIZE, bytes_reserve(out, SERVER_SIZE), x);
    bytes_commit(out, SERVER_SIZE);
    mpz_clear(x);
    rsa_public_key_clear(&key);
}

/* A key that is odd, and nobody's. */
static void put_client_key(struct bytes *out)
{
    bytes_put_u32(out, CLIENT_SIZE * 8);
    for (unsigned i = 0; i < CLIENT_SIZE; i++)
        bytes_put_u8(out, 0xff);
    bytes_put_zero(out, CLIENT_SIZE - 1);
    bytes_put_u8(out, 3);
}

/* Both ends know both random numbers, so the ciphers are those that the exchange makes. */
static void exchange(struct client *c, bool wide)
{
    struct ra2_exchange x;
    struct bytes message, ignored;
    uint8_t hash[RA2_HASH_MOST];
    ra2_exchange_init(&x, server_key(), wide, no_randomness);
    bytes_init(&message, SIZE_MAX);
    bytes_init(&ignored, SIZE_MAX);
    put_client_key(&message);
    fuzz_check(ra2_exchange_client_key(&x, message.data, CLIENT_SIZE, &ignored));
    size_t at = message.len + 2;
    put_random(&message, wide ? 32 : 16);
    ra2_exchange_agree(&x, message.data + at);
    ra2_exchange_hash(&x, true, hash);
    c->cipher = x.ciphers.in;
    ra2_seal(&c->cipher, hash, ra2_exchange_hash_size(&x), &message);
    feed(c, message.data, message.len);
    fuzz_check(!c->over);
    ra2_exchange_fini(&x);
    bytes_fini(&message);
    bytes_fini(&ignored);
}

static void seal_records(struct client *c, const uint8_t *data, size_t n, struct bytes *out)
{
    while (n) {
        size_t length = data[0], left = n - 1, part = length < left ? length : left;
        ra2_seal(&c->cipher, data + 1, part, out);
        if (length == 255)
            out->data[out->len - 1] ^= 1;
        data += part + 1;
        n -= part + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (!n)
        return 0;
    struct auth_realm realm = {.ra2_key = server_key()};
    struct client c = {.right = data[0] & 8};
    uint8_t type = types[data[0] & 3];
    size_t step = data[0] >> 4 ? data[0] >> 4 : n;
    struct bytes sent;
    const char *why = NULL;
    bytes_init(&sent, SIZE_MAX);
    bytes_init(&c.in, SIZE_MAX);
    bytes_init(&c.out, 4096);
    c.method = ra2_start(type, &realm, no_randomness, &why);
    if (data[0] & 4) {
        exchange(&c, type >= RA2_TYPE_256);
        seal_records(&c, data + 1, n - 1, &sent);
    } else {
        bytes_put(&sent, data + 1, n - 1);
    }
    for (size_t at = 0; at < sent.len && !c.over; at += step)
        feed(&c, sent.data + at, sent.len - at < step ? sent.len - at : step);
    fuzz_check(!c.out.overflow);
    c.method->ops->free(c.method);
    bytes_fini(&sent);
    bytes_fini(&c.in);
    bytes_fini(&c.out);
    return 0;
}
