/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/plain.h"
#include "tests/unit/hex.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void a_name_and_a_password_are_read_at_every_cut(void **state)
{
    (void)state;
    struct bytes message;
    hex_init(&message, "00000005 00000006 'alice' 'secret' 'next'");
    for (size_t n = 0; n <= message.len; n++) {
        struct auth_login login = {.user = "before"};
        struct reader in = reader_over(message.data, n);
        bool whole = n >= 8 + 5 + 6;
        assert_int_equal(plain_read(&in, &login), whole ? PLAIN_DONE : PLAIN_MORE);
        assert_int_equal(reader_left(&in), whole ? n - (8 + 5 + 6) : n);
        assert_string_equal(login.user, whole ? "alice" : "before");
        assert_string_equal(login.password, whole ? "secret" : "");
    }
    bytes_fini(&message);
}

static void lengths_are_refused_before_their_text_comes(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum plain step;
    } rows[] = {
        {"000000ff 000003ff", PLAIN_MORE},
        {"00000100 00000000", PLAIN_BAD},
        {"00000000 00000400", PLAIN_BAD},
        {"ffffffff 00000001", PLAIN_BAD},
        {"00000001 ffffffff 'a'", PLAIN_BAD},
        {"ffffffff ffffffff", PLAIN_BAD},
        {"00000000 00000000", PLAIN_DONE},
        {"00000002 00000001 'a' 00 'b'", PLAIN_BAD}, /* a name that C would cut short */
        {"00000001 00000002 'a' 'b' 00", PLAIN_BAD},
        {"00000002 00000003 c3a4 e282ac", PLAIN_DONE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct auth_login login;
        struct bytes message;
        hex_init(&message, rows[i].hex);
        struct reader in = reader_over(message.data, message.len);
        assert_int_equal(plain_read(&in, &login), rows[i].step);
        bytes_fini(&message);
    }
}

static void the_longest_texts_fit(void **state)
{
    (void)state;
    struct auth_login login;
    struct bytes message;
    hex_init(&message, "000000ff 000003ff");
    for (unsigned i = 0; i < AUTH_USER_MOST; i++)
        bytes_put_u8(&message, 'u');
    for (unsigned i = 0; i < AUTH_PASSWORD_MOST; i++)
        bytes_put_u8(&message, 'p');
    struct reader in = reader_over(message.data, message.len);
    assert_int_equal(plain_read(&in, &login), PLAIN_DONE);
    assert_int_equal(strlen(login.user), AUTH_USER_MOST);
    assert_int_equal(strlen(login.password), AUTH_PASSWORD_MOST);
    assert_int_equal(reader_left(&in), 0);
    bytes_fini(&message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_and_a_password_are_read_at_every_cut),
        cmocka_unit_test(lengths_are_refused_before_their_text_comes),
        cmocka_unit_test(the_longest_texts_fit),
    };
    return cmocka_run_group_tests_name("auth/plain", tests, NULL, NULL);
}
