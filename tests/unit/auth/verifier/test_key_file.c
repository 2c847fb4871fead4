/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/key_file.h"
#include "auth/verifier/message.h"
#include "tests/unit/auth/verifier/folder.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static int read_key(const struct folder *f, const char *name, bool secret, size_t max,
                    struct bytes *out_r, const char **why_r)
{
    struct folder_path path = folder_file(f, name);
    bytes_init(out_r, max);
    return key_file_read(path.text, secret, out_r, why_r);
}

static void a_key_is_read_whole(void **state)
{
    const struct folder *f = *state;
    static const char *const texts[] = {"", "k", "-----BEGIN PRIVATE KEY-----\n"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct bytes out;
        const char *why = NULL;
        folder_write(f, "key", texts[i], 0640);
        assert_int_equal(read_key(f, "key", true, VERIFIER_KEY_MOST, &out, &why), 0);
        assert_int_equal(out.len, strlen(texts[i]));
        if (out.len)
            assert_memory_equal(out.data, texts[i], out.len);
        bytes_fini(&out);
    }
}

static void a_key_may_be_as_long_as_the_limit(void **state)
{
    const struct folder *f = *state;
    struct bytes out;
    const char *why = NULL;
    folder_write(f, "key", "0123456789", 0600);
    assert_int_equal(read_key(f, "key", true, 10, &out, &why), 0);
    assert_int_equal(out.len, 10);
    bytes_fini(&out);
    assert_int_equal(read_key(f, "key", true, 9, &out, &why), -EFBIG);
    assert_string_equal(why, "is too long");
    bytes_fini(&out);
}

static void modes_decide(void **state)
{
    const struct folder *f = *state;
    static const struct row {
        mode_t mode;
        bool secret;
        int result;
        const char *why;
    } rows[] = {
        {0400, true, 0, NULL},
        {0640, true, 0, NULL},
        {0644, false, 0, NULL},
        {0644, true, -EPERM, "may be read by every user (chmod o-r)"},
        {0660, true, -EPERM, "may be written by others (chmod go-w)"},
        {0646, false, -EPERM, "may be written by others (chmod go-w)"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bytes out;
        const char *why = NULL;
        folder_write(f, "key", "x", rows[i].mode);
        assert_int_equal(read_key(f, "key", rows[i].secret, 16, &out, &why), rows[i].result);
        if (rows[i].why)
            assert_string_equal(why, rows[i].why);
        bytes_fini(&out);
        unlink(folder_file(f, "key").text);
    }
}

static void a_file_of_another_user_is_refused(void **state)
{
    const struct folder *f = *state;
    struct bytes out;
    const char *why = NULL;
    if (geteuid() != 0)
        fail_msg("only root can give files away: run this test as root");
    folder_write(f, "key", "x", 0600);
    assert_int_equal(chown(folder_file(f, "key").text, 12345, 0), 0);
    assert_int_equal(read_key(f, "key", true, 16, &out, &why), -EPERM);
    assert_string_equal(why, "belongs to another user (chown root)");
    bytes_fini(&out);
    unlink(folder_file(f, "key").text);
}

static void only_regular_files_are_read(void **state)
{
    const struct folder *f = *state;
    struct bytes out;
    const char *why = NULL;
    assert_int_equal(mkfifo(folder_file(f, "fifo").text, 0600), 0);
    assert_int_equal(read_key(f, "fifo", true, 16, &out, &why), -EINVAL);
    bytes_fini(&out);
    assert_int_equal(read_key(f, ".", true, 16, &out, &why), -EINVAL);
    assert_string_equal(why, "is not a regular file");
    bytes_fini(&out);
    assert_int_equal(read_key(f, "missing", true, 16, &out, &why), -ENOENT);
    assert_string_equal(why, "is not there");
    bytes_fini(&out);
}

static int setup(void **state)
{
    static struct folder folder;
    folder_make(&folder);
    *state = &folder;
    return 0;
}

static int teardown(void **state)
{
    folder_remove(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_read_whole),
        cmocka_unit_test(a_key_may_be_as_long_as_the_limit),
        cmocka_unit_test(modes_decide),
        cmocka_unit_test(a_file_of_another_user_is_refused),
        cmocka_unit_test(only_regular_files_are_read),
    };
    return cmocka_run_group_tests_name("verifier/key_file", tests, setup, teardown);
}
