/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/base/groups.h"
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static void peer_text_is_quoted_and_escaped(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        const char *quoted;
    } rows[] = {
        {"alice", 5, "'alice'"},
        {"", 0, "''"},
        {"a b~", 4, "'a b~'"},
        {"it's", 4, "'it\\x27s'"},
        {"back\\slash", 10, "'back\\x5cslash'"},
        {"two\nlines\r\x1b[31m", 15, "'two\\x0alines\\x0d\\x1b[31m'"},
        {"\x7f\x80\xff", 3, "'\\x7f\\x80\\xff'"},
        {"nul\0inside", 10, "'nul\\x00inside'"},
        {"%s%n", 4, "'%s%n'"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(log_quote_bytes(rows[i].text, rows[i].n).text, rows[i].quoted);
}

static void a_string_is_quoted_up_to_its_end(void **state)
{
    (void)state;
    assert_string_equal(log_quote("bob"), "'bob'");
}

static void long_text_is_cut_after_sixty_bytes(void **state)
{
    (void)state;
    char text[200], expected[300] = "'";
    memset(text, 1, sizeof(text));
    for (int i = 0; i < 60; i++)
        strcat(expected, "\\x01");
    strcat(expected, "'");
    assert_string_equal(log_quote_bytes(text, 60).text, expected);
    strcpy(expected + strlen(expected) - 1, "..'");
    assert_string_equal(log_quote_bytes(text, 61).text, expected);
    assert_string_equal(log_quote_bytes(text, sizeof(text)).text, expected);
}

/* What the lines below write to stderr, caught in a file. */
static void write_lines(void)
{
    log_error("one %d", 1);
    log_warning("two");
    log_info("three");
    log_debug("four");
}

static void assert_lines(const char *expected)
{
    char got[300] = "";
    FILE *file = tmpfile();
    assert_non_null(file);
    int before = dup(STDERR_FILENO);
    assert_true(before >= 0);
    dup2(fileno(file), STDERR_FILENO);
    write_lines();
    dup2(before, STDERR_FILENO);
    close(before);
    rewind(file);
    got[fread(got, 1, sizeof(got) - 1, file)] = 0;
    fclose(file);
    assert_string_equal(got, expected);
}

static void lines_above_the_level_are_left_out(void **state)
{
    (void)state;
    unsetenv("JOURNAL_STREAM");
    assert_lines("error: one 1\nwarning: two\nthree\n");
    log_set_level(LOG_LEVEL_DEBUG);
    assert_lines("error: one 1\nwarning: two\nthree\ndebug: four\n");
    log_set_level(LOG_LEVEL_ERROR);
    assert_lines("error: one 1\n");
    log_set_level(LOG_LEVEL_INFO);
}

static void the_journal_gets_priorities(void **state)
{
    (void)state;
    setenv("JOURNAL_STREAM", "8:1", 1);
    assert_lines("<3>one 1\n<4>two\n<6>three\n");
    unsetenv("JOURNAL_STREAM");
}

int test_log(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(peer_text_is_quoted_and_escaped),
        cmocka_unit_test(a_string_is_quoted_up_to_its_end),
        cmocka_unit_test(long_text_is_cut_after_sixty_bytes),
        cmocka_unit_test(lines_above_the_level_are_left_out),
        cmocka_unit_test(the_journal_gets_priorities),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
