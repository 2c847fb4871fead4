/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/dial.h"
#include "tests/unit/auth/verifier/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

enum { OWNER = 12345, STRANGER = 23456 }; /* uids */

/* Two folders: the one that is named, and another. */
struct fixture {
    struct folder here, there;
    int listeners[8], n;
};

static void listen_at(struct fixture *f, const struct folder *folder, const char *name)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/%s", folder->path, name);
    assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
    assert_int_equal(listen(fd, 8), 0);
    f->listeners[f->n++] = fd;
}

static void give(const struct folder *folder, const char *name, uid_t owner)
{
    if (geteuid() == 0)
        assert_int_equal(lchown(folder_file(folder, name).text, owner, 0), 0);
}

static void link_to(const struct fixture *f, const char *name, const char *target, uid_t owner)
{
    assert_int_equal(symlink(target, folder_file(&f->here, name).text), 0);
    give(&f->here, name, owner);
}

static int setup(void **state)
{
    static struct fixture f;
    folder_make(&f.here);
    folder_make(&f.there);
    assert_int_equal(mkdir(folder_file(&f.here, "below").text, 0755), 0);
    listen_at(&f, &f.here, "plain.sock");
    listen_at(&f, &f.here, "below/deep.sock");
    listen_at(&f, &f.there, "owner.sock");
    listen_at(&f, &f.there, "root.sock");
    listen_at(&f, &f.there, "stranger.sock");
    folder_write(&f.here, "file.sock", "no socket", 0600);
    give(&f.here, "plain.sock", STRANGER);
    give(&f.here, "below/deep.sock", STRANGER);
    give(&f.there, "owner.sock", OWNER);
    give(&f.there, "stranger.sock", STRANGER);
    give(&f.here, ".", OWNER);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    while (f->n)
        close(f->listeners[--f->n]);
    folder_remove(&f->here);
    folder_remove(&f->there);
    return 0;
}

static int dial(const struct fixture *f, const char *name, const char **why_r)
{
    int fd = -1, result = dial_in_folder(f->here.path, name, &fd, why_r);
    assert_int_equal(result == 0, fd >= 0);
    if (fd < 0)
        return result;
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
    return 0;
}

static void a_socket_in_the_folder_is_anybodys(void **state)
{
    const char *why = NULL;
    assert_int_equal(dial(*state, "plain.sock", &why), 0);
}

static void names_are_plain_components_of_sockets(void **state)
{
    static const struct row {
        const char *name;
        int result;
    } rows[] = {
        {"", -EINVAL},
        {".", -EINVAL},
        {"..", -EINVAL},
        {"below/deep.sock", -EINVAL},
        {"/plain.sock", -EINVAL},
        {"below", -ENOTSOCK},
        {"file.sock", -ENOTSOCK},
        {"missing.sock", -ENOENT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *why = NULL;
        assert_int_equal(dial(*state, rows[i].name, &why), rows[i].result);
        assert_non_null(why);
    }
}

/* target: "%s" stands for the other folder. */
static void links_lead_where_they_may(void **state)
{
    const struct fixture *f = *state;
    static const struct row {
        const char *target;
        uid_t maker;
        int result;
    } rows[] = {
        {"plain.sock", OWNER, 0},
        {"plain.sock", STRANGER, 0},
        {"below/deep.sock", STRANGER, 0},
        {"%s/owner.sock", OWNER, 0},
        {"%s/owner.sock", 0, 0},
        {"%s/root.sock", OWNER, 0},
        {"%s/root.sock", 0, 0},
        {"%s/stranger.sock", OWNER, -EPERM},
        {"%s/stranger.sock", 0, -EPERM},
        {"%s/stranger.sock", STRANGER, -EPERM},
        {"%s/root.sock", STRANGER,
         -EPERM}, /* else anybody could point root at root's sockets */
        {"%s/owner.sock", STRANGER, -EPERM},
        {"%s/missing.sock", OWNER, -ENOENT},
        {"missing.sock", OWNER, -ENOENT},
        {"file.sock", OWNER, -ENOTSOCK},
        {"again.sock", OWNER, -ELOOP},
        {"/proc/self/fd/0", OWNER, -ELOOP},
    };
    if (geteuid() != 0)
        fail_msg("only root can give files away: run this test as root");
    link_to(f, "again.sock", "plain.sock", OWNER);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char target[192];
        const char *why = NULL;
        const char *mark = strstr(rows[i].target, "%s");
        snprintf(target, sizeof(target), "%s%s", mark ? f->there.path : "",
                 mark ? mark + 2 : rows[i].target);
        link_to(f, "link.sock", target, rows[i].maker);
        assert_int_equal(dial(f, "link.sock", &why), rows[i].result);
        assert_int_equal(rows[i].result != 0, why != NULL);
        unlink(folder_file(&f->here, "link.sock").text);
    }
}

static void a_path_follows_the_rule_of_its_folder(void **state)
{
    const struct fixture *f = *state;
    const char *why = NULL;
    int fd = -1;
    assert_int_equal(dial_path(folder_file(&f->here, "plain.sock").text, &fd, &why), 0);
    close(fd);
    assert_int_equal(dial_path(folder_file(&f->here, "missing.sock").text, &fd, &why), -ENOENT);
    assert_int_equal(dial_path("plain.sock", &fd, &why), -EINVAL);
    assert_int_equal(dial_path("/", &fd, &why), -EINVAL);
    assert_int_equal(dial_path("/missing.sock", &fd, &why), -ENOENT);
    assert_int_equal(dial_path("/no such folder/a.sock", &fd, &why), -ENOENT);
}

static void a_socket_without_a_listener_is_said_so(void **state)
{
    struct fixture *f = *state;
    const char *why = NULL;
    listen_at(f, &f->here, "left.sock");
    close(f->listeners[--f->n]);
    assert_int_equal(dial(f, "left.sock", &why), -ECONNREFUSED);
    assert_string_equal(why, "has nobody listening");
}

static void a_full_queue_makes_nobody_wait(void **state)
{
    struct fixture *f = *state;
    const char *why = NULL;
    int fds[64], n = 0, result = 0;
    listen_at(f, &f->here, "full.sock");
    while (result == 0 && n < 64)
        result = dial_in_folder(f->here.path, "full.sock", &fds[n++], &why);
    assert_int_equal(result, -EAGAIN);
    for (int i = 0; i + 1 < n; i++)
        close(fds[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket_in_the_folder_is_anybodys),
        cmocka_unit_test(names_are_plain_components_of_sockets),
        cmocka_unit_test(links_lead_where_they_may),
        cmocka_unit_test(a_path_follows_the_rule_of_its_folder),
        cmocka_unit_test(a_socket_without_a_listener_is_said_so),
        cmocka_unit_test(a_full_queue_makes_nobody_wait),
    };
    return cmocka_run_group_tests_name("verifier/dial", tests, setup, teardown);
}
