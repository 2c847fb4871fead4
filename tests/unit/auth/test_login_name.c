/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/login_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void the_last_at_parts_user_and_machine(void **state)
{
    (void)state;
    static const struct {
        const char *text, *user, *machine; /* user NULL: no name */
    } rows[] = {
        {"alice", "alice", ""},
        {"alice@web1", "alice", "web1"},
        {"alice@web1:1", "alice", "web1:1"},
        {"alice@example.org@web1", "alice@example.org", "web1"},
        {"alice@", "alice", ""},
        {"@web1", NULL, NULL},
        {"", NULL, NULL},
        {"@", NULL, NULL},
        {"a b@c d", "a b", "c d"},
        {"al\nice", NULL, NULL},
        {"alice@web\x7f", NULL, NULL},
        {"J\xc3\xb6rg@web1", "J\xc3\xb6rg", "web1"},
        {"\xe2\x82\xac", "\xe2\x82\xac", ""},
        {"\xf0\x9f\x92\xa9@m", "\xf0\x9f\x92\xa9", "m"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct login_name name = {.user = "before"};
        const char *why = NULL;
        bool ok = login_name_split(rows[i].text, &name, &why);
        assert_int_equal(ok, rows[i].user != NULL);
        assert_int_equal(why != NULL, !ok);
        assert_string_equal(name.user, ok ? rows[i].user : "before");
        assert_string_equal(name.machine, ok ? rows[i].machine : "");
    }
}

static void what_is_not_utf_8_is_no_name(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "\x80",
        "a\xff",
        "\xc3",
        "\xc3(",
        "\xc0\xaf",
        "\xc1\xbf",
        "\xe0\x80\x80",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xe2\x82",
        "\xe2(\xac",
        "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xf8\x88\x80\x80\x80",
        "\xf0\x9f\x92",
    };
    static const char *const good[] = {"\xc2\xa0",        "\xdf\xbf",     "\xe0\xa0\x80",
                                       "\xed\x9f\xbf",    "\xee\x80\x80", "\xf0\x90\x80\x80",
                                       "\xf4\x8f\xbf\xbf"};
    struct login_name name;
    const char *why = NULL;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_false(login_name_split(rows[i], &name, &why));
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(login_name_split(good[i], &name, &why));
}

static void a_text_that_is_too_long_is_no_name(void **state)
{
    (void)state;
    char text[AUTH_USER_MOST + 3];
    struct login_name name;
    const char *why = NULL;
    memset(text, 'a', sizeof(text));
    text[AUTH_USER_MOST] = 0;
    assert_true(login_name_split(text, &name, &why));
    assert_int_equal(strlen(name.user), AUTH_USER_MOST);
    text[AUTH_USER_MOST] = 'a';
    text[AUTH_USER_MOST + 1] = 0;
    assert_false(login_name_split(text, &name, &why));
    assert_string_equal(why, "the user name is too long");
}

static void a_whole_name_keeps_its_at(void **state)
{
    (void)state;
    struct login_name name;
    const char *why = NULL;
    assert_true(login_name_whole("alice@example.org", &name, &why));
    assert_string_equal(name.user, "alice@example.org");
    assert_string_equal(name.machine, "");
    assert_false(login_name_whole("", &name, &why));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_at_parts_user_and_machine),
        cmocka_unit_test(what_is_not_utf_8_is_no_name),
        cmocka_unit_test(a_text_that_is_too_long_is_no_name),
        cmocka_unit_test(a_whole_name_keeps_its_at),
    };
    return cmocka_run_group_tests_name("auth/login_name", tests, NULL, NULL);
}
