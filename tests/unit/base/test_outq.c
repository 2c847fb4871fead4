/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/base/groups.h"
#include "base/outq.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

struct fixture {
    struct outq q;
    struct bytes out;
    struct stream_memory m;
};

static void begin(struct fixture *f)
{
    outq_init(&f->q);
    bytes_init(&f->out, SIZE_MAX);
    stream_memory_init(&f->m);
    f->m.out = &f->out;
}

static void end(struct fixture *f)
{
    outq_fini(&f->q);
    bytes_fini(&f->out);
}

static void put_text(struct outq *q, const char *text)
{
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    bytes_put(&b, text, strlen(text));
    outq_put_bytes(q, &b);
    assert_int_equal(b.len, 0);
    bytes_fini(&b);
}

static struct blob *blob_of(const char *text)
{
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    bytes_put(&b, text, strlen(text));
    return blob_from_bytes(&b);
}

static void assert_out(const struct fixture *f, const char *expected)
{
    assert_int_equal(f->out.len, strlen(expected));
    assert_memory_equal(f->out.data, expected, f->out.len);
}

static void bytes_and_blobs_leave_in_order(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct blob *shared = blob_of("shared");
    put_text(&f.q, "one ");
    outq_put_blob(&f.q, shared);
    put_text(&f.q, " two ");
    outq_put_blob(&f.q, shared);
    assert_int_equal(f.q.unsent, 21);
    assert_int_equal(outq_write(&f.q, &f.m.stream), 0);
    assert_out(&f, "one shared two shared");
    assert_true(outq_empty(&f.q));
    assert_int_equal(f.q.unsent, 0);
    assert_int_equal(f.q.sent, 21);
    assert_int_equal(atomic_load(&shared->refs), 1);
    blob_unref(&shared);
    end(&f);
}

static void every_size_of_partial_write_gives_the_same_bytes(void **state)
{
    (void)state;
    for (size_t step = 1; step <= 13; step++) {
        struct fixture f;
        begin(&f);
        f.m.write_step = step;
        put_text(&f.q, "abc");
        put_text(&f.q, "d");
        put_text(&f.q, "efghijkl");
        assert_int_equal(outq_write(&f.q, &f.m.stream), 0);
        assert_out(&f, "abcdefghijkl");
        assert_int_equal(f.q.sent, 12);
        end(&f);
    }
}

static void a_full_stream_keeps_the_rest_for_later(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    put_text(&f.q, "abc");
    put_text(&f.q, "def");
    f.m.write_room = 4;
    assert_int_equal(outq_write(&f.q, &f.m.stream), 0);
    assert_false(outq_empty(&f.q));
    assert_int_equal(f.q.unsent, 2);
    assert_int_equal(f.q.sent, 4);
    put_text(&f.q, "gh");
    f.m.write_room = 100;
    assert_int_equal(outq_write(&f.q, &f.m.stream), 0);
    assert_out(&f, "abcdefgh");
    end(&f);
}

static void more_parts_than_one_write_takes_all_go(void **state)
{
    (void)state;
    struct fixture f;
    char expected[1001] = "";
    begin(&f);
    for (int i = 0; i < 500; i++) {
        put_text(&f.q, i % 2 ? "ab" : "xy");
        strcat(expected, i % 2 ? "ab" : "xy");
    }
    assert_int_equal(outq_write(&f.q, &f.m.stream), 0);
    assert_out(&f, expected);
    end(&f);
}

static void nothing_is_queued_for_nothing(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct blob *empty = blob_of("");
    put_text(&f.q, "");
    outq_put_blob(&f.q, empty);
    assert_true(outq_empty(&f.q));
    assert_int_equal(atomic_load(&empty->refs), 1);
    blob_unref(&empty);
    end(&f);
}

static void what_was_never_sent_is_let_go(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    size_t before = blob_bytes_live();
    struct blob *shared = blob_of("shared");
    outq_put_blob(&f.q, shared);
    put_text(&f.q, "private");
    blob_unref(&shared);
    assert_int_equal(blob_bytes_live() - before, 13);
    end(&f);
    assert_int_equal(blob_bytes_live(), before);
}

static ssize_t broken_writev(struct stream *s, const struct iovec *iov, int n)
{
    (void)s;
    (void)iov;
    (void)n;
    return -ECONNRESET;
}

static void an_error_of_the_stream_is_returned(void **state)
{
    (void)state;
    const struct stream_ops ops = {.name = "broken", .writev = broken_writev};
    struct stream broken = {.ops = &ops};
    struct fixture f;
    begin(&f);
    assert_int_equal(outq_write(&f.q, &broken), 0);
    put_text(&f.q, "abc");
    assert_int_equal(outq_write(&f.q, &broken), -ECONNRESET);
    assert_int_equal(f.q.unsent, 3);
    end(&f);
}

int test_outq(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_and_blobs_leave_in_order),
        cmocka_unit_test(every_size_of_partial_write_gives_the_same_bytes),
        cmocka_unit_test(a_full_stream_keeps_the_rest_for_later),
        cmocka_unit_test(more_parts_than_one_write_takes_all_go),
        cmocka_unit_test(nothing_is_queued_for_nothing),
        cmocka_unit_test(what_was_never_sent_is_let_go),
        cmocka_unit_test(an_error_of_the_stream_is_returned),
    };
    return cmocka_run_group_tests_name("outq", tests, NULL, NULL);
}
