/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/rfb/encode/groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "rfb/encode/huffman.h"
#include "tests/unit/rfb/encode/scenes.h"

/* What all codes together take of the room; 1 << most when they fill it. */
static uint32_t room_taken(const struct huffman *h, int n, int most)
{
    uint32_t taken = 0;
    for (int i = 0; i < n; i++) {
        assert_true(h->length[i] <= most);
        taken += h->length[i] ? UINT32_C(1) << (most - h->length[i]) : 0;
    }
    return taken;
}

static void check_no_code_begins_another(const struct huffman *h, int n)
{
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < n; k++) {
            if (i == k || !h->length[i] || h->length[k] < h->length[i])
                continue;
            uint32_t mask = (UINT32_C(1) << h->length[i]) - 1;
            assert_true((h->code[i] & mask) != (h->code[k] & mask));
        }
    }
}

static void check(const uint32_t *count, int n, int most)
{
    struct huffman h;
    int used = 0;
    huffman_build(&h, count, n, most);
    for (int i = 0; i < n; i++) {
        used += count[i] > 0;
        assert_int_equal(h.length[i] > 0, count[i] > 0);
        for (int k = 0; k < n; k++)
            assert_true(!count[k] || count[i] <= count[k] || h.length[i] <= h.length[k]);
    }
    if (used > 1)
        assert_int_equal(room_taken(&h, n, most), UINT32_C(1) << most);
    check_no_code_begins_another(&h, n);
}

static void codes_are_complete_and_frequent_symbols_short(void **state)
{
    (void)state;
    uint32_t random = 9;
    for (int round = 0; round < 60; round++) {
        uint32_t count[286];
        for (int i = 0; i < 286; i++) {
            uint32_t v = scene_random(&random);
            count[i] = v % 3 ? 0 : (v >> 8) % (1u << (1 + round % 20));
        }
        check(count, 286, 15);
        check(count, 286, 14);
        check(count, 30, 15);
        check(count, 19, 7);
    }
}

static void lengths_keep_within_the_limit(void **state)
{
    (void)state;
    /* Fibonacci's numbers make the deepest of all trees. */
    uint32_t count[30] = {1, 1};
    for (int i = 2; i < 30; i++)
        count[i] = count[i - 1] + count[i - 2];
    for (int n = 2; n <= 30; n++) {
        check(count, n, 15);
        check(count, n, n <= 19 ? 7 : 9);
    }
}

static void none_and_one_symbol_have_a_code_too(void **state)
{
    (void)state;
    struct huffman h;
    uint32_t count[286] = {0};
    huffman_build(&h, count, 286, 15);
    assert_int_equal(room_taken(&h, 286, 15), 0);
    count[77] = 5;
    huffman_build(&h, count, 286, 15);
    assert_int_equal(h.length[77], 1);
    assert_int_equal(h.code[77], 0);
}

static void the_fixed_code_is_that_of_the_specification(void **state)
{
    (void)state;
    /* RFC 1951 3.2.6; codes are written from their lowest bit, so they stand mirrored. */
    static const struct {
        int symbol, length;
        uint16_t mirrored;
    } rows[] = {{0, 8, 0x0c}, {143, 8, 0xfd}, {144, 9, 0x013}, {255, 9, 0x1ff},
                {256, 7, 0},  {279, 7, 0x74}, {280, 8, 0x03}};
    struct huffman h;
    for (int i = 0; i < HUFFMAN_SYMBOLS_MOST; i++)
        h.length[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    huffman_assign(&h, HUFFMAN_SYMBOLS_MOST);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(h.length[rows[i].symbol], rows[i].length);
        assert_int_equal(h.code[rows[i].symbol], rows[i].mirrored);
    }
}

int test_huffman_group(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_complete_and_frequent_symbols_short),
        cmocka_unit_test(lengths_keep_within_the_limit),
        cmocka_unit_test(none_and_one_symbol_have_a_code_too),
        cmocka_unit_test(the_fixed_code_is_that_of_the_specification),
    };
    return cmocka_run_group_tests_name("huffman", tests, NULL, NULL);
}
