/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/base/groups.h"
#include "base/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const uint8_t message[] = {1, 2, 3, 4, 5, 6, 7, 0xff, 0xfe};

static void integers_are_big_endian(void **state)
{
    (void)state;
    struct reader r = reader_over(message, sizeof(message));
    assert_int_equal(reader_u8(&r), 0x01);
    assert_int_equal(reader_u16(&r), 0x0203);
    assert_int_equal(reader_u32(&r), 0x04050607);
    assert_int_equal(reader_left(&r), 2);
    assert_ptr_equal(reader_bytes(&r, 2), message + 7);
    assert_false(r.more);
    assert_int_equal(reader_left(&r), 0);
}

/* u8, u16, u32, skip 2: what a parser does with a message of nine bytes. */
static bool reads_whole(size_t n)
{
    struct reader r = reader_over(message, n);
    (void)reader_u8(&r);
    (void)reader_u16(&r);
    (void)reader_u32(&r);
    reader_skip(&r, 2);
    return !r.more;
}

static void every_proper_prefix_wants_more(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof(message); n++)
        assert_false(reads_whole(n));
    assert_true(reads_whole(sizeof(message)));
}

static void reads_past_the_end_give_zero(void **state)
{
    (void)state;
    struct reader r = reader_over(message, 3);
    assert_int_equal(reader_u32(&r), 0);
    assert_true(r.more);
    assert_ptr_equal(r.at, message);
}

static void nothing_is_read_after_a_failed_read(void **state)
{
    (void)state;
    struct reader r = reader_over(message, 3);
    (void)reader_u32(&r);
    assert_int_equal(reader_u8(&r), 0);
    assert_int_equal(reader_u16(&r), 0);
    assert_null(reader_bytes(&r, 0));
    assert_true(r.more);
}

static void a_length_beyond_all_memory_wants_more(void **state)
{
    (void)state;
    struct reader r = reader_over(message, sizeof(message));
    assert_null(reader_bytes(&r, SIZE_MAX));
    assert_true(r.more);
}

static void no_bytes_at_all_can_be_read_over(void **state)
{
    (void)state;
    struct reader r = reader_over(NULL, 0);
    assert_int_equal(reader_left(&r), 0);
    assert_int_equal(reader_u8(&r), 0);
    assert_true(r.more);
}

int test_reader(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_big_endian),
        cmocka_unit_test(every_proper_prefix_wants_more),
        cmocka_unit_test(reads_past_the_end_give_zero),
        cmocka_unit_test(nothing_is_read_after_a_failed_read),
        cmocka_unit_test(a_length_beyond_all_memory_wants_more),
        cmocka_unit_test(no_bytes_at_all_can_be_read_over),
    };
    return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
