/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qmp_line.h"
#include "base/alloc.h"
#include "tests/unit/server/attach/groups.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* The objects that came, written again. */
struct heard {
    char text[256];
    int stop_after;
};

static bool on_object(void *self, json_t *object)
{
    struct heard *h = self;
    char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6));
    strcat(strcat(h->text, text), ";");
    free(text);
    return --h->stop_after != 0;
}

static void lines_are_heard_whole_at_every_cut(void **state)
{
    (void)state;
    static const char stream[] =
        "{\"a\":\"x\\n}\"}\r\n\n  \r\n{\"b\":[{}]}\n{\"c\":{\"d\":\"\\\"{\"}}\n{\"cut";
    static const char wanted[] = "{\"a\":\"x\\n}\"};{\"b\":[{}]};{\"c\":{\"d\":\"\\\"{\"}};";
    for (size_t cut = 0; cut <= strlen(stream); cut++) {
        struct heard h = {0};
        struct qmp_line l;
        const char *why = NULL;
        qmp_line_init(&l);
        assert_int_equal(qmp_line_feed(&l, stream, cut, on_object, &h, &why), 0);
        assert_int_equal(
            qmp_line_feed(&l, stream + cut, strlen(stream) - cut, on_object, &h, &why), 0);
        assert_string_equal(h.text, wanted);
        qmp_line_fini(&l);
    }
}

static void what_is_no_object_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "hello\n",
        "[1]\n",
        "3\n",
        "\"x\"\n",
        "{\"a\":}\n",
        "{\"a\":1}}\n",
        "{\"a\":1} {\"b\":2}\n",
        "\xff\xfe\n",
        "{\"a\":\"\xff\"}\n",
        "null\n",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct heard h = {0};
        struct qmp_line l;
        const char *why = NULL;
        qmp_line_init(&l);
        assert_int_equal(qmp_line_feed(&l, rows[i], strlen(rows[i]), on_object, &h, &why),
                         -EBADMSG);
        assert_non_null(why);
        assert_string_equal(h.text, "");
        qmp_line_fini(&l);
    }
}

static void numbers_of_64_bits_are_heard(void **state)
{
    (void)state;
    static const char line[] = "{\"n\":18446744073709551615,\"m\":-9223372036854775808}\n";
    struct heard h = {0};
    struct qmp_line l;
    const char *why = NULL;
    qmp_line_init(&l);
    assert_int_equal(qmp_line_feed(&l, line, strlen(line), on_object, &h, &why), 0);
    assert_string_equal(h.text, "{\"n\":1.84467e19,\"m\":-9.22337e18};");
    qmp_line_fini(&l);
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    static const struct {
        int depth, result;
    } rows[] = {{QMP_DEPTH_MOST, 0}, {QMP_DEPTH_MOST + 1, -EBADMSG}, {100000, -EBADMSG}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct heard h = {0};
        struct qmp_line l;
        const char *why = NULL;
        char *text = alloc_zero((size_t)rows[i].depth * 2 + 64, 1), *at = text;
        at += sprintf(at, "{\"a\":");
        for (int d = 1; d < rows[i].depth; d++)
            *at++ = '[';
        for (int d = 1; d < rows[i].depth; d++)
            *at++ = ']';
        strcpy(at, "}\n");
        qmp_line_init(&l);
        assert_int_equal(qmp_line_feed(&l, text, strlen(text), on_object, &h, &why),
                         rows[i].result);
        qmp_line_fini(&l);
        free(text);
    }
}

static void a_line_without_end_is_refused_at_its_limit(void **state)
{
    (void)state;
    struct heard h = {0};
    struct qmp_line l;
    const char *why = NULL;
    char part[4096];
    int r = 0;
    size_t fed = 0;
    memset(part, ' ', sizeof(part));
    qmp_line_init(&l);
    while (r == 0 && fed < 4 * QMP_LINE_MOST) {
        r = qmp_line_feed(&l, part, sizeof(part), on_object, &h, &why);
        fed += sizeof(part);
    }
    assert_int_equal(r, -EBADMSG);
    assert_string_equal(why, "a line is longer than 1 MiB");
    assert_true(fed <= QMP_LINE_MOST + sizeof(part));
    qmp_line_fini(&l);
}

static void between_lines_no_memory_is_held(void **state)
{
    (void)state;
    struct heard h = {0};
    struct qmp_line l;
    const char *why = NULL;
    qmp_line_init(&l);
    qmp_line_feed(&l, "{\"a\"", 4, on_object, &h, &why);
    assert_non_null(l.pending.data);
    qmp_line_feed(&l, ":1}\n", 4, on_object, &h, &why);
    assert_null(l.pending.data);
}

static void whoever_hears_may_stop(void **state)
{
    (void)state;
    static const char lines[] = "{\"a\":\"1\"}\n{\"b\":\"2\"}\n{\"c\":\"3\"}\n";
    struct heard h = {.stop_after = 2};
    struct qmp_line l;
    const char *why = NULL;
    qmp_line_init(&l);
    assert_int_equal(qmp_line_feed(&l, lines, strlen(lines), on_object, &h, &why), 0);
    assert_string_equal(h.text, "{\"a\":\"1\"};{\"b\":\"2\"};");
    qmp_line_fini(&l);
}

int test_qmp_line(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_heard_whole_at_every_cut),
        cmocka_unit_test(what_is_no_object_is_refused),
        cmocka_unit_test(numbers_of_64_bits_are_heard),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(a_line_without_end_is_refused_at_its_limit),
        cmocka_unit_test(between_lines_no_memory_is_held),
        cmocka_unit_test(whoever_hears_may_stop),
    };
    return cmocka_run_group_tests_name("qmp_line", tests, NULL, NULL);
}
