/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/control/commands.h"
#include "base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_command_is_complete(void **state)
{
    (void)state;
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        const struct command *c = &commands[id];
        assert_non_null(c->verb);
        assert_non_null(c->method);
        assert_non_null(c->summary);
        if (id != COMMAND_METRICS) /* Prometheus looks there */
            assert_memory_equal(c->path, "/v1/", 4);
        assert_int_equal(command_by_verb(c->verb), id);
    }
    assert_int_equal(command_by_verb("nonsense"), COMMAND_COUNT);
    assert_int_equal(command_by_verb(""), COMMAND_COUNT);
}

static void no_two_commands_have_one_method_and_path(void **state)
{
    (void)state;
    for (enum command_id a = 0; a < COMMAND_COUNT; a++)
        for (enum command_id b = 0; b < a; b++)
            assert_false(strcmp(commands[a].method, commands[b].method) == 0 &&
                         strcmp(commands[a].path, commands[b].path) == 0);
}

/* Every {key} of a path is an argument, and every such argument stands in the path. */
static void paths_and_arguments_agree(void **state)
{
    (void)state;
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        int keys = 0, arguments = 0;
        for (const char *p = commands[id].path; (p = strchr(p, '{')); p++)
            keys++;
        for (int i = 0; i < ARGUMENTS_MOST && commands[id].arguments[i].name; i++) {
            const struct argument *a = &commands[id].arguments[i];
            assert_true(a->place == ARGUMENT_FILE || a->key);
            arguments += a->place == ARGUMENT_PATH;
        }
        assert_int_equal(keys, arguments);
    }
}

static void paths_match_whole_and_decode_their_parts(void **state)
{
    (void)state;
    static const struct {
        enum command_id id;
        const char *path, *name; /* NULL: no match */
    } rows[] = {
        {COMMAND_DETACH, "/v1/machines/web1", "web1"},
        {COMMAND_DETACH, "/v1/machines/a%20b", "a b"},
        {COMMAND_DETACH, "/v1/machines/%41%62%c3%bC", "Ab\xc3\xbc"},
        {COMMAND_DETACH, "/v1/machines/a%2Fb", "a/b"},
        {COMMAND_DETACH, "/v1/machines/", NULL},
        {COMMAND_DETACH, "/v1/machines", NULL},
        {COMMAND_DETACH, "/v1/machines/a/", NULL},
        {COMMAND_DETACH, "/v1/machines/a/b", NULL},
        {COMMAND_DETACH, "/v1/machines/%", NULL},
        {COMMAND_DETACH, "/v1/machines/%4", NULL},
        {COMMAND_DETACH, "/v1/machines/%4g", NULL},
        {COMMAND_DETACH, "/v1/machines/%00", NULL},
        {COMMAND_DETACH, "/v1/machines/a%00b", NULL},
        {COMMAND_DETACH, "/v2/machines/a", NULL},
        {COMMAND_DETACH, "", NULL},
        {COMMAND_SCREENSHOT, "/v1/machines/web1/screenshot", "web1"},
        {COMMAND_SCREENSHOT, "/v1/machines/screenshot/screenshot", "screenshot"},
        {COMMAND_SCREENSHOT, "/v1/machines/web1/screenshots", NULL},
        {COMMAND_SCREENSHOT, "/v1/machines//screenshot", NULL},
        {COMMAND_SCREENSHOT, "/v1/machines/web1", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *values[ARGUMENTS_MOST] = {NULL};
        bool match = command_match_path(&commands[rows[i].id], rows[i].path, values);
        assert_int_equal(match, rows[i].name != NULL);
        if (match)
            assert_string_equal(values[0], rows[i].name);
        for (int k = 0; k < ARGUMENTS_MOST; k++)
            free(values[k]);
    }
}

static void what_is_made_matches_again(void **state)
{
    (void)state;
    static const char *const names[] = {"web1",   "a b", "a/b", "\xc3\xbc", "%",
                                        "?x=1&y", "..",  "a#b", "\x7f"};
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            const char *values[ARGUMENTS_MOST] = {names[i]};
            char *back[ARGUMENTS_MOST] = {NULL};
            char *path = command_make_path(&commands[id], values);
            path[strcspn(path, "?")] = 0;
            assert_true(command_match_path(&commands[id], path, back));
            if (commands[id].arguments[0].place == ARGUMENT_PATH &&
                commands[id].arguments[0].name)
                assert_string_equal(back[0], names[i]);
            for (int k = 0; k < ARGUMENTS_MOST; k++)
                free(back[k]);
            free(path);
        }
}

static void queries_stand_behind_the_path(void **state)
{
    (void)state;
    const char *values[ARGUMENTS_MOST] = {"web1", "file", "1 2"};
    char *path = command_make_path(&commands[COMMAND_SCREENSHOT], values);
    assert_string_equal(path, "/v1/machines/web1/screenshot?head=1%202");
    free(path);
}

static void usage_is_made_from_the_table(void **state)
{
    (void)state;
    static const struct {
        enum command_id id;
        const char *usage;
    } rows[] = {
        {COMMAND_MACHINES, "machines"},
        {COMMAND_ATTACH, "attach NAME PLACE"},
        {COMMAND_SCREENSHOT, "screenshot [--head HEAD] MACHINE FILE"},
        {COMMAND_TICKET, "ticket [--user USER] [--role ROLE] [--ttl SECONDS] [--vnc] MACHINE"},
        {COMMAND_KEYS, "keys [--force] MACHINE KEYS..."},
        {COMMAND_CONTROL, "control [--user USER] MACHINE give|take|release [USER]"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *usage = command_usage(&commands[rows[i].id]);
        assert_string_equal(usage, rows[i].usage);
        free(usage);
    }
}

static void the_manual_has_every_verb(void **state)
{
    (void)state;
    const char *top = getenv("top_srcdir");
    char *path = alloc_printf("%s/docs/holdfastctl.1", top ? top : "."),
         *text = alloc_zero(65536, 1);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_true(fread(text, 1, 65535, f) > 0);
    fclose(f);
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        char *item = alloc_printf("\n.It Cm %s", commands[id].verb);
        assert_non_null(strstr(text, item));
        free(item);
    }
    free(text);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_is_complete),
        cmocka_unit_test(no_two_commands_have_one_method_and_path),
        cmocka_unit_test(paths_and_arguments_agree),
        cmocka_unit_test(paths_match_whole_and_decode_their_parts),
        cmocka_unit_test(what_is_made_matches_again),
        cmocka_unit_test(queries_stand_behind_the_path),
        cmocka_unit_test(usage_is_made_from_the_table),
        cmocka_unit_test(the_manual_has_every_verb),
    };
    return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
