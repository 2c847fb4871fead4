/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes that call each other over TCP and TLS on this host. */
#include <config.h>
#include "base/alloc.h"
#include "server/address.h"
#include "server/cluster/link_dial.h"
#include "server/cluster/link_listener.h"
#include "tests/unit/auth/certificates.h"
#include "tests/unit/server/cluster/link_pair.h"
#include "tests/unit/server/waiting.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* ---- what all tests share ---- */

enum who { CA, OTHER_CA, A, B, STRANGER_A, STRANGER_B };

static const struct certificate_row made[] = {
    [CA] = {"ca", {.cn = "CA", .authority = true}, CERTIFICATE_OWN},
    [OTHER_CA] = {"other-ca", {.cn = "Other", .authority = true}, CERTIFICATE_OWN},
    [A] = {"a", {.cn = "a", .dns = "a"}, CA},
    [B] = {"b", {.cn = "b", .dns = "b"}, CA},
    [STRANGER_A] = {"stranger-a", {.cn = "a", .dns = "a"}, OTHER_CA},
    [STRANGER_B] = {"stranger-b", {.cn = "b", .dns = "b"}, OTHER_CA},
};

static struct {
    char folder[32];
    struct tls_node_credentials *credentials[COUNT(made)]; /* of nodes */
} common;

static void path_of(char path_r[64], const char *name, const char *end)
{
    snprintf(path_r, 64, "%s/%s.%s", common.folder, name, end);
}

/* Strangers trust both authorities: only the other end has something to say. */
static void write_both(void)
{
    char path[64], text[8192];
    FILE *out;
    path_of(path, "both", "crt");
    out = fopen(path, "w");
    for (enum who i = CA; i <= OTHER_CA; i++) {
        path_of(path, made[i].name, "crt");
        FILE *in = fopen(path, "r");
        size_t n = fread(text, 1, sizeof(text), in);
        fwrite(text, 1, n, out);
        fclose(in);
    }
    fclose(out);
}

static int make_common(void **state)
{
    (void)state;
    struct certificate all[COUNT(made)];
    int result = 0;
    strcpy(common.folder, "test-link-dial-XXXXXX");
    if (!mkdtemp(common.folder))
        return -1;
    certificates_make(all, made, COUNT(made), common.folder);
    write_both();
    for (size_t i = A; i < COUNT(made); i++) {
        char ca[64], certificate[64], key[64];
        const struct tls_node_options options = {
            .ca = ca, .certificate = certificate, .key = key, .node = made[i].wish.cn};
        const char *path, *why;
        path_of(ca, made[i].by == CA ? "ca" : "both", "crt");
        path_of(certificate, made[i].name, "crt");
        path_of(key, made[i].name, "key");
        result |= tls_node_credentials_load(&options, &common.credentials[i], &path, &why);
    }
    for (size_t i = 0; i < COUNT(made); i++)
        certificate_fini(&all[i]);
    return result;
}

static int free_common(void **state)
{
    (void)state;
    char path[64];
    for (size_t i = 0; i < COUNT(made); i++)
        tls_node_credentials_unref(&common.credentials[i]);
    certificates_unlink(made, COUNT(made), common.folder);
    path_of(path, "both", "crt");
    unlink(path);
    return rmdir(common.folder);
}

/* b is called, a calls. */
struct fixture {
    sd_event *loop;
    struct link_listener *listener;
    struct link_end a, b;
    unsigned n_calls;
    const char *unwelcome;
};

static bool on_link(void *self, struct link *link, const char *node, const char **why_r)
{
    struct fixture *f = self;
    f->n_calls++;
    *why_r = f->unwelcome;
    if (f->unwelcome)
        return false;
    link_free(&f->b.link);
    f->b.link = link;
    link_set_owner(link, &link_end_ops, &f->b);
    return link_end_ops.up(&f->b, link, node, why_r);
}

static int set_up(void **state)
{
    struct fixture *f = ALLOC(struct fixture);
    assert_true(sd_event_new(&f->loop) >= 0);
    bytes_init(&f->b.received, SIZE_MAX);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    link_listener_free(&f->listener);
    link_end_fini(&f->a);
    link_end_fini(&f->b);
    sd_event_unref(f->loop);
    free(f);
    return 0;
}

static void listen_as(struct fixture *f, enum who who, unsigned hello_ms)
{
    const char *why = NULL;
    const struct link_listener_options options = {.loop = f->loop,
                                                  .node = made[who].wish.cn,
                                                  .address = "127.0.0.1:0",
                                                  .credentials = common.credentials[who],
                                                  .on_link = on_link,
                                                  .self = f,
                                                  .hello_ms = hello_ms};
    assert_int_equal(link_listener_new(&options, &f->listener, &why), 0);
}

/* name: what it says it is. */
static void dial_as(struct fixture *f, enum who who, const char *name, const char *other)
{
    struct link_options options = link_end_options(&f->a, f->loop, name);
    options.other = other;
    f->a.link =
        link_dial(link_listener_address(f->listener), common.credentials[who], &options);
}

static int connect_raw(const struct fixture *f)
{
    struct address a;
    assert_int_equal(address_parse(link_listener_address(f->listener), &a, NULL), 0);
    int fd = socket(a.sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&a.sa, a.len), 0);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

/* ---- tests ---- */

static bool both_have_one(void *self)
{
    const struct fixture *f = self;
    return f->a.n_messages == 1 && f->b.n_messages == 1;
}

static void put_zeros(struct link *link, size_t n)
{
    struct bytes content;
    bytes_init(&content, SIZE_MAX);
    bytes_put_zero(&content, n);
    struct blob *blob = blob_from_bytes(&content);
    link_put(link, LINK_UNIT, NULL, &blob, 1);
    blob_unref(&blob);
}

static void a_node_calls_another_and_both_talk(void **state)
{
    struct fixture *f = *state;
    listen_as(f, B, 0);
    dial_as(f, A, "a", "b");
    assert_int_equal(f->a.n_up + f->a.n_down, 0);
    wait_until(f->loop, link_end_is_up, &f->a);
    wait_until(f->loop, link_end_is_up, &f->b);
    assert_string_equal(f->a.node, "b");
    assert_string_equal(f->b.node, "a");
    put_zeros(f->a.link, 5 << 20);
    put_zeros(f->b.link, 7 << 20);
    wait_until(f->loop, both_have_one, f);
    assert_int_equal(f->a.received.len, 7 << 20);
    assert_int_equal(f->b.received.len, 5 << 20);
    link_free(&f->a.link);
    wait_until(f->loop, link_end_is_down, &f->b);
    assert_string_equal(f->b.why, "the other end closed it");
}

static void who_is_not_what_it_says_does_not_come_in(void **state)
{
    static const struct {
        enum who calls, called;
        const char *name, *other, *why; /* why: the caller hears */
    } rows[] = {
        {A, B, "c", "b", "its certificate does not have the name that it says"},
        {A, B, "a", "c", "not that of the node that was called"},
        {A, B, "b", "b", "two nodes have the same name"},
        {STRANGER_A, B, "a", "b", "the other end refuses our certificate"},
        {A, STRANGER_B, "a", "b", "is not signed by the cluster's authority"},
        {B, B, "b", "b", "two nodes have the same name"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fixture *f = *state;
        listen_as(f, rows[i].called, 0);
        dial_as(f, rows[i].calls, rows[i].name, rows[i].other);
        wait_until(f->loop, link_end_is_down, &f->a);
        assert_int_equal(f->n_calls, 0);
        if (!strstr(f->a.why, rows[i].why))
            fail_msg("%zu: %s", i, f->a.why);
        link_listener_free(&f->listener);
        link_end_fini(&f->a);
        f->a = (struct link_end){0};
    }
}

static void a_caller_that_is_not_welcome_hears_why(void **state)
{
    struct fixture *f = *state;
    f->unwelcome = "a link with you is there already";
    listen_as(f, B, 0);
    dial_as(f, A, "a", "b");
    wait_until(f->loop, link_end_is_down, &f->a);
    assert_int_equal(f->n_calls, 1);
    assert_string_equal(f->a.why,
                        "the other end closed it: 'a link with you is there already'");
}

static void where_nobody_listens_that_is_said_from_the_loop(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *address, *why;
    } rows[] = {
        {NULL, "Connection refused"},
        {"b.example.org:5999", NULL},
        {"", NULL},
        {"unix:/nonexistent/holdfast", "No such file or directory"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct link_options options = link_end_options(&f->a, f->loop, "a");
        char address[80];
        options.other = "b";
        listen_as(f, B, 0);
        snprintf(address, sizeof(address), "%s",
                 rows[i].address ? rows[i].address : link_listener_address(f->listener));
        link_listener_free(&f->listener);
        f->a.link = link_dial(address, common.credentials[A], &options);
        assert_non_null(f->a.link);
        assert_int_equal(f->a.n_down, 0);
        wait_until(f->loop, link_end_is_down, &f->a);
        if (rows[i].why)
            assert_string_equal(f->a.why, rows[i].why);
        assert_int_equal(f->a.n_up, 0);
        link_end_fini(&f->a);
        f->a = (struct link_end){0};
    }
}

static void a_called_one_that_says_nothing_is_given_up(void **state)
{
    struct fixture *f = *state;
    struct sockaddr_in sa = {.sin_family = AF_INET};
    socklen_t len = sizeof(sa);
    int mute = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct address a;
    char address[80];
    assert_int_equal(address_parse("127.0.0.1:0", &a, NULL), 0);
    assert_int_equal(bind(mute, (const struct sockaddr *)&a.sa, a.len), 0);
    assert_int_equal(listen(mute, 1), 0);
    getsockname(mute, (struct sockaddr *)&sa, &len);
    snprintf(address, sizeof(address), "127.0.0.1:%u", ntohs(sa.sin_port));
    struct link_options options = link_end_options(&f->a, f->loop, "a");
    options.other = "b";
    options.hello_ms = 1;
    f->a.link = link_dial(address, common.credentials[A], &options);
    wait_until(f->loop, link_end_is_down, &f->a);
    assert_string_equal(f->a.why, "no connection came about in time");
    close(mute);
}

/* Bytes of TLS may come before the end. */
static bool is_closed(void *self)
{
    char buf[512];
    ssize_t n;
    do
        n = recv(*(int *)self, buf, sizeof(buf), 0);
    while (n > 0);
    return n == 0 || (n < 0 && errno != EAGAIN);
}

static void callers_that_say_nothing_or_nonsense_are_dropped(void **state)
{
    static const char *const texts[] = {"", "RFB 003.008\n", "GET / HTTP/1.1\r\n\r\n",
                                        "\x16\x03\x01\x02"};
    struct fixture *f = *state;
    listen_as(f, B, 1);
    for (size_t i = 0; i < COUNT(texts); i++) {
        int fd = connect_raw(f);
        if (*texts[i])
            assert_true(send(fd, texts[i], strlen(texts[i]), MSG_NOSIGNAL) > 0);
        wait_until(f->loop, is_closed, &fd);
        close(fd);
    }
    assert_int_equal(f->n_calls, 0);
}

static void the_oldest_of_too_many_callers_makes_room(void **state)
{
    struct fixture *f = *state;
    int fds[LINK_LISTENER_WAITING_MOST + 1];
    listen_as(f, B, 0);
    for (size_t i = 0; i < COUNT(fds); i++)
        fds[i] = connect_raw(f);
    wait_until(f->loop, is_closed, &fds[0]);
    dial_as(f, A, "a", "b");
    wait_until(f->loop, link_end_is_up, &f->a);
    wait_until(f->loop, is_closed, &fds[1]);
    assert_false(is_closed(&fds[2]));
    assert_false(is_closed(&fds[COUNT(fds) - 1]));
    for (size_t i = 0; i < COUNT(fds); i++)
        close(fds[i]);
}

/* Many more than are taken at once: none is forgotten, and who comes behind them gets in. */
static void a_rush_of_callers_is_taken_bit_by_bit(void **state)
{
    struct fixture *f = *state;
    int fds[120];
    listen_as(f, B, 0);
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = connect_raw(f);
        shutdown(fds[i], SHUT_WR);
    }
    dial_as(f, A, "a", "b");
    wait_until(f->loop, link_end_is_up, &f->b);
    for (size_t i = 0; i < COUNT(fds); i++) {
        wait_until(f->loop, is_closed, &fds[i]);
        close(fds[i]);
    }
    assert_int_equal(f->n_calls, 1);
}

static void links_that_were_taken_outlive_the_listener(void **state)
{
    struct fixture *f = *state;
    listen_as(f, B, 0);
    int waiting = connect_raw(f);
    dial_as(f, A, "a", "b");
    wait_until(f->loop, link_end_is_up, &f->a);
    wait_until(f->loop, link_end_is_up, &f->b);
    link_listener_free(&f->listener);
    wait_until(f->loop, is_closed, &waiting);
    put_zeros(f->a.link, 1);
    put_zeros(f->b.link, 1);
    wait_until(f->loop, both_have_one, f);
    close(waiting);
}

static void other_credentials_count_for_the_next_caller(void **state)
{
    struct fixture *f = *state;
    listen_as(f, B, 0);
    link_listener_set_credentials(f->listener, common.credentials[STRANGER_B]);
    dial_as(f, A, "a", "b");
    wait_until(f->loop, link_end_is_down, &f->a);
    link_end_fini(&f->a);
    f->a = (struct link_end){0};
    link_listener_set_credentials(f->listener, common.credentials[B]);
    dial_as(f, A, "a", "b");
    wait_until(f->loop, link_end_is_up, &f->a);
}

static void an_address_that_cannot_be_listened_on_is_said(void **state)
{
    struct fixture *f = *state;
    static const char *const addresses[] = {"unix:/tmp/x", "host:1", "192.0.2.1:5999"};
    for (size_t i = 0; i < COUNT(addresses); i++) {
        const char *why = NULL;
        const struct link_listener_options options = {.loop = f->loop,
                                                      .node = "b",
                                                      .address = addresses[i],
                                                      .credentials = common.credentials[B],
                                                      .on_link = on_link,
                                                      .self = f};
        assert_true(link_listener_new(&options, &f->listener, &why) < 0);
        assert_non_null(why);
        assert_null(f->listener);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_node_calls_another_and_both_talk),
        TEST(who_is_not_what_it_says_does_not_come_in),
        TEST(a_caller_that_is_not_welcome_hears_why),
        TEST(where_nobody_listens_that_is_said_from_the_loop),
        TEST(a_called_one_that_says_nothing_is_given_up),
        TEST(callers_that_say_nothing_or_nonsense_are_dropped),
        TEST(the_oldest_of_too_many_callers_makes_room),
        TEST(a_rush_of_callers_is_taken_bit_by_bit),
        TEST(links_that_were_taken_outlive_the_listener),
        TEST(other_credentials_count_for_the_next_caller),
        TEST(an_address_that_cannot_be_listened_on_is_said),
    };
    return cmocka_run_group_tests_name("server/cluster/link_dial", tests, make_common,
                                       free_common);
}
