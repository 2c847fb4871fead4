/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/base/groups.h"
#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void integers_go_in_big_endian(void **state)
{
    (void)state;
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    bytes_put_u8(&b, 0x01);
    bytes_put_u16(&b, 0x0203);
    bytes_put_u32(&b, 0x04050607);
    bytes_put_zero(&b, 2);
    bytes_put(&b, "ab", 2);
    const uint8_t expected[] = {1, 2, 3, 4, 5, 6, 7, 0, 0, 'a', 'b'};
    assert_int_equal(b.len, sizeof(expected));
    assert_memory_equal(b.data, expected, sizeof(expected));
    bytes_fini(&b);
}

static void integers_are_patched_in_place(void **state)
{
    (void)state;
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    bytes_put_zero(&b, 8);
    bytes_patch_u16(&b, 6, 0x0102);
    bytes_patch_u32(&b, 1, 0x03040506);
    const uint8_t expected[] = {0, 3, 4, 5, 6, 0, 1, 2};
    assert_int_equal(b.len, sizeof(expected));
    assert_memory_equal(b.data, expected, sizeof(expected));
    bytes_fini(&b);
}

static void what_does_not_fit_is_left_out_whole(void **state)
{
    (void)state;
    struct bytes b;
    bytes_init(&b, 5);
    bytes_put_u32(&b, 0x01020304);
    assert_false(b.overflow);
    bytes_put_u16(&b, 0x0506);
    assert_true(b.overflow);
    assert_int_equal(b.len, 4);
    bytes_put_u8(&b, 5);
    assert_true(b.overflow);
    assert_int_equal(b.len, 5);
    bytes_fini(&b);
}

static void overflow_stays_set_until_clear(void **state)
{
    (void)state;
    struct bytes b;
    bytes_init(&b, 1);
    bytes_put_u16(&b, 1);
    bytes_put_u8(&b, 1);
    assert_true(b.overflow);
    bytes_clear(&b);
    assert_false(b.overflow);
    assert_int_equal(b.len, 0);
    bytes_put_u8(&b, 1);
    assert_false(b.overflow);
    bytes_fini(&b);
}

static void a_reservation_counts_when_committed(void **state)
{
    (void)state;
    struct bytes b;
    bytes_init(&b, 1000);
    bytes_put_u8(&b, 9);
    uint8_t *room = bytes_reserve(&b, 999);
    assert_non_null(room);
    assert_int_equal(b.len, 1);
    memset(room, 7, 3);
    bytes_commit(&b, 3);
    assert_int_equal(b.len, 4);
    assert_memory_equal(b.data, "\x09\x07\x07\x07", 4);
    assert_null(bytes_reserve(&b, 997));
    assert_true(b.overflow);
    bytes_fini(&b);
}

static void huge_reservations_do_not_wrap_around(void **state)
{
    (void)state;
    struct bytes b;
    bytes_init(&b, 100);
    bytes_put_u8(&b, 1);
    assert_null(bytes_reserve(&b, SIZE_MAX));
    assert_null(bytes_reserve(&b, SIZE_MAX - 1));
    assert_int_equal(b.len, 1);
    bytes_fini(&b);
}

static void consuming_moves_the_rest_to_the_front(void **state)
{
    (void)state;
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    bytes_put(&b, "abcdef", 6);
    bytes_consume(&b, 0);
    bytes_consume(&b, 2);
    assert_int_equal(b.len, 4);
    assert_memory_equal(b.data, "cdef", 4);
    bytes_consume(&b, 4);
    assert_int_equal(b.len, 0);
    bytes_fini(&b);
}

static void content_survives_growth(void **state)
{
    (void)state;
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    for (uint32_t i = 0; i < 10000; i++)
        bytes_put_u32(&b, i);
    assert_int_equal(b.len, 40000);
    for (uint32_t i = 0; i < 10000; i++)
        assert_int_equal(b.data[4 * i + 2] << 8 | b.data[4 * i + 3], i & 0xffff);
    bytes_fini(&b);
    assert_null(b.data);
    assert_int_equal(b.len, 0);
    bytes_put_u8(&b, 1);
    assert_int_equal(b.len, 1);
    bytes_fini(&b);
}

int test_bytes(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_go_in_big_endian),
        cmocka_unit_test(integers_are_patched_in_place),
        cmocka_unit_test(what_does_not_fit_is_left_out_whole),
        cmocka_unit_test(overflow_stays_set_until_clear),
        cmocka_unit_test(a_reservation_counts_when_committed),
        cmocka_unit_test(huge_reservations_do_not_wrap_around),
        cmocka_unit_test(consuming_moves_the_rest_to_the_front),
        cmocka_unit_test(content_survives_growth),
    };
    return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
