/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/audit.h"
#include "base/alloc.h"
#include "server/audit_line.h"

#include <errno.h>
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MOMENT UINT64_C(1700000000000042)

/* ---- the line ---- */

static char *line_of(enum audit_what what, const struct audit_facts *facts)
{
    struct bytes out;
    bytes_init(&out, SIZE_MAX);
    audit_line_put(&out, what, facts, MOMENT);
    bytes_put_u8(&out, 0);
    char *text = alloc_text((char *)out.data);
    bytes_fini(&out);
    return text;
}

static void a_line_says_what_is_known_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        enum audit_what what;
        struct audit_facts facts;
        const char *line;
    } rows[] = {
        {AUDIT_REFUSED,
         {0},
         "{\"time\":\"2023-11-14T22:13:20.000042Z\",\"event\":\"refused\"}\n"},
        {AUDIT_LOGIN,
         {.viewer = 7,
          .address = "192.0.2.7:51034",
          .security = "x509-plain",
          .user = "",
          .machine = "web1",
          .role = "drive"},
         "{\"time\":\"2023-11-14T22:13:20.000042Z\",\"event\":\"login\",\"viewer\":7,"
         "\"address\":\"192.0.2.7:51034\",\"security\":\"x509-plain\",\"user\":\"\","
         "\"machine\":\"web1\",\"role\":\"drive\"}\n"},
        {AUDIT_TICKET,
         {.ticket = UINT64_MAX, .by = "uid 0"},
         "{\"time\":\"2023-11-14T22:13:20.000042Z\",\"event\":\"ticket\","
         "\"ticket\":18446744073709551615,\"by\":\"uid 0\"}\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *line = line_of(rows[i].what, &rows[i].facts);
        assert_string_equal(line, rows[i].line);
        free(line);
    }
}

static void whatever_a_peer_is_called_the_line_is_json(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"plain", "plain"},
        {"quote\" back\\ line\n tab\t del\x7f", "quote\" back\\ line\n tab\t del\x7f"},
        {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
        {"\xff x", "\xef\xbf\xbd x"},
        {"cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd"},
        {"long form \xc0\xaf", "long form \xef\xbf\xbd\xef\xbf\xbd"},
        {"half \xed\xa0\x80", "half \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"beyond \xf4\x90\x80\x80", "beyond \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct audit_facts facts = {.user = rows[i].in};
        char *line = line_of(AUDIT_ATTEMPT, &facts);
        assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
        json_t *o = json_loads(line, 0, NULL);
        assert_non_null(o);
        assert_string_equal(json_string_value(json_object_get(o, "user")), rows[i].out);
        json_decref(o);
        free(line);
    }
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    char text[AUDIT_TEXT_MOST * 2];
    memset(text, 'a', sizeof(text));
    text[sizeof(text) - 1] = 0;
    struct audit_facts facts = {.why = text};
    char *line = line_of(AUDIT_EXIT, &facts);
    json_t *o = json_loads(line, 0, NULL);
    assert_int_equal(json_string_length(json_object_get(o, "why")), AUDIT_TEXT_MOST);
    json_decref(o);
    free(line);
}

/* ---- the file ---- */

struct place {
    char folder[64], path[96];
};

static int make_folder(void **state)
{
    struct place *p = ALLOC(struct place);
    strcpy(p->folder, "/tmp/holdfast-audit-XXXXXX");
    if (!mkdtemp(p->folder))
        return -1;
    snprintf(p->path, sizeof(p->path), "%s/audit", p->folder);
    *state = p;
    return 0;
}

static int remove_folder(void **state)
{
    struct place *p = *state;
    char *other = alloc_printf("%s.1", p->path);
    unlink(p->path);
    unlink(other);
    rmdir(p->folder);
    free(other);
    free(p);
    return 0;
}

static char *read_text(const char *path)
{
    char *text = alloc_zero(65536, 1);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_true(fread(text, 1, 65535, f) < 65535);
    fclose(f);
    return text;
}

static unsigned count_lines(const char *path)
{
    char *text = read_text(path);
    unsigned n = 0;
    for (char *at = text; (at = strchr(at, '\n')); at++)
        n++;
    free(text);
    return n;
}

static void write_one(struct audit *a, const char *why)
{
    struct audit_facts facts = {.why = why};
    audit_event(a, AUDIT_LOGIN, &facts, MOMENT);
}

static struct audit *open_good(const char *path)
{
    struct audit *a = NULL;
    const char *why = NULL;
    assert_int_equal(audit_open(&a, path, &why), 0);
    return a;
}

static void the_file_is_ours_alone_and_grows(void **state)
{
    struct place *p = *state;
    struct stat st;
    for (unsigned i = 1; i <= 2; i++) {
        struct audit *a = open_good(p->path);
        write_one(a, "x");
        audit_close(&a);
        assert_null(a);
        assert_int_equal(count_lines(p->path), i);
    }
    assert_int_equal(stat(p->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_renamed_file_is_let_go_of_when_it_is_opened_again(void **state)
{
    struct place *p = *state;
    char *old = alloc_printf("%s.1", p->path);
    struct audit *a = open_good(p->path);
    write_one(a, "first");
    assert_int_equal(rename(p->path, old), 0);
    write_one(a, "second");
    audit_reopen(a, p->path);
    write_one(a, "third");
    assert_int_equal(count_lines(old), 2);
    assert_int_equal(count_lines(p->path), 1);
    /* What cannot be opened changes nothing. */
    audit_reopen(a, "/nonexistent/audit");
    write_one(a, "fourth");
    assert_int_equal(count_lines(p->path), 2);
    audit_reopen(a, NULL);
    write_one(a, "nowhere");
    assert_int_equal(count_lines(p->path), 2);
    audit_close(&a);
    free(old);
}

static void only_a_regular_file_is_one(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int error;
    } rows[] = {{"/dev/null", -EINVAL}, {"/nonexistent/audit", -ENOENT}, {"/tmp", -EISDIR}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct audit *a = NULL;
        const char *why = NULL;
        assert_int_equal(audit_open(&a, rows[i].path, &why), rows[i].error);
        assert_null(a);
        assert_non_null(why);
    }
}

static void set_file_limit(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A limit on the file's size stands for the disk. */
static void a_full_disk_costs_only_the_lines_that_do_not_fit(void **state)
{
    struct place *p = *state;
    struct audit *a = open_good(p->path);
    signal(SIGXFSZ, SIG_IGN);
    write_one(a, "before");
    set_file_limit(100);
    write_one(a, "torn");
    write_one(a, "lost");
    set_file_limit(RLIM_INFINITY);
    assert_int_equal(audit_lost(a), 2);
    write_one(a, "after");
    assert_int_equal(audit_lost(a), 2);
    audit_close(&a);
    char *text = read_text(p->path), *last = strrchr(text, '{');
    assert_true(strncmp(text, "{\"time\"", 7) == 0 && strstr(text, "before") != NULL);
    assert_true(last > text && last[-1] == '\n');
    json_t *o = json_loads(last, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(o, "why")), "after");
    json_decref(o);
    free(text);
}

static void without_a_file_nothing_is_written(void **state)
{
    (void)state;
    struct audit *a = open_good(NULL);
    write_one(a, "x");
    audit_close(&a);
    write_one(NULL, "x");
    assert_int_equal(audit_lost(NULL), 0);
    audit_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_says_what_is_known_and_nothing_else),
        cmocka_unit_test(whatever_a_peer_is_called_the_line_is_json),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test_setup_teardown(the_file_is_ours_alone_and_grows, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_renamed_file_is_let_go_of_when_it_is_opened_again,
                                        make_folder, remove_folder),
        cmocka_unit_test(only_a_regular_file_is_one),
        cmocka_unit_test_setup_teardown(a_full_disk_costs_only_the_lines_that_do_not_fit,
                                        make_folder, remove_folder),
        cmocka_unit_test(without_a_file_nothing_is_written),
    };
    unsetenv("JOURNAL_STREAM");
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
