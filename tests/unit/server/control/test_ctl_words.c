/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/control/ctl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS_MOST = 6 };

static void words_fill_the_arguments_of_the_table(void **state)
{
    (void)state;
    static const struct {
        enum command_id id;
        const char *words[WORDS_MOST];
        const char *values[ARGUMENTS_MOST];
        int n_list;
        bool json;
    } rows[] = {
        {COMMAND_MACHINES, {NULL}, {NULL}, 0, false},
        {COMMAND_MACHINES, {"--json"}, {NULL}, 0, true},
        {COMMAND_ATTACH, {"web1", "qmp:/x"}, {"web1", "qmp:/x"}, 0, false},
        {COMMAND_SCREENSHOT, {"web1", "-"}, {"web1", "-"}, 0, false},
        {COMMAND_SCREENSHOT,
         {"--head", "1", "web1", "x.png"},
         {"web1", "x.png", "1"},
         0,
         false},
        {COMMAND_SCREENSHOT, {"web1", "--head=1", "x.png"}, {"web1", "x.png", "1"}, 0, false},
        {COMMAND_SCREENSHOT, {"web1", "x.png", "--head="}, {"web1", "x.png", ""}, 0, false},
        {COMMAND_TYPE, {"web1", "--", "-x"}, {"web1", "-x"}, 0, false},
        {COMMAND_TYPE, {"--", "web1", "--json"}, {"web1", "--json"}, 0, false},
        {COMMAND_TYPE, {"web1", ""}, {"web1", ""}, 0, false},
        {COMMAND_KEYS, {"web1", "f1", "a", "b"}, {"web1", "f1"}, 3, false},
        {COMMAND_KEYS, {"web1", "f1", "--json"}, {"web1", "f1"}, 1, true},
        {COMMAND_KEYS, {"web1", "--force", "f1"}, {"web1", "f1", ""}, 1, false},
        {COMMAND_CONTROL, {"web1", "take"}, {"web1", "take"}, 0, false},
        {COMMAND_CONTROL, {"web1", "give", "bob"}, {"web1", "give", "bob"}, 0, false},
        {COMMAND_CONTROL,
         {"web1", "release", "--user", "bob"},
         {"web1", "release", NULL, "bob"},
         0,
         false},
        {COMMAND_TICKET, {"web1"}, {"web1"}, 0, false},
        {COMMAND_TICKET,
         {"--user", "alice", "--vnc", "web1", "--ttl=9"},
         {"web1", "alice", NULL, "9", ""},
         0,
         false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *argv[WORDS_MOST];
        int argc = 0;
        for (; argc < WORDS_MOST && rows[i].words[argc]; argc++)
            argv[argc] = (char *)rows[i].words[argc];
        struct ctl_words w;
        char *why;
        assert_true(ctl_words_read(&w, &commands[rows[i].id], argc, argv, &why));
        for (int k = 0; k < ARGUMENTS_MOST; k++) {
            assert_int_equal(w.values[k] != NULL, rows[i].values[k] != NULL);
            if (w.values[k])
                assert_string_equal(w.values[k], rows[i].values[k]);
        }
        assert_int_equal(w.n_list, rows[i].n_list);
        assert_int_equal(w.json, rows[i].json);
        assert_false(w.help);
    }
}

static void wrong_command_lines_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        enum command_id id;
        const char *words[WORDS_MOST];
        const char *why;
    } rows[] = {
        {COMMAND_MACHINES, {"x"}, "'x' is one word too many"},
        {COMMAND_ATTACH, {NULL}, "NAME is missing"},
        {COMMAND_ATTACH, {"web1"}, "PLACE is missing"},
        {COMMAND_ATTACH, {"a", "b", "c"}, "'c' is one word too many"},
        {COMMAND_KEYS, {"web1"}, "KEYS is missing"},
        {COMMAND_SCREENSHOT, {"web1", "x", "--head"}, "--head needs a value"},
        {COMMAND_SCREENSHOT,
         {"web1", "x", "--tail=1"},
         "unknown option --tail=1 (write -- before a word that begins with '-')"},
        {COMMAND_TICKET, {"web1", "--vnc=1"}, "--vnc takes no value"},
        {COMMAND_TICKET, {"web1", "--role"}, "--role needs a value"},
        {COMMAND_TYPE,
         {"web1", "-x"},
         "unknown option -x (write -- before a word that begins with '-')"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *argv[WORDS_MOST];
        int argc = 0;
        for (; argc < WORDS_MOST && rows[i].words[argc]; argc++)
            argv[argc] = (char *)rows[i].words[argc];
        struct ctl_words w;
        char *why;
        assert_false(ctl_words_read(&w, &commands[rows[i].id], argc, argv, &why));
        assert_string_equal(why, rows[i].why);
        free(why);
    }
}

static void help_wants_no_arguments(void **state)
{
    (void)state;
    char *argv[] = {(char *)"--help"};
    struct ctl_words w;
    char *why;
    assert_true(ctl_words_read(&w, &commands[COMMAND_ATTACH], 1, argv, &why));
    assert_true(w.help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_fill_the_arguments_of_the_table),
        cmocka_unit_test(wrong_command_lines_are_told_apart),
        cmocka_unit_test(help_wants_no_arguments),
    };
    return cmocka_run_group_tests_name("ctl_words", tests, NULL, NULL);
}
