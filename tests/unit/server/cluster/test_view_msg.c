/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What nodes say to each other about pictures, in bytes and back. */
#include <config.h>
#include "server/cluster/link_frame.h"
#include "server/cluster/view_msg.h"
#include "tests/unit/server/cluster/view_again.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#define NATIVE                                                                                 \
    {                                                                                          \
        32, 24, false, true, 255, 255, 255, 16, 8, 0                                           \
    }
#define TIGHT                                                                                  \
    {                                                                                          \
        ENCODING_TIGHT, NATIVE, 60, 2, true, 2                                                 \
    }
#define ZRLE                                                                                   \
    {                                                                                          \
        ENCODING_ZRLE, {16, 16, true, true, 31, 63, 31, 11, 5, 0}, -1, 1, false, 1             \
    }

/* Pixels that take three bytes, which RFB does not know. */
#define OF_24_BITS                                                                             \
    {                                                                                          \
        24, 24, false, true, 255, 255, 255, 16, 8, 0                                           \
    }
/* A stream of a class, which is the rest of the arguments. */
#define OPENING(number, ...)                                                                   \
    {                                                                                          \
        LINK_STREAM_OPEN,                                                                      \
        {                                                                                      \
            1, .stream = { number, true, true, __VA_ARGS__, 0, 0, NULL, {NULL, 0} }            \
        }                                                                                      \
    }

static const uint64_t hashes[] = {1, UINT64_MAX, 0, 7};
static const uint32_t blocks[] = {0, 5, 4095};
static const struct piece_source sources[] = {{3, UINT64_MAX, 0x123456789abcdef0, 1},
                                              {4, 0, 0, 0}};

static const struct sample {
    enum link_type type;
    struct view_msg msg;
} samples[] = {
    {LINK_VIEW_OPEN, {1, .open = {2, {.head = VIEW_ALL_HEADS}}}},
    {LINK_VIEW_OPEN,
     {1, .open = {2,
                  {.head = HEADS_MOST - 1,
                   .draws_pointer = true,
                   .fixed_w = 800,
                   .fixed_h = 600,
                   .scaled = true,
                   .bare = true}}}},
    {LINK_VIEW_CLOSE, {UINT32_MAX, .open = {0}}},
    {LINK_STREAM_OPEN,
     {1, .stream = {5, true, true, TIGHT, 257, 65, hashes, {NULL, 0}}}}, /* 2 x 2 blocks */
    {LINK_STREAM_OPEN, {1, .stream = {5, false, true, ZRLE, 0, 0, NULL, {NULL, 0}}}},
    {LINK_STREAM_OPEN, {1, .stream = {.stream = 5, .moves = true}}},
    {LINK_STREAM_CLOSE, {1, .stream = {.stream = 9}}},
    {LINK_BLOCKS_WANTED, {1, .wanted = {3, ZRLE, blocks, {NULL, 3}}}},
    {LINK_ACK, {1, .ack = {5, 77}}},
    {LINK_VIEW_SIZE, {1, .size = {1, 640, 480, 0, {{0}}}}},
    {LINK_VIEW_SIZE, {1, .size = {9, 740, 480, 2, {{0, 0, 640, 480}, {3, 640, 100, 90}}}}},
    {LINK_UNIT,
     {1, .update = {.stream = 5,
                    .layout = 1,
                    .mark = 3,
                    .epoch = 1,
                    .version = UINT64_MAX,
                    .n_rects = 60000,
                    .uses_stream = true,
                    .moves = {{{16, 32, 640, 48}, 0, -16}, {{0, 0, 16, 16}, 16, 0}},
                    .n_moves = 2,
                    .sources = sources,
                    .n_sources = 2}}},
    {LINK_UNIT, {1, .update = {.stream = 5, .layout = 1}}},
    {LINK_BLOCK,
     {1, .update = {.layout = 1, .class = TIGHT, .n_rects = 1, .sources = sources}}},
};

static void put(const struct sample *sample, struct bytes *b)
{
    bytes_init(b, SIZE_MAX);
    view_msg_put(b, sample->type, &sample->msg);
}

static void every_message_is_read_as_it_was_put(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct view_msg msg;
        struct bytes b, again;
        put(&samples[i], &b);
        struct reader r = reader_over(b.data, b.len);
        const char *why = view_msg_read(&r, samples[i].type, &msg);
        if (why)
            fail_msg("row %zu: %s", i, why);
        assert_int_equal(msg.view, samples[i].msg.view);
        bytes_init(&again, SIZE_MAX);
        view_again_put(&again, samples[i].type, &msg);
        assert_int_equal(again.len, b.len);
        assert_memory_equal(again.data, b.data, b.len);
        assert_true(b.len <= link_frame_most(samples[i].type));
        bytes_fini(&again);
        bytes_fini(&b);
    }
}

static void a_message_that_is_cut_or_goes_on_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        enum link_type type = samples[i].type;
        struct view_msg msg;
        struct bytes b;
        put(&samples[i], &b);
        for (size_t n = 0; n < b.len; n++) {
            struct reader r = reader_over(b.data, n);
            if (!view_msg_read(&r, type, &msg))
                fail_msg("row %zu is accepted after %zu of %zu bytes", i, n, b.len);
        }
        bytes_put_u8(&b, 1);
        struct reader r = reader_over(b.data, b.len);
        bool holds_bytes = type == LINK_UNIT || type == LINK_BLOCK;
        assert_int_equal(view_msg_read(&r, type, &msg) == NULL, holds_bytes);
        if (holds_bytes)
            assert_int_equal(msg.update.n_bytes, 1);
        bytes_fini(&b);
    }
}

static void what_is_read_is_what_was_said(void **state)
{
    struct view_msg msg;
    struct bytes b;
    (void)state;
    put(&samples[3], &b);
    struct reader r = reader_over(b.data, b.len);
    assert_null(view_msg_read(&r, LINK_STREAM_OPEN, &msg));
    struct view_known *known = view_msg_known(&msg);
    assert_int_equal(known->n, 4);
    assert_memory_equal(known->blocks, hashes, sizeof(hashes));
    assert_true(encode_class_equal(&msg.stream.class, &samples[3].msg.stream.class));
    view_known_free(&known);
    bytes_fini(&b);
    put(&samples[11], &b);
    r = reader_over(b.data, b.len);
    assert_null(view_msg_read(&r, LINK_UNIT, &msg));
    struct piece_source s = view_msg_source(&msg.update.rows, 0);
    assert_int_equal(s.block, 3);
    assert_true(s.covered == UINT64_MAX && s.hash == 0x123456789abcdef0 && s.lossy == 1);
    assert_int_equal(msg.update.moves[0].dy, -16);
    bytes_fini(&b);
}

/* Values that there are not, each in a message that is right otherwise. */
static void what_there_is_not_is_refused(void **state)
{
    const struct sample rows[] = {
        {LINK_VIEW_OPEN, {1, .open = {2, {.head = HEADS_MOST}}}},
        {LINK_VIEW_OPEN, {1, .open = {2, {.head = -2}}}},
        {LINK_VIEW_OPEN, {1, .open = {2, {.head = 0, .fixed_w = 16385, .fixed_h = 1}}}},
        {LINK_VIEW_OPEN, {1, .open = {2, {.head = 0, .fixed_w = 16384, .fixed_h = 16384}}}},
        {LINK_VIEW_OPEN, {1, .open = {2, {.head = 0, .fixed_h = 100}}}},
        {LINK_VIEW_OPEN, {1, .open = {2, {.head = 0, .scaled = true}}}},
        OPENING(0, TIGHT),
        OPENING(1, {ENCODING_COPYRECT, NATIVE, -1, 1, false, 1}),
        OPENING(1, {ENCODING_ZRLE, NATIVE, 50, 1, false, 1}),
        OPENING(1, {ENCODING_TIGHT, NATIVE, 101, 1, false, 1}),
        OPENING(1, {ENCODING_TIGHT, NATIVE, 50, 3, false, 1}),
        OPENING(1, {ENCODING_TIGHT, NATIVE, -1, 1, false, 3}),
        OPENING(1, {ENCODING_RAW, NATIVE, -1, 1, true, 1}),
        OPENING(1, {ENCODING_JPEG, NATIVE, -1, 1, false, 1}),
        OPENING(1, {ENCODING_RAW, OF_24_BITS, -1, 1, false, 1}),
        {LINK_VIEW_SIZE, {1, .size = {0, 640, 480, 0, {{0}}}}},
        {LINK_VIEW_SIZE, {1, .size = {1, 0, 480, 0, {{0}}}}},
        {LINK_VIEW_SIZE, {1, .size = {1, 640, 480, 1, {{HEADS_MOST, 0, 640, 480}}}}},
        {LINK_VIEW_SIZE, {1, .size = {1, 640, 480, 1, {{0, 5, 640, 480}}}}},
        {LINK_VIEW_SIZE, {1, .size = {1, 640, 480, 1, {{0, 0, 0, 480}}}}},
        {LINK_VIEW_SIZE, {1, .size = {1, 9, 9, 2, {{1, 0, 9, 9}, {0, 9, 9, 9}}}}},
        {LINK_UNIT, {1, .update = {.stream = 5, .layout = 0}}},
        {LINK_BLOCK,
         {1, .update = {.layout = 0, .class = TIGHT, .n_rects = 1, .sources = sources}}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view_msg msg;
        struct bytes b;
        put(&rows[i], &b);
        struct reader r = reader_over(b.data, b.len);
        if (!view_msg_read(&r, rows[i].type, &msg))
            fail_msg("row %zu is accepted", i);
        bytes_fini(&b);
    }
}

static void more_blocks_than_there_are_cost_no_memory(void **state)
{
    const struct sample wanted = {LINK_BLOCKS_WANTED, {1, .wanted = {3, ZRLE, blocks, {0}}}};
    struct view_msg msg;
    struct bytes b;
    (void)state;
    put(&wanted, &b);
    bytes_patch_u32(&b, b.len - 4, VIEW_MSG_BLOCKS_MOST + 1);
    struct reader r = reader_over(b.data, b.len);
    assert_string_equal(view_msg_read(&r, LINK_BLOCKS_WANTED, &msg),
                        "more blocks than a picture has");
    bytes_fini(&b);
}

static void what_is_not_about_pictures_is_refused(void **state)
{
    static const uint8_t zeros[64];
    (void)state;
    for (int type = 0; type < 256; type++) {
        struct view_msg msg;
        struct reader r = reader_over(zeros, sizeof(zeros));
        if (type < LINK_VIEW_OPEN || type > LINK_BLOCK)
            assert_non_null(view_msg_read(&r, (enum link_type)type, &msg));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_is_read_as_it_was_put),
        cmocka_unit_test(a_message_that_is_cut_or_goes_on_is_refused),
        cmocka_unit_test(what_is_read_is_what_was_said),
        cmocka_unit_test(what_there_is_not_is_refused),
        cmocka_unit_test(more_blocks_than_there_are_cost_no_memory),
        cmocka_unit_test(what_is_not_about_pictures_is_refused),
    };
    return cmocka_run_group_tests_name("view_msg", tests, NULL, NULL);
}
