/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/method.h"
#include "tests/unit/hex.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

struct folder {
    char path[32], file[48];
};

static int make_folder(void **state)
{
    static struct folder folder;
    strcpy(folder.path, "test-password-XXXXXX");
    if (!mkdtemp(folder.path))
        return -1;
    snprintf(folder.file, sizeof(folder.file), "%s/file", folder.path);
    *state = &folder;
    return 0;
}

static int remove_folder(void **state)
{
    struct folder *folder = *state;
    unlink(folder->file);
    return rmdir(folder->path);
}

static void write_file(const struct folder *folder, const char *hex, mode_t mode)
{
    struct bytes content;
    hex_init(&content, hex);
    unlink(folder->file);
    FILE *f = fopen(folder->file, "w");
    assert_non_null(f);
    if (content.len)
        assert_int_equal(fwrite(content.data, 1, content.len, f), content.len);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(folder->file, mode), 0);
    bytes_fini(&content);
}

static void one_or_two_passwords_are_read(void **state)
{
    static const struct {
        const char *content;
        int n;
        const char *first, *second; /* 8 bytes */
    } rows[] = {
        {"'secret' 0a", 1, "secret\0\0", NULL},
        {"'secret'", 1, "secret\0\0", NULL},
        {"'12345678' 0a", 1, "12345678", NULL},
        {"'secret' 0a 'look' 0a", 2, "secret\0\0", "look\0\0\0\0"},
        {"'12345678' 0a '87654321'", 2, "12345678", "87654321"},
        {"'secret' 0a 0a", 1, "secret\0\0", NULL},
        {"'secret' 0a 0a 0a 0a", 1, "secret\0\0", NULL},
        {"' a b ' 0a", 1, " a b \0\0\0", NULL},
        {"e4f6fc 0a", 1, "\xe4\xf6\xfc\0\0\0\0\0", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct folder *folder = *state;
        struct vnc_password list[2];
        const char *why = NULL;
        write_file(folder, rows[i].content, 0640);
        assert_int_equal(vnc_password_file_read(folder->file, list, &why), rows[i].n);
        assert_null(why);
        assert_memory_equal(list[0].key, rows[i].first, 8);
        assert_false(list[0].watch_only);
        assert_int_equal(list[0].machine, 0);
        if (rows[i].second) {
            assert_memory_equal(list[1].key, rows[i].second, 8);
            assert_true(list[1].watch_only);
        }
    }
}

static void what_is_wrong_with_a_file_is_said(void **state)
{
    static const struct {
        const char *content;
        mode_t mode;
        int error;
        const char *why;
    } rows[] = {
        {"", 0600, EINVAL, "has no password in its first line"},
        {"0a", 0600, EINVAL, "has no password in its first line"},
        {"0a 'secret' 0a", 0600, EINVAL, "has no password in its first line"},
        {"'123456789' 0a", 0600, EINVAL, "has a password of more than 8 bytes"},
        {"'a' 0a '123456789'", 0600, EINVAL, "has a password of more than 8 bytes"},
        {"'a' 0a 'b' 0a 'c' 0a", 0600, EINVAL, "has more than two lines"},
        {"'a' 0a 0a 'c'", 0600, EINVAL, "has more than two lines"},
        {"'a' 0d0a", 0600, EINVAL, "has a control character in a password"},
        {"'a' 00 'b' 0a", 0600, EINVAL, "has a control character in a password"},
        {"'a' 0a '                                                                 '", 0600,
         EINVAL, "is too long"},
        {"'secret' 0a", 0604, EPERM, "may be read or written by every user (chmod o-rw)"},
        {"'secret' 0a", 0602, EPERM, "may be read or written by every user (chmod o-rw)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct folder *folder = *state;
        struct vnc_password list[2] = {{.machine = 5}, {.machine = 6}};
        const char *why = NULL;
        write_file(folder, rows[i].content, rows[i].mode);
        assert_int_equal(vnc_password_file_read(folder->file, list, &why), -rows[i].error);
        assert_string_equal(why, rows[i].why);
        assert_int_equal(list[0].machine, 5); /* untouched */
        assert_int_equal(list[1].machine, 6);
    }
}

static void what_is_not_a_file_is_not_waited_for(void **state)
{
    const struct folder *folder = *state;
    struct vnc_password list[2];
    const char *why = NULL;
    unlink(folder->file);
    assert_int_equal(vnc_password_file_read(folder->file, list, &why), -ENOENT);
    assert_string_equal(why, "cannot be opened");
    assert_int_equal(mkfifo(folder->file, 0600), 0);
    assert_int_equal(vnc_password_file_read(folder->file, list, &why), -EINVAL);
    assert_string_equal(why, "is not a regular file");
    assert_int_equal(vnc_password_file_read(folder->path, list, &why), -EINVAL);
    assert_string_equal(why, "is not a regular file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_or_two_passwords_are_read),
        cmocka_unit_test(what_is_wrong_with_a_file_is_said),
        cmocka_unit_test(what_is_not_a_file_is_not_waited_for),
    };
    return cmocka_run_group_tests_name("auth/password_file", tests, make_folder, remove_folder);
}
