/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/client_name.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void a_rule_picks_the_user_out_of_a_subject(void **state)
{
    (void)state;
    static const struct client_subject alice = {
        .cn = "Alice Adams", .uid = "alice", .email = "alice.adams@Example.org"};
    static const struct client_subject odd = {
        .cn = "al\nice", .uid = "", .email = "@example.org"};
    static const struct client_subject two = {.email = "a@b@example.org", .cn = "example.org"};
    static const struct {
        const char *rule;
        const struct client_subject *subject;
        const char *user; /* NULL: nobody */
    } rows[] = {
        {"cn", &alice, "Alice Adams"},
        {"CN", &alice, "Alice Adams"},
        {"uid", &alice, "alice"},
        {"email", &alice, "alice.adams@Example.org"},
        {"email@example.org", &alice, "alice.adams"},
        {"email@example.com", &alice, NULL},
        {"email@ample.org", &alice, NULL},
        {"email@org", &alice, NULL},
        {"uid@example.org", &alice, NULL},
        {"cn", &odd, NULL},
        {"uid", &odd, NULL},
        {"email", &odd, "@example.org"},
        {"email@example.org", &odd, NULL},
        {"email@example.org", &two, "a@b"},
        {"cn@example.org", &two, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct client_name_rule rule;
        char user[AUTH_USER_MOST + 1] = "before";
        const char *why = NULL;
        assert_int_equal(client_name_rule_parse(rows[i].rule, &rule, &why), 0);
        assert_int_equal(client_name(&rule, rows[i].subject, user, &why), rows[i].user != NULL);
        assert_string_equal(user, rows[i].user ? rows[i].user : "before");
        assert_int_equal(why != NULL, rows[i].user == NULL);
    }
}

static void what_is_no_rule_is_told(void **state)
{
    (void)state;
    static const char *const rows[] = {"",       "c",      "dn",     "cnn",
                                       "email@", "@a.org", "cn@a@b", "cn "};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct client_name_rule rule;
        const char *why = NULL;
        assert_int_equal(client_name_rule_parse(rows[i], &rule, &why), -EINVAL);
        assert_non_null(why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_picks_the_user_out_of_a_subject),
        cmocka_unit_test(what_is_no_rule_is_told),
    };
    return cmocka_run_group_tests_name("auth/client_name", tests, NULL, NULL);
}
