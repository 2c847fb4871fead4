/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/dh.h"
#include "auth/methods.h"
#include "tests/unit/auth/talk.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/*
 * One exchange, computed with Python's integers and OpenSSL's AES: the server's secret is
 * 80 01 02 .. 27; the client's is 03 0a 11 .. in 256 bytes.
 */
#define MODULUS                                                                                \
    "ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695a9e13641146433fb"         \
    "cc939dce249b3ef97d2fe363630c75d8f681b202aec4617ad3df1ed5d5fd65612433f51f5f066ed0"         \
    "856365553ded1af3b557135e7f57c935984f0c70e0e68b77e2a689daf3efe8721df158a136ade735"         \
    "30acca4f483a797abc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7f4681d4f42a3de394df4"         \
    "ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f619172fe9ce98583ff"         \
    "8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005c58ef1837d1683b2c6f34a26c1b2effa"         \
    "886b423861285c97ffffffffffffffff"
#define SERVER_KEY                                                                             \
    "d825584f234f04ac503575a323382ec5ed7aabfb5363f1ffcfc273b0cf48266ff1d7928000729bd4"         \
    "e16755416d2c59a9928f6b101b635f5820c033f92476d0bf644ff143098535593dcbb780cd85f47b"         \
    "8225a18ff4db480bd26188c6995da5d14d53123a1b35d1a94d609d4a399fbe44024e8150b57ef02e"         \
    "232ed54b94b331f1fbaf020047bf07531a81e62959cbd9e8a3031c7984bb134d0ba5e04c96f81dc2"         \
    "d3a2147e0f26ed7798215bf8316e259b83d4396fed1835b7f26d3ea4b5dfce3c82646f78dcf72b32"         \
    "fe4457f47eba942cc8a9318b4a6d957c20f0f53a2d889f3aad0bdb99a45234eba3eae0747292d572"         \
    "943f3a5c0c96ab4423e6529279a9c346"
#define CLIENT_KEY                                                                             \
    "9a0c89962cf5191eb523499e0979cc9f0259765b9291c74c30f946570ac0745df0751b00b08269f1"         \
    "bc0cd31309a2d6cea47cf2edc9376076580c6fa96b9dce50803178e793b4bd92cae882c2581af8a0"         \
    "fb4003aecea0a8a9b2b3bbaa044bd29ce7d63a6f94383aa157584986b3741bc6c920338c38e68043"         \
    "3035c3e8eed60d6c8ec9cbebf4a7b620a4f2cbfc8f674e0bbd493fe9a4f224c5b97272ff8cbaefce"         \
    "5e1fd812c37c237b4b7aac622bf28e3421821fc1ea57e50ff40c4cb7b76d42c778bdaf776d489423"         \
    "9500d5e5445a368562d58ce0f9e0e4d35a6ba0605c592169b68f4c20f34087e1c936c79002967d1b"         \
    "4a6c36c71763210820823d1250beec78"
#define LOGIN                                                                                  \
    "dd70ef59dca87c54303456916a897ba96222316cbe19642f75678ea9a0740d7a6222316cbe19642f"         \
    "75678ea9a0740d7a6222316cbe19642f75678ea9a0740d7a3384336679b00928ffbf32bc10494a36"         \
    "6222316cbe19642f75678ea9a0740d7a6222316cbe19642f75678ea9a0740d7a6222316cbe19642f"         \
    "75678ea9a0740d7a"
#define LOGIN_FULL                                                                             \
    "a1cdbaa75f8ba814755e4b21a3196adca1cdbaa75f8ba814755e4b21a3196adca1cdbaa75f8ba814"         \
    "755e4b21a3196adca1cdbaa75f8ba814755e4b21a3196adc60bb473823a958c7499870fe75bda286"         \
    "60bb473823a958c7499870fe75bda28660bb473823a958c7499870fe75bda28660bb473823a958c7"         \
    "499870fe75bda286"

static void count_up(void *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((uint8_t *)p)[i] = (uint8_t)i;
}

static struct auth_method *start(struct bytes *out)
{
    return dh_start(NULL, out, count_up);
}

static void the_key_is_that_of_another_implementation(void **state)
{
    (void)state;
    struct talk t;
    struct bytes expected;
    talk_init(&t, start);
    hex_init(&expected, "0002 0100" MODULUS SERVER_KEY);
    assert_int_equal(talk_send(&t, NULL, 0), AUTH_MORE);
    assert_int_equal(t.out.len, expected.len);
    assert_memory_equal(t.out.data, expected.data, expected.len);
    bytes_fini(&expected);
    talk_fini(&t);
}

static void a_login_is_decrypted_at_every_cut(void **state)
{
    (void)state;
    for (size_t at_once = 0; at_once < 130; at_once += at_once < 4 ? 1 : 40) {
        struct talk t;
        const struct auth_verdict checked = {.user = "alice"};
        talk_init(&t, start);
        talk_send(&t, NULL, 0);
        assert_int_equal(talk_send_hex(&t, LOGIN CLIENT_KEY, at_once), AUTH_WAIT);
        assert_string_equal(t.method->login->user, "alice");
        assert_string_equal(t.method->login->password, "s3cr3t");
        assert_int_equal(talk_send(&t, "x", 1), AUTH_WAIT);
        t.method->ops->resume(t.method, true, &checked);
        assert_int_equal(talk_send(&t, NULL, 0), AUTH_ACCEPT);
        assert_string_equal(t.verdict.user, "alice");
        assert_int_equal(t.in.len, 1);
        talk_fini(&t);
    }
}

static void texts_without_a_zero_end_with_their_field(void **state)
{
    (void)state;
    struct talk t;
    const struct auth_verdict checked = {.reason = "no"};
    talk_init(&t, start);
    talk_send(&t, NULL, 0);
    assert_int_equal(talk_send_hex(&t, LOGIN_FULL CLIENT_KEY, 0), AUTH_WAIT);
    assert_int_equal(strlen(t.method->login->user), DH_TEXT_SIZE);
    assert_int_equal(strlen(t.method->login->password), DH_TEXT_SIZE);
    t.method->ops->resume(t.method, false, &checked);
    assert_int_equal(talk_send(&t, NULL, 0), AUTH_REJECT);
    assert_string_equal(t.verdict.reason, "no");
    talk_fini(&t);
}

/* Sends a login and this number as the key; `less` is taken from it, `last` its last byte. */
static enum auth_step send_key(const char *hex, uint8_t less, uint8_t last)
{
    struct talk t;
    struct bytes message;
    hex_init(&message, LOGIN);
    hex_put(&message, hex);
    while (message.len < DH_LOGIN_SIZE + DH_KEY_SIZE)
        bytes_put_u8(&message, 0);
    uint8_t *end = message.data + message.len - 1;
    *end = (uint8_t)((last ? last : *end) - less);
    talk_init(&t, start);
    talk_send(&t, NULL, 0);
    enum auth_step step = talk_send(&t, message.data, message.len);
    assert_true(step != AUTH_BAD || t.verdict.reason);
    talk_fini(&t);
    bytes_fini(&message);
    return step;
}

static void keys_that_make_a_known_secret_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        uint8_t less, last;
        enum auth_step step;
    } rows[] = {
        {"", 0, 0, AUTH_BAD},       /* 0 */
        {"", 0, 1, AUTH_BAD},       /* 1 */
        {"", 0, 2, AUTH_WAIT},      /* 2 */
        {MODULUS, 2, 0, AUTH_WAIT}, /* p - 2 */
        {MODULUS, 1, 0, AUTH_BAD},  /* p - 1, which is -1 */
        {MODULUS, 0, 0, AUTH_BAD},  /* p, which is 0 */
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(send_key(rows[i].key, rows[i].less, rows[i].last), rows[i].step);
}

static void two_connections_have_two_keys(void **state)
{
    (void)state;
    struct bytes out[2];
    for (unsigned i = 0; i < 2; i++) {
        struct auth_verdict verdict;
        struct reader in = reader_over(NULL, 0);
        const char *why = NULL;
        bytes_init(&out[i], SIZE_MAX);
        struct auth_method *m = auth_dh_ops.start(NULL, &out[i], &why);
        assert_int_equal(m->ops->feed(m, &in, &out[i], &verdict), AUTH_MORE);
        assert_int_equal(out[i].len, 4 + 2 * DH_KEY_SIZE);
        m->ops->free(m);
    }
    assert_memory_not_equal(out[0].data, out[1].data, out[0].len);
    bytes_fini(&out[0]);
    bytes_fini(&out[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_is_that_of_another_implementation),
        cmocka_unit_test(a_login_is_decrypted_at_every_cut),
        cmocka_unit_test(texts_without_a_zero_end_with_their_field),
        cmocka_unit_test(keys_that_make_a_known_secret_are_refused),
        cmocka_unit_test(two_connections_have_two_keys),
    };
    return cmocka_run_group_tests_name("auth/dh", tests, NULL, NULL);
}
