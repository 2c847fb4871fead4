/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/vnc.h"
#include "tests/unit/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* The challenge of all these tests: 00 11 22 .. ff. */
static void count_up(void *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((uint8_t *)p)[i] = (uint8_t)(i * 0x11);
}

/*
 * Answers to it, computed with OpenSSL's DES in ECB mode from keys mirrored by hand;
 * LibVNCServer's rfbEncryptBytes agrees, but for the empty password, which its library refuses
 * as a weak key.
 */
static const struct known {
    const char *password, *response;
} known[] = {
    {"", "74f4ae777aa431e89ca4757b2414f4d7"},
    {"a", "dfd0c9ce0d7d22da744cba97f6cc88b6"},
    {"s3cr3t!", "2cdf8ca0abc9ec69bb76926255e35f12"},
    {"password", "b7b9c87777661a7a2299733209bfdfce"},
    {"\xe4\xf6\xfc", "f80f2b1444b91a5b7ff425fb71752f79"},
};

static struct vnc_password password_of(const char *text)
{
    struct vnc_password p = {0};
    memcpy(p.key, text, strlen(text) < sizeof(p.key) ? strlen(text) : sizeof(p.key));
    return p;
}

struct fake_realm {
    struct auth_realm realm;
    struct vnc_password list[VNC_PASSWORDS_MOST];
    unsigned n, asked;
};

static unsigned give_passwords(void *self, struct vnc_password *list_r)
{
    struct fake_realm *f = self;
    f->asked++;
    memcpy(list_r, f->list, f->n * sizeof(f->list[0]));
    return f->n;
}

static void realm_init(struct fake_realm *f)
{
    *f = (struct fake_realm){.realm = {.vnc_passwords = give_passwords, .self = f}};
}

static void realm_add(struct fake_realm *f, const char *text, bool watch_only, unsigned machine)
{
    f->list[f->n] = password_of(text);
    f->list[f->n].watch_only = watch_only;
    f->list[f->n++].machine = machine;
}

/* One conversation with this response, cut at `cut`. */
static enum auth_step answer(struct fake_realm *f, const char *response, size_t cut,
                             struct auth_verdict *verdict_r)
{
    struct bytes out, in;
    bytes_init(&out, SIZE_MAX);
    hex_init(&in, response);
    struct auth_method *m = vnc_start(&f->realm, &out, count_up);
    assert_non_null(m);
    assert_int_equal(out.len, VNC_CHALLENGE_SIZE);
    assert_int_equal(out.data[15], 0xff);
    if (cut) {
        struct reader begin = reader_over(in.data, cut);
        assert_int_equal(m->ops->feed(m, &begin, &out, verdict_r), AUTH_MORE);
        assert_int_equal(reader_left(&begin), cut);
        assert_int_equal(f->asked, 0);
    }
    struct reader all = reader_over(in.data, in.len);
    enum auth_step step = m->ops->feed(m, &all, &out, verdict_r);
    assert_int_equal(reader_left(&all), in.len - VNC_CHALLENGE_SIZE);
    assert_int_equal(out.len, VNC_CHALLENGE_SIZE);
    m->ops->free(m);
    bytes_fini(&out);
    bytes_fini(&in);
    return step;
}

static void responses_are_those_of_other_implementations(void **state)
{
    (void)state;
    uint8_t challenge[VNC_CHALLENGE_SIZE], response[VNC_CHALLENGE_SIZE];
    count_up(challenge, sizeof(challenge));
    for (size_t i = 0; i < COUNT(known); i++) {
        struct vnc_password p = password_of(known[i].password);
        struct bytes expected;
        hex_init(&expected, known[i].response);
        vnc_respond(response, p.key, challenge);
        assert_memory_equal(response, expected.data, sizeof(response));
        bytes_fini(&expected);
    }
}

static void the_right_response_is_accepted_at_every_cut(void **state)
{
    (void)state;
    for (size_t cut = 0; cut < VNC_CHALLENGE_SIZE; cut++) {
        struct fake_realm f;
        struct auth_verdict verdict;
        realm_init(&f);
        realm_add(&f, "s3cr3t!", false, 0);
        assert_int_equal(answer(&f, known[2].response, cut, &verdict), AUTH_ACCEPT);
        assert_string_equal(verdict.user, "");
        assert_false(verdict.watch_only);
    }
}

static void what_follows_the_response_is_left_alone(void **state)
{
    (void)state;
    struct fake_realm f;
    struct auth_verdict verdict;
    realm_init(&f);
    realm_add(&f, "a", false, 0);
    assert_int_equal(answer(&f, "dfd0c9ce0d7d22da744cba97f6cc88b6 01 ff", 0, &verdict),
                     AUTH_ACCEPT);
}

static void every_wrong_bit_is_rejected(void **state)
{
    (void)state;
    struct bytes right;
    hex_init(&right, known[3].response);
    for (unsigned bit = 0; bit < VNC_CHALLENGE_SIZE * 8; bit++) {
        struct fake_realm f;
        struct auth_verdict verdict;
        char text[VNC_CHALLENGE_SIZE * 2 + 1];
        realm_init(&f);
        realm_add(&f, "password", false, 0);
        right.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        for (unsigned i = 0; i < VNC_CHALLENGE_SIZE; i++)
            snprintf(text + i * 2, 3, "%02x", right.data[i]);
        right.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(answer(&f, text, 0, &verdict), AUTH_REJECT);
        assert_string_equal(verdict.reason, "authentication failed");
    }
    bytes_fini(&right);
}

static void the_verdict_tells_which_password_it_was(void **state)
{
    (void)state;
    static const struct {
        const char *response;
        enum auth_step step;
        bool watch_only;
        unsigned machine;
    } rows[] = {
        {"dfd0c9ce0d7d22da744cba97f6cc88b6", AUTH_ACCEPT, false, 7},
        {"2cdf8ca0abc9ec69bb76926255e35f12", AUTH_ACCEPT, true, 7},
        {"b7b9c87777661a7a2299733209bfdfce", AUTH_ACCEPT, false, 9}, /* the first of two */
        {"f80f2b1444b91a5b7ff425fb71752f79", AUTH_REJECT, false, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fake_realm f;
        struct auth_verdict verdict;
        realm_init(&f);
        realm_add(&f, "a", false, 7);
        realm_add(&f, "s3cr3t!", true, 7);
        realm_add(&f, "password", false, 9);
        realm_add(&f, "password", true, 11);
        assert_int_equal(answer(&f, rows[i].response, 0, &verdict), rows[i].step);
        assert_int_equal(verdict.watch_only, rows[i].watch_only);
        assert_int_equal(verdict.machine, rows[i].machine);
        assert_int_equal(verdict.machine_known, rows[i].step == AUTH_ACCEPT);
        assert_int_equal(f.asked, 1);
    }
}

static void without_passwords_nobody_comes_in(void **state)
{
    (void)state;
    struct fake_realm f;
    struct auth_verdict verdict;
    realm_init(&f);
    assert_int_equal(answer(&f, known[0].response, 0, &verdict), AUTH_REJECT);
}

static void a_full_list_is_searched_to_its_last(void **state)
{
    (void)state;
    struct fake_realm f;
    struct auth_verdict verdict;
    realm_init(&f);
    for (unsigned i = 1; i < VNC_PASSWORDS_MOST; i++)
        realm_add(&f, "wrong", false, i);
    realm_add(&f, "a", true, 99);
    assert_int_equal(f.n, VNC_PASSWORDS_MOST);
    assert_int_equal(answer(&f, known[1].response, 0, &verdict), AUTH_ACCEPT);
    assert_int_equal(verdict.machine, 99);
}

static void challenges_differ(void **state)
{
    (void)state;
    const struct auth_method_ops *ops = auth_method_by_type(2);
    struct fake_realm f;
    struct bytes out;
    const char *why = NULL;
    realm_init(&f);
    bytes_init(&out, SIZE_MAX);
    for (unsigned i = 0; i < 2; i++) {
        struct auth_method *m = ops->start(&f.realm, &out, &why);
        assert_non_null(m);
        ops->free(m);
    }
    assert_int_equal(out.len, 2 * VNC_CHALLENGE_SIZE);
    assert_memory_not_equal(out.data, out.data + VNC_CHALLENGE_SIZE, VNC_CHALLENGE_SIZE);
    bytes_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(responses_are_those_of_other_implementations),
        cmocka_unit_test(the_right_response_is_accepted_at_every_cut),
        cmocka_unit_test(what_follows_the_response_is_left_alone),
        cmocka_unit_test(every_wrong_bit_is_rejected),
        cmocka_unit_test(the_verdict_tells_which_password_it_was),
        cmocka_unit_test(without_passwords_nobody_comes_in),
        cmocka_unit_test(a_full_list_is_searched_to_its_last),
        cmocka_unit_test(challenges_differ),
    };
    return cmocka_run_group_tests_name("auth/vnc", tests, NULL, NULL);
}
