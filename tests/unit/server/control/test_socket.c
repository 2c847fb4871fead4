/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/control/socket.h"
#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char folder[32], path[64];
};

static int setup(void **state)
{
    struct fixture *f = ALLOC(struct fixture);
    strcpy(f->folder, "/tmp/holdfast-socket-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof(f->path), "%s/s", f->folder);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    unlink(f->path);
    assert_int_equal(rmdir(f->folder), 0);
    free(f);
    return 0;
}

static int refuse(const char *path, const char *group, const char *part)
{
    struct control_socket s;
    char *why = NULL;
    int r = control_socket_open(&s, path, group, &why);
    assert_true(r < 0);
    assert_int_equal(s.fd, -1);
    assert_non_null(strstr(why, part));
    free(why);
    return r;
}

static void the_file_has_its_mode_and_goes_with_its_maker(void **state)
{
    struct fixture *f = *state;
    struct control_socket s;
    char *why, group[16];
    struct stat st;
    snprintf(group, sizeof(group), "%u", (unsigned)getgid());
    const char *const groups[] = {NULL, group};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(control_socket_open(&s, f->path, groups[i], &why), 0);
        assert_int_equal(lstat(f->path, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0660);
        assert_int_equal(st.st_gid, getgid());
        control_socket_close(&s);
        assert_int_equal(lstat(f->path, &st), -1);
    }
    control_socket_close(&s); /* twice does no harm */
}

static void a_file_that_nobody_answers_on_is_replaced(void **state)
{
    struct fixture *f = *state;
    struct control_socket dead, s;
    char *why;
    assert_int_equal(control_socket_open(&dead, f->path, NULL, &why), 0);
    close(dead.fd);
    dead.fd = -1;
    assert_int_equal(control_socket_open(&s, f->path, NULL, &why), 0);
    control_socket_close(&s);
    control_socket_close(&dead);
}

static void a_file_that_took_its_place_stays(void **state)
{
    struct fixture *f = *state;
    struct control_socket s;
    char *why, *aside = alloc_printf("%s.aside", f->path);
    assert_int_equal(control_socket_open(&s, f->path, NULL, &why), 0);
    assert_int_equal(rename(f->path, aside), 0);
    close(open(f->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    control_socket_close(&s);
    assert_int_equal(access(f->path, F_OK), 0);
    unlink(aside);
    free(aside);
}

static void a_live_daemon_is_left_alone(void **state)
{
    struct fixture *f = *state;
    struct control_socket s;
    char *why;
    assert_int_equal(control_socket_open(&s, f->path, NULL, &why), 0);
    assert_int_equal(refuse(f->path, NULL, "another daemon answers there"), -EADDRINUSE);
    assert_int_equal(access(f->path, F_OK), 0);
    control_socket_close(&s);
}

static void another_kind_of_file_is_left_alone(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    int fd = open(f->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    close(fd);
    assert_int_equal(refuse(f->path, NULL, "no socket has this name"), -EEXIST);
    unlink(f->path);
    assert_int_equal(symlink("/nonexistent", f->path), 0);
    assert_int_equal(refuse(f->path, NULL, "no socket has this name"), -EEXIST);
    assert_int_equal(lstat(f->path, &st), 0);
}

static void what_cannot_be_is_refused(void **state)
{
    struct fixture *f = *state;
    char longest[109];
    memset(longest, '/', 108);
    longest[108] = 0;
    assert_int_equal(refuse("s", NULL, "absolute"), -EINVAL);
    assert_int_equal(refuse(longest, NULL, "107 bytes"), -EINVAL);
    assert_int_equal(
        refuse(f->path, "no-such-group-here", "there is no group no-such-group-here"), -ENOENT);
    assert_int_equal(refuse("/nonexistent/a/s", NULL, "No such file"), -ENOENT);
}

int main(void)
{
#define WITH_FOLDER(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(the_file_has_its_mode_and_goes_with_its_maker),
        WITH_FOLDER(a_file_that_nobody_answers_on_is_replaced),
        WITH_FOLDER(a_file_that_took_its_place_stays),
        WITH_FOLDER(a_live_daemon_is_left_alone),
        WITH_FOLDER(another_kind_of_file_is_left_alone),
        WITH_FOLDER(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests_name("socket", tests, NULL, NULL);
}
