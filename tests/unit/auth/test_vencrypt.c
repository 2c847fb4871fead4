/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/vencrypt.h"
#include "auth/methods.h"
#include "tests/unit/auth/talk.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static unsigned one_password(void *self, struct vnc_password *list_r)
{
    (void)self;
    list_r[0] = (struct vnc_password){.key = "secret", .machine = 7, .ticket = 99};
    return 1;
}

static const uint32_t all_subtypes[] = {262, 261, 260, 259, 258, 257, 256};
static const struct auth_realm realm = {
    .vnc_passwords = one_password, .subtypes = all_subtypes, .n_subtypes = 7};
static const struct auth_realm certified_realm = {
    .subtypes = all_subtypes, .n_subtypes = 7, .certificate_needed = true};
static const struct auth_realm empty_realm = {.n_subtypes = 0};

/* What the server says before the subtype is chosen: version, agreement, list. */
#define HELLO "0002"
#define LIST                                                                                   \
    "00 07 00000106 00000105 00000104 00000103 00000102 00000101"                              \
    "00000100"

static struct auth_method *start(struct bytes *out)
{
    const char *why = NULL;
    return auth_vencrypt_ops.start(&realm, out, &why);
}

static struct auth_method *start_certified(struct bytes *out)
{
    const char *why = NULL;
    return auth_vencrypt_ops.start(&certified_realm, out, &why);
}

static void assert_said(const struct talk *t, const char *hex)
{
    struct bytes expected;
    hex_init(&expected, hex);
    assert_int_equal(t->out.len, expected.len);
    assert_memory_equal(t->out.data, expected.data, expected.len);
    bytes_fini(&expected);
}

static void each_subtype_asks_for_its_wrap(void **state)
{
    (void)state;
    static const struct {
        const char *sent, *said;
        enum auth_step step;
        enum auth_wrap_kind kind;
    } rows[] = {
        {"0002 00000106", HELLO LIST "01", AUTH_WRAP, AUTH_WRAP_TLS_X509},
        {"0002 00000105", HELLO LIST "01", AUTH_WRAP, AUTH_WRAP_TLS_X509},
        {"0002 00000104", HELLO LIST "01", AUTH_WRAP, AUTH_WRAP_TLS_X509},
        {"0002 00000103", HELLO LIST "01", AUTH_WRAP, AUTH_WRAP_TLS_ANON},
        {"0002 00000102", HELLO LIST "01", AUTH_WRAP, AUTH_WRAP_TLS_ANON},
        {"0002 00000101", HELLO LIST "01", AUTH_WRAP, AUTH_WRAP_TLS_ANON},
        {"0002 00000100", HELLO LIST, AUTH_MORE, 0},
        {"0002 00000107", HELLO LIST "00", AUTH_BAD, 0},
        {"0002 00000002", HELLO LIST "00", AUTH_BAD, 0},
        {"0002 ffffffff", HELLO LIST "00", AUTH_BAD, 0},
        {"0000", HELLO "ff", AUTH_BAD, 0},
        {"0001 01", HELLO "ff", AUTH_BAD, 0},
        {"0003", HELLO "ff", AUTH_BAD, 0},
        {"0102", HELLO "ff", AUTH_BAD, 0},
        {"0002 000001", HELLO LIST, AUTH_MORE, 0},
        {"00", HELLO, AUTH_MORE, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t at_once = 0; at_once < 6; at_once++) {
            struct talk t;
            talk_init(&t, start);
            assert_int_equal(talk_send_hex(&t, rows[i].sent, at_once), rows[i].step);
            assert_said(&t, rows[i].said);
            assert_true(rows[i].step != AUTH_BAD || t.verdict.reason);
            if (rows[i].step == AUTH_WRAP)
                assert_int_equal(t.method->wrap.kind, rows[i].kind);
            talk_fini(&t);
        }
}

static void a_type_of_the_table_is_refused_when_it_is_not_offered(void **state)
{
    (void)state;
    static const uint32_t one[] = {262};
    static const struct auth_realm narrow = {.subtypes = one, .n_subtypes = 1};
    struct talk t = {0};
    const char *why = NULL;
    bytes_init(&t.in, SIZE_MAX);
    bytes_init(&t.out, SIZE_MAX);
    t.method = auth_vencrypt_ops.start(&narrow, &t.out, &why);
    assert_int_equal(talk_send_hex(&t, "0002 00000100", 0), AUTH_BAD);
    assert_said(&t, "0002 00 01 00000106 00");
    talk_fini(&t);
}

static void without_subtypes_it_does_not_begin(void **state)
{
    (void)state;
    struct bytes out;
    const char *why = NULL;
    bytes_init(&out, SIZE_MAX);
    assert_null(auth_vencrypt_ops.start(&empty_realm, &out, &why));
    assert_non_null(why);
    assert_int_equal(out.len, 0);
}

/* Goes behind the wrap; bytes that came before it are the wrap's, not the method's. */
static void go_inside(struct talk *t, uint32_t subtype, const char *user)
{
    uint8_t choice[6] = {0, 2, 0, 0, 1, (uint8_t)subtype};
    assert_int_equal(talk_send(t, choice, sizeof(choice)), AUTH_WRAP);
    assert_int_equal(talk_send(t, NULL, 0), AUTH_WRAP);
    t->method->ops->wrapped(t->method, &(struct auth_peer){.user = user});
    bytes_clear(&t->out);
}

static void bytes_before_the_wrap_are_left_for_it(void **state)
{
    (void)state;
    struct talk t;
    talk_init(&t, start);
    assert_int_equal(talk_send_hex(&t, "0002 00000106 160301 02", 0), AUTH_WRAP);
    assert_int_equal(t.in.len, 4);
    talk_fini(&t);
}

static void plain_waits_for_the_check_and_tells_what_came_of_it(void **state)
{
    (void)state;
    static const uint32_t rows[] = {VENCRYPT_X509_PLAIN, VENCRYPT_TLS_PLAIN};
    for (size_t i = 0; i < COUNT(rows) * 2; i++) {
        struct talk t;
        bool ok = i % 2;
        const struct auth_verdict checked = {.user = "alice", .reason = ok ? NULL : "no"};
        talk_init(&t, start);
        go_inside(&t, rows[i / 2], NULL);
        assert_int_equal(talk_send(&t, NULL, 0), AUTH_MORE);
        assert_int_equal(talk_send_hex(&t, "00000005 00000003 'alice' 'pwd' 01", 1), AUTH_WAIT);
        assert_string_equal(t.method->login->user, "alice");
        assert_string_equal(t.method->login->password, "pwd");
        assert_int_equal(talk_send_hex(&t, "01", 0), AUTH_WAIT); /* ClientInit, early */
        t.method->ops->resume(t.method, ok, &checked);
        assert_null(t.method->login);
        assert_int_equal(talk_send(&t, NULL, 0), ok ? AUTH_ACCEPT : AUTH_REJECT);
        assert_string_equal(t.verdict.user, "alice");
        assert_ptr_equal(t.verdict.reason, checked.reason);
        assert_int_equal(t.in.len, 1);
        talk_fini(&t);
    }
}

static void plain_needs_no_wrap_of_its_own(void **state)
{
    (void)state;
    struct talk t;
    talk_init(&t, start);
    assert_int_equal(talk_send_hex(&t, "0002 00000100 00000001 00000001 'ap'", 0), AUTH_WAIT);
    assert_string_equal(t.method->login->user, "a");
    assert_string_equal(t.method->login->password, "p");
    talk_fini(&t);
}

static void texts_beyond_their_limits_are_rejected(void **state)
{
    (void)state;
    struct talk t;
    talk_init(&t, start);
    go_inside(&t, VENCRYPT_X509_PLAIN, NULL);
    assert_int_equal(talk_send_hex(&t, "00000100 00000001", 0), AUTH_REJECT);
    assert_string_equal(t.verdict.reason, "the user name or the password is too long");
    talk_fini(&t);
}

static void none_lets_in_whom_the_certificate_names(void **state)
{
    (void)state;
    static const struct {
        uint32_t subtype;
        const char *user;
        bool needed;
        enum auth_step step;
        const char *name;
    } rows[] = {
        {VENCRYPT_X509_NONE, NULL, false, AUTH_ACCEPT, ""},
        {VENCRYPT_TLS_NONE, NULL, false, AUTH_ACCEPT, ""},
        {VENCRYPT_X509_NONE, "alice", false, AUTH_ACCEPT, "alice"},
        {VENCRYPT_X509_NONE, "alice", true, AUTH_ACCEPT, "alice"},
        {VENCRYPT_X509_NONE, NULL, true, AUTH_REJECT, ""},
        {VENCRYPT_X509_NONE, "", true, AUTH_REJECT, ""},
        {VENCRYPT_TLS_NONE, NULL, true, AUTH_REJECT, ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct talk t;
        talk_init(&t, rows[i].needed ? start_certified : start);
        go_inside(&t, rows[i].subtype, rows[i].user);
        assert_int_equal(talk_send(&t, NULL, 0), rows[i].step);
        assert_string_equal(t.verdict.user, rows[i].name);
        assert_int_equal(t.out.len, 0);
        talk_fini(&t);
    }
}

static void vnc_inside_is_the_method_vnc(void **state)
{
    (void)state;
    static const uint32_t rows[] = {VENCRYPT_X509_VNC, VENCRYPT_TLS_VNC};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct talk t;
        uint8_t wrong[16] = {1};
        talk_init(&t, start);
        go_inside(&t, rows[i], "alice");
        assert_int_equal(talk_send(&t, NULL, 0), AUTH_MORE);
        assert_int_equal(t.out.len, 16);
        assert_int_equal(talk_send(&t, wrong, sizeof(wrong)), AUTH_REJECT);
        assert_string_equal(t.verdict.user, "");
        talk_fini(&t);
    }
}

static void subtypes_have_the_names_of_the_configuration(void **state)
{
    (void)state;
    static const struct {
        uint32_t subtype;
        const char *name;
    } rows[] = {{256, "plain"},     {257, "tls-none"}, {258, "tls-vnc"},   {259, "tls-plain"},
                {260, "x509-none"}, {261, "x509-vnc"}, {262, "x509-plain"}};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(vencrypt_subtype_name(rows[i].subtype), rows[i].name);
    assert_null(vencrypt_subtype_name(255));
    assert_null(vencrypt_subtype_name(263));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_subtype_asks_for_its_wrap),
        cmocka_unit_test(a_type_of_the_table_is_refused_when_it_is_not_offered),
        cmocka_unit_test(without_subtypes_it_does_not_begin),
        cmocka_unit_test(bytes_before_the_wrap_are_left_for_it),
        cmocka_unit_test(plain_waits_for_the_check_and_tells_what_came_of_it),
        cmocka_unit_test(plain_needs_no_wrap_of_its_own),
        cmocka_unit_test(texts_beyond_their_limits_are_rejected),
        cmocka_unit_test(none_lets_in_whom_the_certificate_names),
        cmocka_unit_test(vnc_inside_is_the_method_vnc),
        cmocka_unit_test(subtypes_have_the_names_of_the_configuration),
    };
    return cmocka_run_group_tests_name("auth/vencrypt", tests, NULL, NULL);
}
