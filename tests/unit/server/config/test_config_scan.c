/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/config_scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void words_and_strings_come_out_as_single_quoted_strings(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"", ""},
        {"server { listen = {a, 'b'} }", "'server' {'listen' ={'a' ,'b' }}"},
        {"a = b", "'a' ='b' "},
        {"a = \"x ${HOME} y\"", "'a' ='x ${HOME} y' "},
        {"a = '*'", "'a' ='*' "},
        {"a = \"it's\"", "'a' ='it\\'s' "},
        {"a = \"a\\\\b\\\"c\"", "'a' ='a\\\\b\"c' "},
        {"a = 'x\\'y'", "'a' ='x\\'y' "},
        {"a = /run//x/ # c\nb = c", "'a' ='/run//x/' \n'b' ='c' "},
        {"a = \"#no // comment /* here\"", "'a' ='#no // comment /* here' "},
        {"# c\n// d\n/* e\n f */ a = b\r\n", "\n\n\n'a' ='b' \n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int line;
        char *why = NULL, *plain = config_scan(rows[i].in, strlen(rows[i].in), &line, &why);
        assert_non_null(plain);
        assert_string_equal(plain, rows[i].out);
        free(plain);
    }
}

static void faults_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        int line;
        const char *why;
    } rows[] = {
        {"a = *", 1, "'*' must stand inside quotes"},
        {"a = b*c", 1, "'*' must stand inside quotes"},
        {"# x\n\nmachine * { }", 3, "'*' must stand inside quotes"},
        {"a = ${HOME}", 1, "'$' must stand inside quotes"},
        {"a += b", 1, "'+' must stand inside quotes"},
        {"include(\"x\")", 1, "'(' must stand inside quotes"},
        {"a = b#c", 1, "'#' must stand inside quotes"},
        {"a = b;", 1, "';' has no place here: settings end without one"},
        {"a = \"b\nc\"", 1, "a string is not closed: \" is missing"},
        {"a = 'b", 1, "a string is not closed: ' is missing"},
        {"a = \"\\n\"", 1, "in a string, \\ stands before \\ or \" only"},
        {"a = \"\\", 1, "in a string, \\ stands before \\ or \" only"},
        {"a = \"x\ay\"", 1, "a string holds a control character"},
        {"a = \v", 1, "byte 0x0b is not text"},
        {"a = \x7f", 1, "byte 0x7f is not text"},
        {"x = y\n/* a\nb", 3, "the comment that begins in line 2 has no end"},
        {"server {\n a = b\n\n", 4,
         "the file ends inside the section that begins in line 1: '}' is missing"},
        {"server { a = {b", 1, "the file ends inside a list: '}' is missing"},
        {"server", 1, "the file ends behind 'server'"},
        {"server {} }", 1, "'}' closes nothing"},
        {"server {\nauth {", 2,
         "no section stands inside a section: '}' is missing, or '=' before '{'"},
        {"server {}\nauth {}\nserver {}", 3, "section 'server' stands here twice"},
        {"machine a {}\nmachine b {}\nmachine \"a\" {}", 3,
         "section 'machine a' stands here twice"},
        {"server { a = b\n a = c }", 2, "option 'a' stands here twice"},
        {"server { a = {b, c}\n x = y a = {} }", 2, "option 'a' stands here twice"},
        {"a = b, c", 1, "',' stands in lists only, like {a, b}"},
        {"{}\n{}", 2, "section '' stands here twice"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int line = 0;
        char *why = NULL;
        assert_null(config_scan(rows[i].in, strlen(rows[i].in), &line, &why));
        assert_string_equal(why, rows[i].why);
        assert_int_equal(line, rows[i].line);
        free(why);
    }
}

static void a_zero_byte_is_a_fault_anywhere(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        size_t n;
    } rows[] = {{"\0", 1}, {"a\0", 2}, {"a = \0", 5}, {"a = \"b\0\"", 8}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int line = 0;
        char *why = NULL;
        assert_null(config_scan(rows[i].in, rows[i].n, &line, &why));
        free(why);
    }
}

/* The same option may stand in two sections, and a value may look like an option. */
static void names_are_counted_in_their_own_section(void **state)
{
    (void)state;
    static const char in[] = "server { a = a } auth { a = {a, a} b = a }";
    int line;
    char *why = NULL, *plain = config_scan(in, strlen(in), &line, &why);
    assert_non_null(plain);
    free(plain);
}

static void every_proper_prefix_ends_in_plain_text_or_a_cause(void **state)
{
    (void)state;
    static const char in[] = "# a\nserver { listen = {\"x\\\"y\", 'z'} /* c\n */ control = "
                             "/a//b }\nmachine \"*\" { }\n";
    for (size_t n = 0; n < sizeof(in); n++) {
        int line = 0;
        char *why = NULL, *copy = malloc(n + 1);
        memcpy(copy, in, n);
        char *plain = config_scan(copy, n, &line, &why);
        assert_true((plain != NULL) != (why != NULL));
        free(plain);
        free(why);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_strings_come_out_as_single_quoted_strings),
        cmocka_unit_test(faults_are_told_with_their_line),
        cmocka_unit_test(a_zero_byte_is_a_fault_anywhere),
        cmocka_unit_test(names_are_counted_in_their_own_section),
        cmocka_unit_test(every_proper_prefix_ends_in_plain_text_or_a_cause),
    };
    return cmocka_run_group_tests_name("config_scan", tests, NULL, NULL);
}
