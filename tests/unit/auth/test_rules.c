/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/rules.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct rules *read_rules(const char *const *texts, size_t most)
{
    struct rules *rules = NULL;
    const char *why = NULL;
    size_t n = 0, bad = 0;
    while (n < most && texts[n])
        n++;
    assert_int_equal(rules_new(texts, n, &rules, &bad, &why), 0);
    return rules;
}

static void the_nearest_rule_counts(void **state)
{
    (void)state;
#define GROUPS(text) text, sizeof(text)
    static const struct {
        const char *rules[5];
        const char *user, *groups;
        size_t groups_n;
        enum role role;
    } rows[] = {
        {{NULL}, "anyone", GROUPS(""), ROLE_DRIVE},
        {{NULL}, "", GROUPS(""), ROLE_DRIVE},
        {{"alice:drive"}, "alice", GROUPS(""), ROLE_DRIVE},
        {{"alice:drive"}, "bob", GROUPS(""), ROLE_NONE},
        {{"alice:drive"}, "", GROUPS(""), ROLE_NONE},
        {{"alice:drive"}, "Alice", GROUPS(""), ROLE_NONE},
        {{"alice:drive"}, "alice2", GROUPS(""), ROLE_NONE},
        {{"alice:drive", "*:watch"}, "bob", GROUPS(""), ROLE_WATCH},
        {{"alice:drive", "*:watch"}, "", GROUPS(""), ROLE_WATCH},
        {{"*:drive", "bob:watch"}, "bob", GROUPS(""), ROLE_WATCH},
        {{"*:drive", "bob:none"}, "bob", GROUPS(""), ROLE_NONE},
        {{"@ops:admin"}, "carol", GROUPS("staff\0ops"), ROLE_ADMIN},
        {{"@ops:admin"}, "carol", GROUPS("staff\0oops\0ops2"), ROLE_NONE},
        {{"@ops:admin"}, "carol", GROUPS("ops"), ROLE_ADMIN},
        {{"@ops:admin"}, "ops", GROUPS("staff"), ROLE_NONE},
        {{"@ops:admin"}, "@ops", GROUPS("staff"), ROLE_NONE},
        {{"*:drive"}, "*", GROUPS(""), ROLE_DRIVE},
        {{"@staff:watch", "@ops:admin"}, "carol", GROUPS("staff\0ops"), ROLE_ADMIN},
        {{"@ops:admin", "@staff:watch"}, "carol", GROUPS("ops\0staff"), ROLE_ADMIN},
        {{"@ops:admin", "alice:watch"}, "alice", GROUPS("ops"), ROLE_WATCH},
        {{"@guests:none", "*:drive"}, "dave", GROUPS("guests"), ROLE_NONE},
        {{"anonymous:drive", "*:watch"}, "", GROUPS(""), ROLE_DRIVE},
        {{"a:b:drive"}, "a:b", GROUPS(""), ROLE_DRIVE},
        {{"alice@example.org:admin"}, "alice@example.org", GROUPS(""), ROLE_ADMIN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rules *rules = read_rules(rows[i].rules, COUNT(rows[i].rules));
        assert_int_equal(rules_role(rules, rows[i].user, rows[i].groups, rows[i].groups_n),
                         rows[i].role);
        rules_free(&rules);
        assert_null(rules);
    }
}

static void no_rules_at_all_let_everyone_drive(void **state)
{
    (void)state;
    assert_int_equal(rules_role(NULL, "alice", "", 0), ROLE_DRIVE);
    assert_false(rules_need_groups(NULL));
}

static void groups_without_an_end_are_not_read_beyond(void **state)
{
    (void)state;
    struct rules *rules = read_rules((const char *[]){"@ops:drive"}, 1);
    static const char groups[3] = {'o', 'p', 's'};
    assert_int_equal(rules_role(rules, "a", groups, 3), ROLE_DRIVE);
    assert_int_equal(rules_role(rules, "a", groups, 2), ROLE_NONE);
    assert_int_equal(rules_role(rules, "a", NULL, 0), ROLE_NONE);
    rules_free(&rules);
}

static void groups_are_needed_where_a_rule_names_one(void **state)
{
    (void)state;
    struct rules *with = read_rules((const char *[]){"*:watch", "@ops:drive"}, 2);
    struct rules *without = read_rules((const char *[]){"*:watch", "ops:drive"}, 2);
    assert_true(rules_need_groups(with));
    assert_false(rules_need_groups(without));
    rules_free(&with);
    rules_free(&without);
}

static void what_is_no_rule_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *why;
    } rows[] = {
        {"alice", "has no colon: it must be like \"alice:drive\""},
        {"", "has no colon: it must be like \"alice:drive\""},
        {"alice:", "names no role: it is none, watch, drive or admin"},
        {"alice:Drive", "names no role: it is none, watch, drive or admin"},
        {"alice:drive ", "names no role: it is none, watch, drive or admin"},
        {":drive", "names nobody before its colon"},
        {"@:drive", "names nobody before its colon"},
        {" alice:drive", "has a blank or a control character in it"},
        {"al\tice:drive", "has a blank or a control character in it"},
        {"first:watch", "is about someone whom another rule names"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *texts[2] = {"first:drive", rows[i].rule}, *why = NULL;
        struct rules *rules = NULL;
        size_t bad = 0;
        assert_int_equal(rules_new(texts, 2, &rules, &bad, &why), -EINVAL);
        assert_int_equal(bad, 1);
        assert_string_equal(why, rows[i].why);
        assert_null(rules);
    }
}

static void roles_have_names(void **state)
{
    (void)state;
    static const char *const names[] = {"none", "watch", "drive", "admin"};
    enum role role;
    for (unsigned i = 0; i < COUNT(names); i++) {
        assert_int_equal(role_parse(names[i], &role), 0);
        assert_int_equal(role, i);
        assert_string_equal(role_name(role), names[i]);
    }
    assert_int_equal(role_parse("owner", &role), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_rule_counts),
        cmocka_unit_test(no_rules_at_all_let_everyone_drive),
        cmocka_unit_test(groups_without_an_end_are_not_read_beyond),
        cmocka_unit_test(groups_are_needed_where_a_rule_names_one),
        cmocka_unit_test(what_is_no_rule_is_told),
        cmocka_unit_test(roles_have_names),
    };
    return cmocka_run_group_tests_name("auth/rules", tests, NULL, NULL);
}
