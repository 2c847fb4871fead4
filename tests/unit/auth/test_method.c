/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/method.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void methods_are_found_by_name_and_by_type(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint8_t type;
    } rows[] = {{"none", 1}, {"vnc", 2}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct auth_method_ops *ops = auth_method_by_name(rows[i].name);
        assert_non_null(ops);
        assert_ptr_equal(auth_method_by_type(rows[i].type), ops);
        assert_string_equal(ops->name, rows[i].name);
        assert_int_equal(ops->type, rows[i].type);
    }
}

static void what_does_not_exist_is_not_found(void **state)
{
    (void)state;
    static const char *const names[] = {"", "NONE", "vnc ", "x509-nothing"};
    for (size_t i = 0; i < COUNT(names); i++)
        assert_null(auth_method_by_name(names[i]));
    assert_null(auth_method_by_type(0));
    assert_null(auth_method_by_type(255));
}

static void none_lets_anybody_in_without_a_byte(void **state)
{
    (void)state;
    const struct auth_method_ops *ops = auth_method_by_name("none");
    struct auth_verdict verdict = {
        .user = "left over", .watch_only = true, .machine_known = true};
    struct reader in = reader_over("x", 1);
    struct bytes out;
    const char *why = NULL;
    bytes_init(&out, SIZE_MAX);
    struct auth_method *m = ops->start(NULL, &out, &why);
    assert_non_null(m);
    assert_int_equal(m->ops->feed(m, &in, &out, &verdict), AUTH_ACCEPT);
    m->ops->free(m);
    assert_int_equal(out.len, 0);
    assert_int_equal(reader_left(&in), 1);
    assert_string_equal(verdict.user, "");
    assert_false(verdict.watch_only);
    assert_false(verdict.machine_known);
    bytes_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_are_found_by_name_and_by_type),
        cmocka_unit_test(what_does_not_exist_is_not_found),
        cmocka_unit_test(none_lets_anybody_in_without_a_byte),
    };
    return cmocka_run_group_tests_name("auth/method", tests, NULL, NULL);
}
