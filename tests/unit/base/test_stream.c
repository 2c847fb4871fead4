/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/base/groups.h"
#include "base/bytes.h"
#include "base/stream.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

static struct stream *pair_with(int *other_r)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
                     0);
    *other_r = fds[1];
    return stream_from_fd(fds[0]);
}

static void a_descriptor_carries_bytes_both_ways(void **state)
{
    (void)state;
    int other;
    char got[8];
    struct stream *s = pair_with(&other);
    const struct iovec parts[] = {{"he", 2}, {"llo", 3}};
    assert_int_equal(stream_writev(s, parts, 2), 5);
    assert_int_equal(read(other, got, sizeof(got)), 5);
    assert_memory_equal(got, "hello", 5);
    assert_int_equal(write(other, "yes", 3), 3);
    assert_int_equal(stream_read(s, got, sizeof(got)), 3);
    assert_memory_equal(got, "yes", 3);
    stream_close(&s);
    assert_null(s);
    close(other);
}

static void nothing_to_read_is_not_an_end(void **state)
{
    (void)state;
    int other;
    char got[8];
    struct stream *s = pair_with(&other);
    assert_int_equal(stream_read(s, got, sizeof(got)), -EAGAIN);
    close(other);
    assert_int_equal(stream_read(s, got, sizeof(got)), 0);
    stream_close(&s);
}

static void writing_to_a_peer_that_left_is_an_error_and_no_signal(void **state)
{
    (void)state;
    int other;
    struct stream *s = pair_with(&other);
    close(other);
    assert_int_equal(stream_writev(s, &(struct iovec){"x", 1}, 1), -EPIPE);
    stream_close(&s);
}

static void a_full_socket_takes_no_more(void **state)
{
    (void)state;
    int other;
    static char much[65536];
    struct stream *s = pair_with(&other);
    ssize_t put = 1;
    for (int i = 0; i < 1000 && put > 0; i++)
        put = stream_writev(s, &(struct iovec){much, sizeof(much)}, 1);
    assert_int_equal(put, -EAGAIN);
    assert_true(s->ops->unsent(s) > 0);
    stream_close(&s);
    close(other);
}

static void the_descriptor_to_poll_is_known(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    struct stream *s = stream_from_fd(fds[0]);
    assert_int_equal(stream_fd(s), fds[0]);
    stream_close(&s);
    close(fds[1]);
    struct stream_memory m;
    stream_memory_init(&m);
    assert_int_equal(stream_fd(&m.stream), -1);
}

static void memory_is_read_in_pieces_until_its_end(void **state)
{
    (void)state;
    char got[4];
    struct stream_memory m;
    stream_memory_init(&m);
    m.in = (const uint8_t *)"abcdef";
    m.in_left = 6;
    assert_int_equal(stream_read(&m.stream, got, 4), 4);
    assert_memory_equal(got, "abcd", 4);
    assert_int_equal(stream_read(&m.stream, got, 4), 2);
    assert_int_equal(stream_read(&m.stream, got, 4), -EAGAIN);
    m.eof = true;
    assert_int_equal(stream_read(&m.stream, got, 4), 0);
}

static void memory_takes_as_much_as_it_was_told(void **state)
{
    (void)state;
    struct bytes out;
    bytes_init(&out, SIZE_MAX);
    struct stream_memory m;
    stream_memory_init(&m);
    m.out = &out;
    m.write_step = 4;
    m.write_room = 7;
    const struct iovec parts[] = {{"abc", 3}, {"defgh", 5}};
    assert_int_equal(stream_writev(&m.stream, parts, 2), 4);
    assert_int_equal(stream_writev(&m.stream, parts, 2), 3);
    assert_int_equal(stream_writev(&m.stream, parts, 2), -EAGAIN);
    assert_int_equal(out.len, 7);
    assert_memory_equal(out.data, "abcdabc", 7);
    bytes_fini(&out);
}

static void closing_no_stream_does_nothing(void **state)
{
    (void)state;
    struct stream *none = NULL;
    stream_close(&none);
    assert_null(none);
}

int test_stream(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_descriptor_carries_bytes_both_ways),
        cmocka_unit_test(nothing_to_read_is_not_an_end),
        cmocka_unit_test(writing_to_a_peer_that_left_is_an_error_and_no_signal),
        cmocka_unit_test(a_full_socket_takes_no_more),
        cmocka_unit_test(the_descriptor_to_poll_is_known),
        cmocka_unit_test(memory_is_read_in_pieces_until_its_end),
        cmocka_unit_test(memory_takes_as_much_as_it_was_told),
        cmocka_unit_test(closing_no_stream_does_nothing),
    };
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
