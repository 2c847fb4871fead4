/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/ra2.h"
#include "auth/methods.h"
#include "auth/mpz.h"
#include "auth/ra2_cipher.h"
#include "auth/ra2_key.h"
#include "tests/unit/auth/talk.h"

#include <nettle/rsa.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { CLIENT_BITS = 1024, CLIENT_SIZE = CLIENT_BITS / 8 };

static void randomise(void *context, size_t n, uint8_t *data_r)
{
    (void)context;
    secret_random(data_r, n);
}

/* What all tests share: two keys, since they take a while to make. */
static struct {
    struct ra2_key *key;
    struct auth_realm realm;
    struct rsa_public_key public;
    struct rsa_private_key private;
} common;

static int make_keys(void **state)
{
    (void)state;
    common.key = ra2_key_make(RA2_KEY_BITS);
    common.realm = (struct auth_realm){.ra2_key = common.key};
    rsa_public_key_init(&common.public);
    rsa_private_key_init(&common.private);
    mpz_set_ui(common.public.e, 65537);
    return common.key && rsa_generate_keypair(&common.public, &common.private, NULL, randomise,
                                              NULL, NULL, CLIENT_BITS, 0)
               ? 0
               : -1;
}

static int free_keys(void **state)
{
    (void)state;
    ra2_key_free(&common.key);
    rsa_public_key_clear(&common.public);
    rsa_private_key_clear(&common.private);
    return 0;
}

/* A client: what it has sent and got so far, and its side of the arithmetic. */
struct client {
    struct talk talk;
    bool wide;
    size_t random_size, hash_size;
    uint8_t public[4 + 2 * CLIENT_SIZE], random[32];
    struct ra2_ciphers ciphers; /* as the client sees them */
    size_t read;                /* bytes of the server's that are done with */
};

static uint8_t type_now;

static struct auth_method *start(struct bytes *out)
{
    const char *why = NULL;
    (void)out;
    return ra2_start(type_now, &common.realm, secret_random, &why);
}

static void client_init(struct client *c, uint8_t type)
{
    *c = (struct client){.wide = type >= RA2_TYPE_256};
    c->random_size = c->wide ? 32 : 16;
    c->hash_size = c->wide ? 32 : 20;
    c->public[2] = CLIENT_BITS >> 8;
    nettle_mpz_get_str_256(CLIENT_SIZE, c->public + 4, common.public.n);
    nettle_mpz_get_str_256(CLIENT_SIZE, c->public + 4 + CLIENT_SIZE, common.public.e);
    type_now = type;
    talk_init(&c->talk, start);
    assert_int_equal(talk_send(&c->talk, NULL, 0), AUTH_MORE);
    assert_int_equal(c->talk.out.len, 4 + 2 * RA2_KEY_BITS / 8);
    c->read = c->talk.out.len;
}

static void hash_two(const struct client *c, const void *a, size_t a_n, const void *b,
                     size_t b_n, uint8_t *hash_r)
{
    if (c->wide) {
        struct sha256_ctx ctx;
        sha256_init(&ctx);
        sha256_update(&ctx, a_n, a);
        sha256_update(&ctx, b_n, b);
        sha256_digest(&ctx, 32, hash_r);
    } else {
        struct sha1_ctx ctx;
        sha1_init(&ctx);
        sha1_update(&ctx, a_n, a);
        sha1_update(&ctx, b_n, b);
        sha1_digest(&ctx, 20, hash_r);
    }
}

/* The client's random number under the server's key, as it came. */
static void encrypt_random(struct client *c, struct bytes *out)
{
    enum { SIZE = RA2_KEY_BITS / 8 };
    struct rsa_public_key key;
    mpz_t x;
    mpz_init(x);
    rsa_public_key_init(&key);
    nettle_mpz_set_str_256_u(key.n, SIZE, c->talk.out.data + 4);
    nettle_mpz_set_str_256_u(key.e, SIZE, c->talk.out.data + 4 + SIZE);
    assert_true(rsa_public_key_prepare(&key));
    secret_random(c->random, c->random_size);
    assert_true(rsa_encrypt(&key, NULL, randomise, c->random_size, c->random, x));
    bytes_put_u16(out, SIZE);
    nettle_mpz_get_str_256(SIZE, bytes_reserve(out, SIZE), x);
    bytes_commit(out, SIZE);
    mpz_clear(x);
    rsa_public_key_clear(&key);
}

static void decrypt_random(struct client *c, uint8_t *random_r)
{
    struct reader in = reader_over(c->talk.out.data + c->read, c->talk.out.len - c->read);
    size_t n = c->random_size;
    mpz_t x;
    assert_int_equal(reader_u16(&in), CLIENT_SIZE);
    nettle_mpz_init_set_str_256_u(x, CLIENT_SIZE, reader_bytes(&in, CLIENT_SIZE));
    assert_true(rsa_decrypt(&common.private, &n, random_r, x));
    assert_int_equal(n, c->random_size);
    mpz_clear(x);
    c->read = c->talk.out.len - reader_left(&in);
}

/* After both random numbers. */
static void set_ciphers(struct client *c)
{
    uint8_t server_random[32], key[32];
    decrypt_random(c, server_random);
    hash_two(c, server_random, c->random_size, c->random, c->random_size, key);
    ra2_cipher_init(&c->ciphers.out, key, c->random_size);
    hash_two(c, c->random, c->random_size, server_random, c->random_size, key);
    ra2_cipher_init(&c->ciphers.in, key, c->random_size);
}

/* Opens one record of the server's. */
static void receive(struct client *c, const void *expected, size_t n)
{
    struct bytes plain;
    bytes_init(&plain, SIZE_MAX);
    struct reader in = reader_over(c->talk.out.data + c->read, c->talk.out.len - c->read);
    assert_int_equal(ra2_open(&c->ciphers.in, &in, 65535, &plain), RA2_DONE);
    c->read = c->talk.out.len - reader_left(&in);
    assert_int_equal(plain.len, n);
    assert_memory_equal(plain.data, expected, n);
    bytes_fini(&plain);
}

/* Both keys and random numbers, the client's hash included, in one go or in two. */
static enum auth_step exchange(struct client *c, bool wrong_hash)
{
    struct bytes message;
    uint8_t hash[32];
    const uint8_t *server_key = c->talk.out.data;
    bytes_init(&message, SIZE_MAX);
    bytes_put(&message, c->public, sizeof(c->public));
    encrypt_random(c, &message);
    assert_int_equal(talk_send(&c->talk, message.data, message.len), AUTH_MORE);
    server_key = c->talk.out.data;
    set_ciphers(c);
    hash_two(c, server_key, 4 + 2 * RA2_KEY_BITS / 8, c->public, sizeof(c->public), hash);
    receive(c, hash, c->hash_size);
    hash_two(c, c->public, sizeof(c->public), server_key, 4 + 2 * RA2_KEY_BITS / 8, hash);
    hash[3] ^= wrong_hash;
    bytes_clear(&message);
    ra2_seal(&c->ciphers.out, hash, c->hash_size, &message);
    enum auth_step step = talk_send(&c->talk, message.data, message.len);
    bytes_fini(&message);
    return step;
}

static enum auth_step send_sealed(struct client *c, const char *hex, size_t at_once)
{
    struct bytes plain, sealed;
    enum auth_step step = AUTH_MORE;
    hex_init(&plain, hex);
    bytes_init(&sealed, SIZE_MAX);
    ra2_seal(&c->ciphers.out, plain.data, plain.len, &sealed);
    for (size_t at = 0; at < sealed.len && step == AUTH_MORE; at += at_once)
        step = talk_send(&c->talk, sealed.data + at,
                         at_once < sealed.len - at ? at_once : sealed.len - at);
    bytes_fini(&plain);
    bytes_fini(&sealed);
    return step;
}

static void each_type_logs_in(void **state)
{
    (void)state;
    static const uint8_t rows[] = {5, 6, 129, 130};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct client c;
        const struct auth_verdict checked = {.user = "alice"};
        client_init(&c, rows[i]);
        assert_int_equal(c.talk.method->ops->type, rows[i]);
        assert_int_equal(exchange(&c, false), AUTH_MORE);
        receive(&c, "\1", 1);
        assert_int_equal(send_sealed(&c, "05 'alice' 06 's3cr3t'", 7), AUTH_WAIT);
        assert_string_equal(c.talk.method->login->user, "alice");
        assert_string_equal(c.talk.method->login->password, "s3cr3t");
        c.talk.method->ops->resume(c.talk.method, true, &checked);
        if (rows[i] == RA2_TYPE || rows[i] == RA2_TYPE_256) {
            assert_int_equal(talk_send(&c.talk, "raw", 3), AUTH_WRAP);
            assert_int_equal(c.talk.method->wrap.kind, AUTH_WRAP_RA2);
            assert_int_equal(c.talk.in.len, 3);
            struct ra2_ciphers server = *c.talk.method->wrap.ciphers;
            c.talk.method->ops->wrapped(c.talk.method, &(struct auth_peer){0});
            ra2_seal(&server.out, "result", 6, &c.talk.out); /* the counts go on */
            receive(&c, "result", 6);
        }
        assert_int_equal(c.read, c.talk.out.len);
        assert_int_equal(talk_send(&c.talk, NULL, 0), AUTH_ACCEPT);
        assert_string_equal(c.talk.verdict.user, "alice");
        talk_fini(&c.talk);
    }
}

static void a_refusal_is_told_inside_the_wrap(void **state)
{
    (void)state;
    struct client c;
    const struct auth_verdict checked = {.reason = "no"};
    client_init(&c, RA2_TYPE_256);
    exchange(&c, false);
    assert_int_equal(send_sealed(&c, "01 'a' 01 'b'", 100), AUTH_WAIT);
    c.talk.method->ops->resume(c.talk.method, false, &checked);
    assert_int_equal(talk_send(&c.talk, NULL, 0), AUTH_WRAP);
    c.talk.method->ops->wrapped(c.talk.method, &(struct auth_peer){0});
    assert_int_equal(talk_send(&c.talk, NULL, 0), AUTH_REJECT);
    assert_string_equal(c.talk.verdict.reason, "no");
    talk_fini(&c.talk);
}

static void what_goes_wrong_ends_it(void **state)
{
    (void)state;
    static const struct {
        const char *sealed;
        enum auth_step step;
    } rows[] = {
        {"00 00", AUTH_WAIT},
        {"00 01 'p'", AUTH_WAIT},
        {"01 'u' 00", AUTH_WAIT},
        {"05 'alice' 06 's3cr3'", AUTH_MORE},
        {"01 'a' 01 'b' 01", AUTH_BAD}, /* more than a login */
        {"02 'a' 00 01 'b'", AUTH_BAD}, /* a name that C would cut short */
        {"", AUTH_MORE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct client c;
        client_init(&c, RA2_TYPE_NE);
        exchange(&c, false);
        assert_int_equal(send_sealed(&c, rows[i].sealed, 1000), rows[i].step);
        talk_fini(&c.talk);
    }
}

static void a_login_may_come_in_many_records(void **state)
{
    (void)state;
    struct client c;
    client_init(&c, RA2_TYPE);
    exchange(&c, false);
    assert_int_equal(send_sealed(&c, "02", 100), AUTH_MORE);
    assert_int_equal(send_sealed(&c, "'al'", 100), AUTH_MORE);
    assert_int_equal(send_sealed(&c, "", 100), AUTH_MORE);
    assert_int_equal(send_sealed(&c, "01 'p'", 100), AUTH_WAIT);
    assert_string_equal(c.talk.method->login->user, "al");
    talk_fini(&c.talk);
}

static void another_hash_ends_it(void **state)
{
    (void)state;
    struct client c;
    client_init(&c, RA2_TYPE_256);
    assert_int_equal(exchange(&c, true), AUTH_BAD);
    assert_non_null(c.talk.verdict.reason);
    talk_fini(&c.talk);
}

/* Whether our key decrypted anything must not show before the client's first record. */
static void a_number_that_is_no_random_number_shows_later_only(void **state)
{
    (void)state;
    static const uint8_t fills[] = {0, 1, 0xff};
    for (size_t i = 0; i < COUNT(fills); i++) {
        struct client c;
        uint8_t number[2 + RA2_KEY_BITS / 8] = {RA2_KEY_BITS / 8 >> 8};
        uint8_t hash[2 + 20 + 16] = {0, 20};
        client_init(&c, RA2_TYPE);
        memset(number + 2, fills[i], sizeof(number) - 2);
        assert_int_equal(talk_send(&c.talk, c.public, sizeof(c.public)), AUTH_MORE);
        assert_int_equal(talk_send(&c.talk, number, sizeof(number)), AUTH_MORE);
        assert_int_equal(talk_send(&c.talk, hash, sizeof(hash)), AUTH_BAD);
        talk_fini(&c.talk);
    }
}

static void keys_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bits;
        uint8_t n, n_last, e_first, e_last; /* bytes of the modulus, of the exponent */
        enum auth_step step;
    } rows[] = {
        {"000003ff", 0, 0, 0, 0, AUTH_BAD},
        {"00002001", 0, 0, 0, 0, AUTH_BAD},
        {"ffffffff", 0, 0, 0, 0, AUTH_BAD},
        {"00002000", 0, 0, 0, 0, AUTH_MORE}, /* not all of it is there */
        {"00000400", 0xc5, 0xc5, 0, 3, AUTH_MORE},
        {"00000400", 0xc5, 0xc4, 0, 3, AUTH_BAD}, /* even */
        {"00000400", 0, 0, 0, 3, AUTH_BAD},
        {"00000400", 0, 1, 0, 3, AUTH_BAD},
        {"00000400", 0xc5, 0xc5, 0, 1, AUTH_BAD},
        {"00000400", 0xc5, 0xc5, 0, 2, AUTH_BAD},
        {"00000400", 0xc5, 0xc5, 1, 1, AUTH_BAD}, /* an exponent of 1017 bits */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct client c;
        struct bytes message;
        client_init(&c, RA2_TYPE);
        hex_init(&message, rows[i].bits);
        for (unsigned k = 1; k < CLIENT_SIZE; k++)
            bytes_put_u8(&message, rows[i].n);
        bytes_put_u8(&message, rows[i].n_last);
        bytes_put_u8(&message, rows[i].e_first);
        bytes_put_zero(&message, CLIENT_SIZE - 2);
        bytes_put_u8(&message, rows[i].e_last);
        assert_int_equal(talk_send(&c.talk, message.data, message.len), rows[i].step);
        bytes_fini(&message);
        talk_fini(&c.talk);
    }
}

static void a_random_number_of_another_length_is_refused(void **state)
{
    (void)state;
    struct client c;
    client_init(&c, RA2_TYPE);
    assert_int_equal(talk_send(&c.talk, c.public, sizeof(c.public)), AUTH_MORE);
    assert_int_equal(talk_send(&c.talk, "\xff\xff", 2), AUTH_BAD);
    talk_fini(&c.talk);
}

static void every_cut_of_the_exchange_asks_for_more(void **state)
{
    (void)state;
    struct client c;
    struct bytes message;
    client_init(&c, RA2_TYPE_256);
    bytes_init(&message, SIZE_MAX);
    bytes_put(&message, c.public, sizeof(c.public));
    encrypt_random(&c, &message);
    for (size_t i = 0; i < message.len; i++)
        assert_int_equal(talk_send(&c.talk, message.data + i, 1), AUTH_MORE);
    set_ciphers(&c);
    assert_int_equal(c.talk.out.len - c.read, 32 + RA2_OVERHEAD);
    bytes_fini(&message);
    talk_fini(&c.talk);
}

static void without_a_key_it_does_not_begin(void **state)
{
    (void)state;
    static const struct auth_realm without = {.ra2_key = NULL};
    const char *why = NULL;
    assert_null(auth_ra2_ops.start(&without, NULL, &why));
    assert_string_equal(why, "there is no RSA key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_logs_in),
        cmocka_unit_test(a_refusal_is_told_inside_the_wrap),
        cmocka_unit_test(what_goes_wrong_ends_it),
        cmocka_unit_test(a_login_may_come_in_many_records),
        cmocka_unit_test(another_hash_ends_it),
        cmocka_unit_test(a_number_that_is_no_random_number_shows_later_only),
        cmocka_unit_test(keys_that_cannot_be_are_refused),
        cmocka_unit_test(a_random_number_of_another_length_is_refused),
        cmocka_unit_test(every_cut_of_the_exchange_asks_for_more),
        cmocka_unit_test(without_a_key_it_does_not_begin),
    };
    return cmocka_run_group_tests_name("auth/ra2", tests, make_keys, free_keys);
}
