/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What links are made of: frames, greetings, fields, and when an end is dead. */
#include <config.h>
#include "server/cluster/link_frame.h"
#include "server/cluster/link_hello.h"
#include "server/cluster/link_life.h"
#include "server/cluster/link_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* ---- frames ---- */

static enum parse parse_copy(const void *data, size_t n, size_t most,
                             struct link_frame *frame_r, size_t *taken_r)
{
    static uint8_t *copy;
    const char *why = NULL;
    free(copy);
    copy = malloc(n ? n : 1);
    memcpy(copy, data, n);
    struct reader in = reader_over(copy, n);
    enum parse result = link_frame_parse(&in, most, frame_r, &why);
    assert_int_equal(result == PARSE_BAD, why != NULL);
    assert_false(in.more);
    *taken_r = (size_t)(in.at - copy);
    return result;
}

static void every_proper_prefix_of_every_type_asks_for_more(void **state)
{
    (void)state;
    unsigned known = 0;
    for (unsigned type = 0; type < LINK_TYPES; type++) {
        struct bytes b;
        struct link_frame frame = {0};
        size_t taken;
        if (!link_frame_most(type))
            continue;
        known++;
        bytes_init(&b, SIZE_MAX);
        link_frame_put_head(&b, type, 5);
        bytes_put(&b, "hello", 5);
        assert_int_equal(b.len, LINK_FRAME_HEAD + 5);
        for (size_t n = 0; n < b.len; n++) {
            assert_int_equal(parse_copy(b.data, n, 5, &frame, &taken), PARSE_MORE);
            assert_int_equal(taken, 0);
            assert_int_equal(frame.type, 0);
        }
        bytes_put(&b, "next", 4);
        assert_int_equal(parse_copy(b.data, b.len, 5, &frame, &taken), PARSE_DONE);
        assert_int_equal(frame.type, type);
        assert_int_equal(taken, LINK_FRAME_HEAD + 5);
        assert_int_equal(reader_left(&frame.payload), 5);
        assert_memory_equal(frame.payload.at, "hello", 5);
        bytes_fini(&b);
    }
    assert_true(known > 30);
}

static void a_length_is_judged_as_soon_as_it_is_there(void **state)
{
    (void)state;
    for (unsigned type = 0; type < 256; type++) {
        size_t most = link_frame_most(type), taken;
        struct link_frame frame;
        struct bytes b;
        assert_true(most <= LINK_MESSAGE_MOST);
        bytes_init(&b, SIZE_MAX);
        link_frame_put_head(&b, type, most);
        assert_int_equal(parse_copy(b.data, b.len, SIZE_MAX, &frame, &taken),
                         most ? PARSE_MORE : PARSE_BAD);
        if (most)
            assert_int_equal(parse_copy(b.data, b.len, most - 1, &frame, &taken), PARSE_BAD);
        bytes_patch_u32(&b, 0, (uint32_t)most + 1);
        assert_int_equal(parse_copy(b.data, b.len, SIZE_MAX, &frame, &taken), PARSE_BAD);
        bytes_patch_u32(&b, 0, UINT32_MAX);
        assert_int_equal(parse_copy(b.data, b.len, SIZE_MAX, &frame, &taken), PARSE_BAD);
        bytes_fini(&b);
    }
}

/* ---- greetings and fields ---- */

static void every_proper_prefix_of_a_greeting_is_refused(void **state)
{
    (void)state;
    const struct link_hello hello = {.lowest = 2, .highest = 9, .node = "node-1.example"};
    struct link_hello got;
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    link_hello_put(&b, &hello);
    for (size_t n = 0; n < b.len; n++) {
        uint8_t *copy = malloc(n ? n : 1);
        memcpy(copy, b.data, n);
        struct reader r = reader_over(copy, n);
        assert_non_null(link_hello_parse(&r, &got));
        free(copy);
    }
    struct reader r = reader_over(b.data, b.len);
    assert_null(link_hello_parse(&r, &got));
    assert_int_equal(got.lowest, 2);
    assert_int_equal(got.highest, 9);
    assert_string_equal(got.node, hello.node);
    bytes_fini(&b);
}

static void the_highest_version_that_both_speak_is_taken(void **state)
{
    (void)state;
    static const struct {
        unsigned a_lowest, a_highest, b_lowest, b_highest, version;
    } rows[] = {{1, 1, 1, 1, 1}, {1, 3, 2, 5, 3}, {1, 5, 2, 3, 3}, {3, 5, 1, 3, 3},
                {1, 2, 3, 4, 0}, {3, 4, 1, 2, 0}, {4, 4, 1, 9, 4}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct link_hello a = {.lowest = rows[i].a_lowest, .highest = rows[i].a_highest};
        const struct link_hello b = {.lowest = rows[i].b_lowest, .highest = rows[i].b_highest};
        assert_int_equal(link_hello_version(&a, &b), rows[i].version);
        assert_int_equal(link_hello_version(&b, &a), rows[i].version);
    }
}

static void names_are_plain(void **state)
{
    (void)state;
    char longest[LINK_NODE_NAME_MOST + 2];
    static const char *const good[] = {"a", "7", "Node-1.example_x"};
    static const char *const bad[] = {"",    "-a",  ".a",       "_a", "a/b",
                                      "a b", "a\n", "\xc3\xa4", "*"};
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(link_node_name_good(good[i]));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(link_node_name_good(bad[i]));
    memset(longest, 'a', sizeof(longest));
    longest[LINK_NODE_NAME_MOST + 1] = 0;
    assert_false(link_node_name_good(longest));
    longest[LINK_NODE_NAME_MOST] = 0;
    assert_true(link_node_name_good(longest));
}

static void texts_are_cut_when_put_and_refused_when_they_do_not_fit(void **state)
{
    (void)state;
    struct bytes b;
    char text[6] = "";
    bytes_init(&b, SIZE_MAX);
    link_put_text(&b, "hello world", 5);
    assert_int_equal(b.len, 7);
    struct reader r = reader_over(b.data, b.len);
    assert_true(link_read_text(&r, text, sizeof(text)));
    assert_string_equal(text, "hello");
    r = reader_over(b.data, b.len);
    assert_false(link_read_text(&r, text, 5));
    assert_true(r.more);
    r = reader_over(b.data, b.len - 1);
    assert_false(link_read_text(&r, text, sizeof(text)));
    b.data[4] = 0;
    r = reader_over(b.data, b.len);
    assert_false(link_read_text(&r, text, sizeof(text)));
    assert_true(r.more);
    bytes_clear(&b);
    link_put_text(&b, "", 5);
    r = reader_over(b.data, b.len);
    assert_true(link_read_text(&r, text, 1));
    assert_string_equal(text, "");
    bytes_fini(&b);
}

static void long_numbers_come_back(void **state)
{
    (void)state;
    static const uint64_t rows[] = {0, 1, 0x0123456789abcdef, UINT64_MAX, UINT64_C(1) << 32};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bytes b;
        bytes_init(&b, SIZE_MAX);
        link_put_u64(&b, rows[i]);
        struct reader r = reader_over(b.data, b.len);
        assert_true(link_read_u64(&r) == rows[i]);
        assert_false(r.more);
        bytes_fini(&b);
    }
}

static void the_same_is_told_once_a_minute(void **state)
{
    (void)state;
    struct link_told t = {0};
    const uint64_t s = 1000000;
    char line[16];
    assert_false(link_told(&t, "a: no", s));
    assert_true(link_told(&t, "a: no", 2 * s));
    assert_false(link_told(&t, "b: no", 2 * s));
    assert_true(link_told(&t, "a: no", (1 + LINK_TOLD_S) * s - 1));
    assert_false(link_told(&t, "a: no", (1 + LINK_TOLD_S) * s));
    assert_true(link_told(&t, "a: no", (2 + LINK_TOLD_S) * s));
    for (unsigned i = 0; i < LINK_TOLD_MOST; i++) {
        snprintf(line, sizeof(line), "c%u", i);
        assert_false(link_told(&t, line, (3 + LINK_TOLD_S) * s + i));
    }
    assert_true(link_told(&t, "c0", (4 + LINK_TOLD_S) * s));
    assert_false(link_told(&t, "a: no", (4 + LINK_TOLD_S) * s));
}

/* ---- life ---- */

enum { MS = 1000, START = 1000000 };

static void an_end_is_asked_at_once_and_then_after_silence(void **state)
{
    (void)state;
    struct link_life l;
    uint64_t next, now = START;
    link_life_init(&l, 5000, 20000, now);
    assert_int_equal(link_life_step(&l, now, &next), LINK_LIFE_PING);
    link_life_asked(&l, now);
    assert_int_equal(link_life_step(&l, now + 1, &next), LINK_LIFE_WAIT);
    now += 3 * MS;
    link_life_heard(&l, now);
    link_life_answered(&l, START, now);
    assert_int_equal(l.rtt_us, 3 * MS);
    assert_int_equal(link_life_step(&l, now, &next), LINK_LIFE_WAIT);
    assert_int_equal(next, now + 5000 * MS);
    assert_int_equal(link_life_step(&l, next - 1, &next), LINK_LIFE_WAIT);
    assert_int_equal(link_life_step(&l, now + 5000 * MS, &next), LINK_LIFE_PING);
}

static void an_end_that_talks_is_asked_now_and_then(void **state)
{
    (void)state;
    struct link_life l;
    uint64_t next, now = START;
    link_life_init(&l, 5000, 20000, now);
    link_life_asked(&l, now);
    link_life_answered(&l, now, now + 1);
    for (; now < START + 15000 * MS; now += 1000 * MS) {
        link_life_heard(&l, now);
        assert_int_equal(link_life_step(&l, now, &next), LINK_LIFE_WAIT);
        assert_true(next > now);
    }
    link_life_heard(&l, now);
    assert_int_equal(link_life_step(&l, now, &next), LINK_LIFE_PING);
}

static void silence_ends_it_unless_it_takes_what_waits(void **state)
{
    (void)state;
    struct link_life l;
    uint64_t next;
    link_life_init(&l, 5000, 20000, START);
    link_life_asked(&l, START);
    assert_int_equal(link_life_step(&l, START + 20000 * MS - 1, &next), LINK_LIFE_WAIT);
    assert_int_equal(next, START + 20000 * MS);
    assert_int_equal(link_life_step(&l, START + 20000 * MS, &next), LINK_LIFE_DEAD);
    link_life_took(&l, START + 15000 * MS);
    assert_int_equal(link_life_step(&l, START + 20000 * MS, &next), LINK_LIFE_WAIT);
    assert_int_equal(link_life_step(&l, START + 35000 * MS, &next), LINK_LIFE_DEAD);
}

static void answers_to_nothing_count_for_nothing(void **state)
{
    (void)state;
    struct link_life l;
    link_life_init(&l, 5000, 20000, START);
    link_life_answered(&l, 0, START);
    link_life_asked(&l, START);
    link_life_answered(&l, START + 1, START + 9);
    link_life_answered(&l, 0, START + 9);
    link_life_answered(&l, START, START - 1);
    assert_int_equal(l.rtt_us, 0);
    link_life_answered(&l, START, START + 9);
    assert_int_equal(l.rtt_us, 9);
    link_life_answered(&l, START, START + 900);
    assert_int_equal(l.rtt_us, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_proper_prefix_of_every_type_asks_for_more),
        cmocka_unit_test(a_length_is_judged_as_soon_as_it_is_there),
        cmocka_unit_test(every_proper_prefix_of_a_greeting_is_refused),
        cmocka_unit_test(the_highest_version_that_both_speak_is_taken),
        cmocka_unit_test(names_are_plain),
        cmocka_unit_test(texts_are_cut_when_put_and_refused_when_they_do_not_fit),
        cmocka_unit_test(long_numbers_come_back),
        cmocka_unit_test(the_same_is_told_once_a_minute),
        cmocka_unit_test(an_end_is_asked_at_once_and_then_after_silence),
        cmocka_unit_test(an_end_that_talks_is_asked_now_and_then),
        cmocka_unit_test(silence_ends_it_unless_it_takes_what_waits),
        cmocka_unit_test(answers_to_nothing_count_for_nothing),
    };
    return cmocka_run_group_tests_name("server/cluster/link_frame", tests, NULL, NULL);
}
