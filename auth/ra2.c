/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/ra2.h"
#include "auth/methods.h"
#include "auth/ra2_exchange.h"
#include "base/alloc.h"
#include "base/secret.h"

#include <stdlib.h>

enum { SUBTYPE_USER_AND_PASSWORD = 1 };

/* Of the login: a hash, then two texts of at most 255 bytes. */
enum { LOGIN_RECORD_MOST = 1024, LOGIN_PLAIN_MOST = 4096 };

enum state {
    STATE_KEY, /* ours is to be sent */
    STATE_CLIENT_KEY,
    STATE_RANDOM,
    STATE_HASH,
    STATE_LOGIN,
    STATE_WAIT,
    STATE_WRAP,
    STATE_OVER
};

/* What the types differ in. */
static const struct kind {
    uint8_t type;
    bool encrypted; /* to the end, not for the login only */
    bool wide;
    const struct auth_method_ops *ops;
} kinds[] = {
    {RA2_TYPE, true, false, &auth_ra2_ops},
    {RA2_TYPE_NE, false, false, &auth_ra2ne_ops},
    {RA2_TYPE_256, true, true, &auth_ra2_256_ops},
    {RA2_TYPE_NE_256, false, true, &auth_ra2ne_256_ops},
};

struct ra2 {
    struct auth_method method;
    const struct kind *kind;
    enum state state;
    struct ra2_exchange exchange;
    struct bytes plain; /* decrypted, not yet read */
    bool ok;
    struct auth_login login;
    struct auth_verdict verdict;
};

struct auth_method *ra2_start(uint8_t type, const struct auth_realm *realm,
                              void (*randomise)(void *p, size_t n), const char **why_r)
{
    const struct kind *kind = kinds;
    while (kind->type != type)
        kind++;
    if (!realm || !realm->ra2_key) {
        *why_r = "there is no RSA key";
        return NULL;
    }
    struct ra2 *r = ALLOC(struct ra2);
    r->method.ops = kind->ops;
    r->kind = kind;
    ra2_exchange_init(&r->exchange, realm->ra2_key, kind->wide, randomise);
    bytes_init(&r->plain, LOGIN_PLAIN_MOST);
    return &r->method;
}

/* ---- in the clear ---- */

static enum auth_step send_key(struct ra2 *r, struct bytes *out)
{
    size_t n;
    const uint8_t *key = ra2_key_public(r->exchange.key, &n);
    bytes_put(out, key, n);
    r->state = STATE_CLIENT_KEY;
    return AUTH_MORE;
}

static enum auth_step feed_client_key(struct ra2 *r, struct reader *in, struct bytes *out,
                                      struct auth_verdict *verdict_r)
{
    struct reader ahead = *in;
    uint32_t bits = reader_u32(&ahead);
    if (ahead.more)
        return AUTH_MORE;
    if (bits < RA2_CLIENT_BITS_LEAST || bits > RA2_CLIENT_BITS_MOST)
        return auth_end(AUTH_BAD, "a client's RSA key of less than 1024 or more than 8192 bits",
                        verdict_r);
    size_t size = (bits + 7) / 8;
    if (reader_left(in) < 4 + 2 * size)
        return AUTH_MORE;
    const uint8_t *message = reader_bytes(in, 4 + 2 * size);
    if (!ra2_exchange_client_key(&r->exchange, message, size, out))
        return auth_end(AUTH_BAD, "a client's RSA key that cannot be used", verdict_r);
    r->state = STATE_RANDOM;
    return AUTH_MORE;
}

static void put_hash(struct ra2 *r, struct bytes *out)
{
    uint8_t hash[RA2_HASH_MOST];
    ra2_exchange_hash(&r->exchange, false, hash);
    ra2_seal(&r->exchange.ciphers.out, hash, ra2_exchange_hash_size(&r->exchange), out);
}

static enum auth_step feed_random(struct ra2 *r, struct reader *in, struct bytes *out,
                                  struct auth_verdict *verdict_r)
{
    struct reader ahead = *in;
    size_t n = reader_u16(&ahead);
    if (ahead.more)
        return AUTH_MORE;
    if (n != ra2_key_size(r->exchange.key))
        return auth_end(AUTH_BAD, "a random number that is not as long as our RSA key",
                        verdict_r);
    const uint8_t *number = reader_bytes(&ahead, n);
    if (!number)
        return AUTH_MORE;
    *in = ahead;
    ra2_exchange_agree(&r->exchange, number);
    put_hash(r, out);
    r->state = STATE_HASH;
    return AUTH_MORE;
}

/* ---- encrypted ---- */

/* One record more; MORE also when there is none. */
static enum auth_step decrypt_more(struct ra2 *r, struct reader *in,
                                   struct auth_verdict *verdict_r)
{
    struct ra2_cipher *cipher = &r->exchange.ciphers.in;
    if (ra2_open(cipher, in, LOGIN_RECORD_MOST, &r->plain) == RA2_BAD)
        return auth_end(AUTH_BAD, "a record that does not decrypt", verdict_r);
    return AUTH_MORE;
}

static enum auth_step feed_hash(struct ra2 *r, struct reader *in, struct bytes *out,
                                struct auth_verdict *verdict_r)
{
    static const uint8_t subtype = SUBTYPE_USER_AND_PASSWORD;
    size_t n = ra2_exchange_hash_size(&r->exchange);
    uint8_t hash[RA2_HASH_MOST];
    if (r->plain.len < n)
        return decrypt_more(r, in, verdict_r);
    ra2_exchange_hash(&r->exchange, true, hash);
    if (!secret_equal(hash, r->plain.data, n))
        return auth_end(AUTH_BAD, "another hash of the keys than ours", verdict_r);
    bytes_consume(&r->plain, n);
    ra2_seal(&r->exchange.ciphers.out, &subtype, 1, out);
    r->state = STATE_LOGIN;
    return AUTH_MORE;
}

/* Name and password, each behind a byte with its length. False when not all is there. */
static bool read_login(struct ra2 *r, bool *bad_r)
{
    struct reader p = reader_over(r->plain.data, r->plain.len);
    size_t user_n = reader_u8(&p);
    const uint8_t *user = reader_bytes(&p, user_n);
    size_t password_n = reader_u8(&p);
    const uint8_t *password = reader_bytes(&p, password_n);
    if (p.more)
        return false;
    *bad_r = reader_left(&p) || !auth_login_set(&r->login, user, user_n, password, password_n);
    secret_wipe(r->plain.data, r->plain.cap);
    bytes_clear(&r->plain);
    return true;
}

static enum auth_step feed_login(struct ra2 *r, struct reader *in,
                                 struct auth_verdict *verdict_r)
{
    bool bad = false;
    if (!read_login(r, &bad))
        return decrypt_more(r, in, verdict_r);
    if (bad)
        return auth_end(AUTH_BAD, "a login of another form", verdict_r);
    r->method.login = &r->login;
    r->state = STATE_WAIT;
    return AUTH_WAIT;
}

static void resume(struct auth_method *m, bool ok, const struct auth_verdict *verdict)
{
    struct ra2 *r = (struct ra2 *)m;
    secret_wipe(&r->login, sizeof(r->login));
    m->login = NULL;
    r->ok = ok;
    r->verdict = *verdict;
    r->state = r->kind->encrypted ? STATE_WRAP : STATE_OVER;
    m->wrap = (struct auth_wrap){.kind = AUTH_WRAP_RA2, .ciphers = &r->exchange.ciphers};
}

static void wrapped(struct auth_method *m, const struct auth_peer *peer)
{
    struct ra2 *r = (struct ra2 *)m;
    (void)peer;
    secret_wipe(&r->exchange.ciphers, sizeof(r->exchange.ciphers));
    r->state = STATE_OVER;
}

/* ---- the method ---- */

static enum auth_step feed_state(struct ra2 *r, struct reader *in, struct bytes *out,
                                 struct auth_verdict *verdict_r)
{
    switch (r->state) {
    case STATE_KEY:
        return send_key(r, out);
    case STATE_CLIENT_KEY:
        return feed_client_key(r, in, out, verdict_r);
    case STATE_RANDOM:
        return feed_random(r, in, out, verdict_r);
    case STATE_HASH:
        return feed_hash(r, in, out, verdict_r);
    case STATE_LOGIN:
        return feed_login(r, in, verdict_r);
    case STATE_WAIT:
        return AUTH_WAIT;
    case STATE_WRAP:
        return AUTH_WRAP;
    case STATE_OVER:
        break;
    }
    *verdict_r = r->verdict;
    return r->ok ? AUTH_ACCEPT : AUTH_REJECT;
}

/* A step may have read something, or have gone on without: both are worth another look. */
static enum auth_step feed(struct auth_method *m, struct reader *in, struct bytes *out,
                           struct auth_verdict *verdict_r)
{
    struct ra2 *r = (struct ra2 *)m;
    enum auth_step step;
    enum state before;
    size_t left;
    do {
        before = r->state;
        left = reader_left(in);
        step = feed_state(r, in, out, verdict_r);
    } while (step == AUTH_MORE && (r->state != before || reader_left(in) != left));
    return step;
}

static void ra2_free(struct auth_method *m)
{
    struct ra2 *r = (struct ra2 *)m;
    if (r->plain.data)
        secret_wipe(r->plain.data, r->plain.cap);
    bytes_fini(&r->plain);
    ra2_exchange_fini(&r->exchange);
    secret_wipe(r, sizeof(*r));
    free(r);
}

#define RA2_METHOD(id, config_name, number)                                                    \
    static struct auth_method *start_##id(const struct auth_realm *realm, struct bytes *out,   \
                                          const char **why_r)                                  \
    {                                                                                          \
        (void)out;                                                                             \
        return ra2_start(number, realm, secret_random, why_r);                                 \
    }                                                                                          \
    const struct auth_method_ops auth_##id##_ops = {                                           \
        .name = config_name,                                                                   \
        .type = number,                                                                        \
        .heavy = true,                                                                         \
        .start = start_##id,                                                                   \
        .feed = feed,                                                                          \
        .resume = resume,                                                                      \
        .wrapped = wrapped,                                                                    \
        .free = ra2_free,                                                                      \
    };

RA2_METHOD(ra2, "ra2", RA2_TYPE)
RA2_METHOD(ra2ne, "ra2ne", RA2_TYPE_NE)
RA2_METHOD(ra2_256, "ra2", RA2_TYPE_256)
RA2_METHOD(ra2ne_256, "ra2ne", RA2_TYPE_NE_256)
