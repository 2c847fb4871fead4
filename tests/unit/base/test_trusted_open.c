/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/trusted_open.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    char folder[64], file[80], link[80];
};

static int setup(void **state)
{
    static struct place p;
    snprintf(p.folder, sizeof(p.folder), "/tmp/holdfast-open-XXXXXX");
    if (!mkdtemp(p.folder))
        return -1;
    snprintf(p.file, sizeof(p.file), "%s/file", p.folder);
    snprintf(p.link, sizeof(p.link), "%s/link", p.folder);
    int fd = open(p.file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || close(fd) < 0 || symlink(p.file, p.link) < 0)
        return -1;
    *state = &p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    unlink(p->link);
    unlink(p->file);
    return rmdir(p->folder);
}

static int try_open(const char *path)
{
    int fd = trusted_open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        close(fd);
    return fd >= 0 ? 0 : fd;
}

static void a_link_in_our_own_folder_is_followed(void **state)
{
    struct place *p = *state;
    assert_int_equal(try_open(p->file), 0);
    assert_int_equal(try_open(p->link), 0);
    assert_int_equal(chdir(p->folder), 0);
    assert_int_equal(try_open("link"), 0);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(unlink(p->file), 0);
    assert_int_equal(try_open(p->link), -ENOENT);
    assert_int_equal(try_open(p->file), -ENOENT);
}

static void a_link_where_others_may_write_is_not(void **state)
{
    struct place *p = *state;
    static const mode_t modes[] = {0770, 0707, 01777};
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        assert_int_equal(chmod(p->folder, modes[i]), 0);
        assert_int_equal(try_open(p->link), -ELOOP);
        assert_int_equal(try_open(p->file), 0);
    }
}

static void a_link_in_another_users_folder_is_not(void **state)
{
    struct place *p = *state;
    if (geteuid() != 0)
        fail_msg("only root can give files away: run this test as root");
    assert_int_equal(chown(p->folder, 12345, (gid_t)-1), 0);
    assert_int_equal(try_open(p->link), -ELOOP);
    assert_int_equal(try_open(p->file), 0);
}

int main(void)
{
#define IN_FOLDER(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_link_in_our_own_folder_is_followed),
        IN_FOLDER(a_link_where_others_may_write_is_not),
        IN_FOLDER(a_link_in_another_users_folder_is_not),
    };
    return cmocka_run_group_tests_name("trusted_open", tests, NULL, NULL);
}
