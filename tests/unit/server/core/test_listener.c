/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/listener.h"
#include "base/alloc.h"
#include "tests/unit/server/core/parlour.h"

#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static const struct listener *find(const struct parlour *p, const char *wanted)
{
    const struct listener *l = p->server.listeners;
    while (l && strcmp(l->wanted, wanted) != 0)
        l = l->next;
    return l;
}

static int sync_one(struct parlour *p, const char *address)
{
    struct text_list list = {0};
    text_list_add(&list, address);
    int err = listener_sync(&p->server, &list, LISTENER_MACHINE, "m", "m");
    text_list_fini(&list);
    return err;
}

static int bound_socket(const char *path, bool listens)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
    assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
    if (listens)
        assert_int_equal(listen(fd, 1), 0);
    return fd;
}

/* Some machines have no IPv6. */
static bool has_ipv6(void)
{
    const struct sockaddr_in6 sa = {.sin6_family = AF_INET6,
                                    .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool has = fd >= 0 && bind(fd, (const struct sockaddr *)&sa, sizeof(sa)) == 0;
    if (fd >= 0)
        close(fd);
    return has;
}

static void port_0_becomes_a_real_one_and_stays_it(void **state)
{
    static const char *const addresses[] = {"127.0.0.1:0", "[::1]:0"};
    (void)state;
    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        struct parlour p;
        if (addresses[i][0] == '[' && !has_ipv6())
            continue;
        parlour_open(&p, "");
        assert_int_equal(sync_one(&p, addresses[i]), 0);
        const struct listener *l = find(&p, addresses[i]);
        assert_non_null(l);
        assert_true(l->local);
        assert_true(atoi(strrchr(l->address, ':') + 1) > 0);
        assert_int_equal(sync_one(&p, addresses[i]), 0);
        assert_ptr_equal(find(&p, addresses[i]), l);
        parlour_close(&p);
    }
}

static void a_unix_socket_is_private_and_goes_with_its_listener(void **state)
{
    struct parlour p;
    struct stat st;
    (void)state;
    parlour_open(&p, "");
    char *path = alloc_printf("%s/own.sock", p.folder);
    char *address = alloc_printf("unix:%s", path);
    assert_int_equal(sync_one(&p, address), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    listener_close_others(&p.server, NULL, LISTENER_MACHINE, "other");
    assert_non_null(find(&p, address));
    listener_close_others(&p.server, NULL, LISTENER_MACHINE, "m");
    assert_null(find(&p, address));
    assert_int_equal(stat(path, &st), -1);
    free(path);
    free(address);
    parlour_close(&p);
}

static void what_stands_in_the_way_is_removed_only_when_it_is_left_over(void **state)
{
    static const struct {
        const char *kind;
        int err;
    } rows[] = {
        {"left over", 0}, {"in use", -EADDRINUSE}, {"a file", -EEXIST}, {"a folder", -EEXIST}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct parlour p;
        int fd = -1;
        struct stat st;
        parlour_open(&p, "");
        char *path = alloc_printf("%s/own.sock", p.folder);
        char *address = alloc_printf("unix:%s", path);
        if (i < 2)
            fd = bound_socket(path, i == 1);
        if (i == 0)
            close(fd);
        if (i == 2)
            parlour_file(&p, "own.sock", "precious");
        if (i == 3)
            mkdir(path, 0700);
        assert_int_equal(sync_one(&p, address), rows[i].err);
        assert_int_equal(find(&p, address) != NULL, rows[i].err == 0);
        assert_int_equal(lstat(path, &st), 0); /* ours, or still theirs */
        if (i == 1)
            close(fd);
        free(path);
        free(address);
        parlour_close(&p);
    }
}

static void an_address_that_cannot_be_had_does_not_keep_the_others_away(void **state)
{
    struct parlour p;
    struct text_list list = {0};
    (void)state;
    parlour_open(&p, "");
    text_list_add(&list, "unix:/nowhere/at/all.sock");
    text_list_add(&list, "127.0.0.1:0");
    assert_int_equal(listener_sync(&p.server, &list, LISTENER_MACHINE, "m", "m"), -ENOENT);
    assert_null(find(&p, "unix:/nowhere/at/all.sock"));
    assert_non_null(find(&p, "127.0.0.1:0"));
    text_list_fini(&list);
    parlour_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(port_0_becomes_a_real_one_and_stays_it),
        cmocka_unit_test(a_unix_socket_is_private_and_goes_with_its_listener),
        cmocka_unit_test(what_stands_in_the_way_is_removed_only_when_it_is_left_over),
        cmocka_unit_test(an_address_that_cannot_be_had_does_not_keep_the_others_away),
    };
    return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}
