/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/ra2_stream.h"
#include "base/bytes.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* A stream over memory, and the other end's ciphers. */
struct ends {
    struct stream_memory memory;
    struct bytes to_us, from_us;
    struct ra2_ciphers other;
    struct stream *stream;
};

static void ends_init(struct ends *e)
{
    static const uint8_t keys[2][16] = {"client to server", "server to client"};
    struct ra2_ciphers ours;
    *e = (struct ends){0};
    bytes_init(&e->to_us, SIZE_MAX);
    bytes_init(&e->from_us, SIZE_MAX);
    ra2_cipher_init(&ours.in, keys[0], 16);
    ra2_cipher_init(&ours.out, keys[1], 16);
    ra2_cipher_init(&e->other.out, keys[0], 16);
    ra2_cipher_init(&e->other.in, keys[1], 16);
    stream_memory_init(&e->memory);
    e->memory.out = &e->from_us;
    struct stream *lower = &e->memory.stream;
    e->stream = ra2_stream_new(&lower, &ours, NULL, 0);
    assert_null(lower);
}

static void ends_fini(struct ends *e)
{
    stream_close(&e->stream);
    bytes_fini(&e->to_us);
    bytes_fini(&e->from_us);
}

static void arrive(struct ends *e)
{
    e->memory.in = e->to_us.data;
    e->memory.in_left = e->to_us.len;
}

static void bytes_come_in_whatever_pieces_they_are_read(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 3, 4096, 100000};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct ends e;
        uint8_t sent[70000], *got = malloc(200000);
        size_t n = 0;
        ends_init(&e);
        for (size_t k = 0; k < sizeof(sent); k++)
            sent[k] = (uint8_t)(k * 7);
        ra2_seal(&e.other.out, sent, 60000, &e.to_us);
        ra2_seal(&e.other.out, sent, 0, &e.to_us);
        ra2_seal(&e.other.out, sent + 60000, 10000, &e.to_us);
        arrive(&e);
        while (n < sizeof(sent)) {
            ssize_t part = stream_read(e.stream, got + n, sizes[i]);
            assert_true(part > 0 || part == -EAGAIN);
            n += part > 0 ? (size_t)part : 0;
            assert_true(e.memory.in_left || n == sizeof(sent) || stream_pending(e.stream));
        }
        assert_int_equal(n, sizeof(sent));
        assert_memory_equal(got, sent, n);
        assert_false(stream_pending(e.stream));
        assert_int_equal(stream_read(e.stream, got, 1), -EAGAIN);
        e.memory.eof = true;
        assert_int_equal(stream_read(e.stream, got, 1), 0);
        free(got);
        ends_fini(&e);
    }
}

static void what_was_read_already_comes_first(void **state)
{
    (void)state;
    struct ends e;
    struct bytes all;
    char got[16];
    ends_init(&e);
    bytes_init(&all, SIZE_MAX);
    ra2_seal(&e.other.out, "first", 5, &all);
    size_t early = all.len + 10; /* half of the second one, too */
    ra2_seal(&e.other.out, "second", 6, &all);
    bytes_put(&e.to_us, all.data + early, all.len - early);
    struct stream *lower = &e.memory.stream;
    struct ra2_ciphers ours;
    ra2_cipher_init(&ours.in, (const uint8_t *)"client to server", 16);
    ra2_cipher_init(&ours.out, (const uint8_t *)"server to client", 16);
    stream_close(&e.stream);
    e.stream = ra2_stream_new(&lower, &ours, all.data, early);
    assert_true(stream_pending(e.stream));
    assert_int_equal(stream_read(e.stream, got, sizeof(got)), 5);
    assert_memory_equal(got, "first", 5);
    assert_false(stream_pending(e.stream));
    arrive(&e);
    assert_int_equal(stream_read(e.stream, got, sizeof(got)), 6);
    assert_memory_equal(got, "second", 6);
    bytes_fini(&all);
    ends_fini(&e);
}

static void a_changed_record_ends_it(void **state)
{
    (void)state;
    struct ends e;
    char got[16];
    ends_init(&e);
    ra2_seal(&e.other.out, "good", 4, &e.to_us);
    ra2_seal(&e.other.out, "evil", 4, &e.to_us);
    e.to_us.data[e.to_us.len - 1] ^= 1;
    arrive(&e);
    assert_int_equal(stream_read(e.stream, got, sizeof(got)), 4);
    assert_true(stream_pending(e.stream));
    assert_int_equal(stream_read(e.stream, got, sizeof(got)), -EBADMSG);
    assert_int_equal(stream_read(e.stream, got, sizeof(got)), -EBADMSG);
    ends_fini(&e);
}

/* Opens what we wrote; returns the number of records. */
static unsigned open_all(struct ends *e, struct bytes *plain)
{
    struct reader in = reader_over(e->from_us.data, e->from_us.len);
    unsigned n = 0;
    while (ra2_open(&e->other.in, &in, RA2_RECORD_MOST, plain) == RA2_DONE)
        n++;
    assert_int_equal(reader_left(&in), 0);
    return n;
}

/* Offers the same bytes until they are taken, with room for `room` more each time. */
static void write_all(struct ends *e, const struct iovec *iov, int n, size_t total, size_t room)
{
    struct iovec rest[8];
    memcpy(rest, iov, (size_t)n * sizeof(*iov));
    for (struct iovec *at = rest; total;) {
        e->memory.write_room = room;
        ssize_t put = stream_writev(e->stream, at, n);
        assert_true(put > 0 || put == -EAGAIN);
        if (put < 0) {
            assert_int_equal(stream_wants(e->stream), POLLOUT);
            continue;
        }
        total -= (size_t)put;
        while (n && (size_t)put >= at->iov_len) {
            put -= (ssize_t)at->iov_len;
            at++;
            n--;
        }
        if (n) {
            at->iov_base = (uint8_t *)at->iov_base + put;
            at->iov_len -= (size_t)put;
        }
    }
}

static void buffers_are_sealed_together(void **state)
{
    (void)state;
    static uint8_t data[200000];
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 11 >> 3);
    static const struct {
        size_t parts[4], room;
        unsigned records;
    } rows[] = {
        {{1, 2, 3, 4}, SIZE_MAX, 1},
        {{4, 8188, 0, 0}, SIZE_MAX, 1},
        {{4, 8189, 0, 0}, SIZE_MAX, 2},
        {{0, 0, 5, 0}, SIZE_MAX, 1},
        {{100, 100000, 1, 60000}, SIZE_MAX, 20},
        {{100, 100000, 1, 60000}, 1000, 20},
        {{100, 100000, 1, 60000}, 70000, 20},
        {{1, 1, 1, 1}, 1, 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ends e;
        struct iovec iov[4];
        struct bytes plain;
        size_t total = 0;
        ends_init(&e);
        bytes_init(&plain, SIZE_MAX);
        for (unsigned k = 0; k < 4; k++) {
            iov[k] = (struct iovec){data + total, rows[i].parts[k]};
            total += rows[i].parts[k];
        }
        write_all(&e, iov, 4, total, rows[i].room);
        assert_int_equal(open_all(&e, &plain), rows[i].records);
        assert_int_equal(plain.len, total);
        assert_memory_equal(plain.data, data, total);
        assert_int_equal(stream_wants(e.stream), 0);
        bytes_fini(&plain);
        ends_fini(&e);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_in_whatever_pieces_they_are_read),
        cmocka_unit_test(what_was_read_already_comes_first),
        cmocka_unit_test(a_changed_record_ends_it),
        cmocka_unit_test(buffers_are_sealed_together),
    };
    return cmocka_run_group_tests_name("auth/ra2_stream", tests, NULL, NULL);
}
