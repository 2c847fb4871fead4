/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/key_file.h"
#include "auth/ra2_key.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    strcpy(folder.path, "test-key-XXXXXX");
    if (!mkdtemp(folder.path))
        return -1;
    snprintf(folder.file, sizeof(folder.file), "%s/key", folder.path);
    *state = &folder;
    return 0;
}

static int remove_folder(void **state)
{
    struct folder *folder = *state;
    unlink(folder->file);
    return rmdir(folder->path);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
    unlink(path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void only_owner_and_group_may_read_a_key(void **state)
{
    static const struct {
        mode_t mode;
        const char *why; /* NULL: good */
    } rows[] = {
        {0600, NULL},
        {0400, NULL},
        {0640, NULL},
        {0440, NULL},
        {0604, "holds a private key and is open to every user (chmod o=)"},
        {0602, "holds a private key and is open to every user (chmod o=)"},
        {0601, "holds a private key and is open to every user (chmod o=)"},
        {0644, "holds a private key and is open to every user (chmod o=)"},
        {0660, "holds a private key that its group may change (chmod g-w)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct folder *folder = *state;
        struct bytes content;
        const char *why = NULL;
        write_file(folder->file, "key", rows[i].mode);
        int result = key_file_read(folder->file, &content, &why);
        if (rows[i].why) {
            assert_int_equal(result, -EPERM);
            assert_string_equal(why, rows[i].why);
        } else {
            assert_int_equal(result, 0);
            assert_int_equal(content.len, 3);
            key_file_wipe(&content);
        }
        assert_int_equal(key_file_read_public(folder->file, &content, &why), 0);
        key_file_wipe(&content);
    }
}

/* Only root can give files away. */
static void a_key_of_another_user_is_refused(void **state)
{
    const struct folder *folder = *state;
    struct bytes content;
    const char *why = NULL;
    write_file(folder->file, "key", 0600);
    if (chown(folder->file, 12345, (gid_t)-1) < 0)
        fail_msg("only root can give files away: run this test as root");
    assert_int_equal(key_file_read(folder->file, &content, &why), -EPERM);
    assert_string_equal(why, "belongs neither to root nor to the daemon's user");
}

static void what_is_no_file_is_told(void **state)
{
    const struct folder *folder = *state;
    struct bytes content;
    const char *why = NULL;
    unlink(folder->file);
    assert_int_equal(key_file_read(folder->file, &content, &why), -ENOENT);
    assert_string_equal(why, "is not there");
    assert_int_equal(key_file_read(folder->path, &content, &why), -EINVAL);
    assert_string_equal(why, "is not a regular file");
    assert_int_equal(mkfifo(folder->file, 0600), 0);
    assert_int_equal(key_file_read(folder->file, &content, &why), -EINVAL);
}

static void a_file_is_made_once(void **state)
{
    const struct folder *folder = *state;
    struct bytes content;
    const char *why = NULL;
    struct stat st;
    unlink(folder->file);
    assert_int_equal(key_file_create(folder->file, "one", 3, &why), 0);
    assert_int_equal(stat(folder->file, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(key_file_create(folder->file, "two!", 4, &why), -EEXIST);
    assert_int_equal(key_file_read(folder->file, &content, &why), 0);
    assert_int_equal(content.len, 3);
    assert_memory_equal(content.data, "one", 3);
    key_file_wipe(&content);
}

static void an_rsa_key_is_made_once_and_kept(void **state)
{
    const struct folder *folder = *state;
    struct ra2_key *first = NULL, *again = NULL;
    char names[2][RA2_FINGERPRINT_SIZE];
    size_t n[2];
    const char *why = NULL;
    unlink(folder->file);
    assert_int_equal(ra2_key_load(folder->file, &first, &why), 0);
    assert_int_equal(ra2_key_load(folder->file, &again, &why), 0);
    const uint8_t *a = ra2_key_public(first, &n[0]), *b = ra2_key_public(again, &n[1]);
    assert_int_equal(n[0], 4 + 2 * 256);
    assert_int_equal(n[1], n[0]);
    assert_memory_equal(a, b, n[0]);
    ra2_key_fingerprint(first, names[0]);
    ra2_key_fingerprint(again, names[1]);
    assert_string_equal(names[0], names[1]);
    assert_int_equal(strlen(names[0]), 23);
    ra2_key_free(&first);
    ra2_key_free(&again);
    assert_null(first);
}

static void what_is_no_rsa_key_is_told(void **state)
{
    const struct folder *folder = *state;
    struct ra2_key *key = NULL;
    const char *why = NULL;
    write_file(folder->file, "-----BEGIN RSA PRIVATE KEY-----\n", 0600);
    assert_int_equal(ra2_key_load(folder->file, &key, &why), -EINVAL);
    assert_string_equal(why, "holds no RSA key in PEM");
    write_file(folder->file, "", 0644);
    assert_int_equal(ra2_key_load(folder->file, &key, &why), -EPERM);
    assert_int_equal(ra2_key_load("/nonexistent/folder/key", &key, &why), -ENOENT);
    assert_string_equal(why, "cannot be written");
    assert_null(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_owner_and_group_may_read_a_key),
        cmocka_unit_test(a_key_of_another_user_is_refused),
        cmocka_unit_test(what_is_no_file_is_told),
        cmocka_unit_test(a_file_is_made_once),
        cmocka_unit_test(an_rsa_key_is_made_once_and_kept),
        cmocka_unit_test(what_is_no_rsa_key_is_told),
    };
    return cmocka_run_group_tests_name("auth/key_file", tests, make_folder, remove_folder);
}
