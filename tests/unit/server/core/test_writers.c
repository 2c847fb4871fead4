/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/writers.h"
#include "base/alloc.h"
#include "tests/unit/server/core/rig.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CLIENTS = 12, WORKERS = 2 };

/* A stream that notes when it is closed. */
struct pipe_end {
    struct stream_memory memory;
    struct bytes out;
    int fails; /* -errno of every write, or 0 */
    bool closed;
};

static struct stream_ops pipe_ops;
static ssize_t (*memory_writev)(struct stream *s, const struct iovec *iov, int n);

static ssize_t pipe_writev(struct stream *s, const struct iovec *iov, int n)
{
    struct pipe_end *p = (struct pipe_end *)s;
    return p->fails ? p->fails : memory_writev(s, iov, n);
}

static void pipe_close(struct stream *s)
{
    ((struct pipe_end *)s)->closed = true;
}

struct owner {
    struct write_client client;
    struct stream *stream;
    struct outq out;
    struct pipe_end pipe;
    unsigned n_written;
    int err;
    struct owner *closes; /* when it is written, or NULL */
};

struct room {
    struct rig rig;
    struct writers *writers;
    struct owner owners[CLIENTS];
};

static void close_owner(struct owner *o)
{
    writers_forget(&o->client);
    stream_close(&o->stream);
}

static void on_written(struct write_client *c, int err)
{
    struct owner *o = (struct owner *)c;
    assert_ptr_equal(o->stream, &o->pipe.memory.stream);
    o->n_written++;
    o->err = err;
    if (o->closes)
        close_owner(o->closes);
}

static void start(struct room *r)
{
    *r = (struct room){0};
    rig_start(&r->rig, NULL);
    assert_int_equal(writers_new(&r->writers, r->rig.loop, r->rig.workers.pool, WORKERS), 0);
    for (size_t i = 0; i < CLIENTS; i++) {
        struct owner *o = &r->owners[i];
        stream_memory_init(&o->pipe.memory);
        pipe_ops = *o->pipe.memory.stream.ops;
        memory_writev = pipe_ops.writev;
        pipe_ops.writev = pipe_writev;
        pipe_ops.close = pipe_close;
        bytes_init(&o->pipe.out, SIZE_MAX);
        o->pipe.memory.out = &o->pipe.out;
        o->stream = &o->pipe.memory.stream;
        outq_init(&o->out);
        o->client = (struct write_client){&o->stream, &o->out, on_written, NULL, NULL, NULL};
    }
    for (size_t i = 0; i < CLIENTS; i++)
        r->owners[i].stream->ops = &pipe_ops;
}

static void stop(struct room *r)
{
    for (size_t i = 0; i < CLIENTS; i++) {
        close_owner(&r->owners[i]);
        outq_fini(&r->owners[i].out);
    }
    rig_stop(&r->rig);
    writers_free(&r->writers);
    for (size_t i = 0; i < CLIENTS; i++) {
        assert_true(r->owners[i].pipe.closed);
        bytes_fini(&r->owners[i].pipe.out);
    }
    assert_int_equal(blob_bytes_live(), 0);
}

/* An update of n bytes for everyone, and a few of their own before it. */
static void give(struct room *r, size_t n)
{
    struct bytes b, own;
    bytes_init(&b, SIZE_MAX);
    bytes_put_zero(&b, n);
    struct blob *shared = blob_from_bytes(&b);
    for (size_t i = 0; i < CLIENTS; i++) {
        struct owner *o = &r->owners[i];
        bytes_init(&own, SIZE_MAX);
        bytes_put_u8(&own, (uint8_t)i);
        outq_put_bytes(&o->out, &own);
        outq_put_blob(&o->out, shared);
        writers_queue(r->writers, &o->client);
        writers_queue(r->writers, &o->client); /* twice is once */
    }
    blob_unref(&shared);
}

static bool all_written(void *self)
{
    struct room *r = self;
    for (size_t i = 0; i < CLIENTS; i++) {
        if (!r->owners[i].pipe.closed && !r->owners[i].n_written)
            return false;
    }
    return true;
}

static bool some_lent(void *self)
{
    return ((struct room *)self)->owners[0].client.loan != NULL;
}

static void everyone_gets_all_in_order_whoever_writes(void **state)
{
    static const size_t sizes[] = {1, 1000, 100000, 1 << 20};
    (void)state;
    for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
        struct room r;
        start(&r);
        give(&r, sizes[k]);
        rig_wait(&r.rig, all_written, &r);
        for (size_t i = 0; i < CLIENTS; i++) {
            struct owner *o = &r.owners[i];
            assert_int_equal(o->n_written, 1);
            assert_int_equal(o->err, 0);
            assert_int_equal(o->pipe.out.len, sizes[k] + 1);
            assert_int_equal(o->pipe.out.data[0], i);
            assert_true(outq_empty(&o->out));
            assert_int_equal(o->out.sent, sizes[k] + 1);
        }
        stop(&r);
    }
}

static void what_is_lent_cannot_be_touched(void **state)
{
    struct room r;
    (void)state;
    start(&r);
    give(&r, 1 << 20);
    rig_wait(&r.rig, some_lent, &r);
    for (size_t i = 0; i < CLIENTS; i++) {
        assert_null(r.owners[i].stream);
        assert_true(outq_empty(&r.owners[i].out));
    }
    rig_wait(&r.rig, all_written, &r);
    stop(&r);
}

static void who_goes_while_lent_is_closed_when_it_is_back(void **state)
{
    struct room r;
    (void)state;
    start(&r);
    give(&r, 1 << 20);
    close_owner(&r.owners[3]); /* still queued */
    assert_true(r.owners[3].pipe.closed);
    rig_wait(&r.rig, some_lent, &r);
    close_owner(&r.owners[5]);
    assert_false(r.owners[5].pipe.closed);
    rig_wait(&r.rig, all_written, &r);
    assert_true(r.owners[5].pipe.closed);
    assert_int_equal(r.owners[5].n_written, 0);
    stop(&r);
}

static void one_may_close_others_as_it_is_told(void **state)
{
    static const size_t sizes[] = {10, 1 << 20};
    (void)state;
    for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
        struct room r;
        start(&r);
        for (size_t i = 0; i < CLIENTS; i++)
            r.owners[i].closes = &r.owners[(i + 5) % CLIENTS];
        give(&r, sizes[k]);
        rig_wait(&r.rig, all_written, &r);
        rig_settle(&r.rig);
        for (size_t i = 0; i < CLIENTS; i++)
            assert_true(r.owners[i].n_written || r.owners[i].pipe.closed);
        stop(&r);
    }
}

static void a_full_stream_keeps_the_rest_and_a_broken_one_says_so(void **state)
{
    static const size_t sizes[] = {1000, 1 << 20};
    (void)state;
    for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
        struct room r;
        start(&r);
        r.owners[1].pipe.memory.write_room = 500;
        r.owners[2].pipe.fails = -EPIPE;
        give(&r, sizes[k]);
        rig_wait(&r.rig, all_written, &r);
        assert_int_equal(r.owners[1].err, 0);
        assert_int_equal(r.owners[1].out.unsent, sizes[k] + 1 - 500);
        assert_int_equal(r.owners[2].err, -EPIPE);
        r.owners[1].pipe.memory.write_room = SIZE_MAX;
        r.owners[1].n_written = 0;
        writers_queue(r.writers, &r.owners[1].client);
        rig_wait(&r.rig, all_written, &r);
        assert_int_equal(r.owners[1].pipe.out.len, sizes[k] + 1);
        stop(&r);
    }
}

static void little_is_not_worth_a_hand_over(void **state)
{
    (void)state;
    assert_false(writers_lend(1, 10u << 20));
    assert_false(writers_lend(1000, 100000));
    assert_true(writers_lend(64, 4u << 20));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everyone_gets_all_in_order_whoever_writes),
        cmocka_unit_test(what_is_lent_cannot_be_touched),
        cmocka_unit_test(who_goes_while_lent_is_closed_when_it_is_back),
        cmocka_unit_test(one_may_close_others_as_it_is_told),
        cmocka_unit_test(a_full_stream_keeps_the_rest_and_a_broken_one_says_so),
        cmocka_unit_test(little_is_not_worth_a_hand_over),
    };
    return cmocka_run_group_tests_name("writers", tests, NULL, NULL);
}
