/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/client/rows.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static void raw_takes_pixels_in_the_agreed_format(void **state)
{
    static const struct row rows[] = {
        {"8 bits", "rgb332", 2, 2, "01 02 03 ff", "1 2 3 ff", NULL},
        {"16 bits little endian", "rgb565", 2, 1, "3412 00f8", "1234 f800", NULL},
        {"16 bits big endian", "rgb565be", 2, 1, "1234 f800", "1234 f800", NULL},
        {"meaningless bits are cleared", "rgb555", 1, 1, "ffff", "7fff", NULL},
        {"32 bits", "bgrx", 1, 2, "112233ff 445566ee", "332211 665544", NULL},
        {"32 bits big endian", "xrgb", 1, 1, "ff112233", "112233", NULL},
        {"one byte is missing", "bgrx", 1, 1, "112233", NULL, "ends too early"},
        {"one byte is too many", "rgb332", 1, 1, "11 22", NULL, "1 bytes too many"},
        {"a colour without an entry", "map8", 2, 1, "01 20", NULL,
         "colour 32, which the map lacks"},
    };

    (void)state;
    rows_check(client_decode_raw, rows, COUNT(rows), false);
}

static void copy_rect_stays_inside(void **state)
{
    static const struct row rows[] = {
        {"onto itself", "rgb332", 2, 2, "0000 0000", "0 0 0 0", NULL},
        {"from right of the picture", "rgb332", 2, 2, "0001 0000", NULL, "outside of 2x2"},
        {"from below the picture", "rgb332", 2, 2, "0000 0001", NULL, "outside of 2x2"},
        {"from far away", "rgb332", 2, 2, "ffff ffff", NULL, "outside of 2x2"},
        {"cut off", "rgb332", 2, 2, "0000 00", NULL, "ends too early"},
    };

    (void)state;
    rows_check(client_decode_copy_rect, rows, COUNT(rows), true);
}

static void copy_rect_takes_nothing_that_was_never_sent(void **state)
{
    static const struct row rows[] = {
        {"a blank picture", "rgb332", 1, 1, "0000 0000", NULL, "which was never sent"},
    };

    (void)state;
    rows_check(client_decode_copy_rect, rows, COUNT(rows), false);
}

/* Stored deflate blocks: header 78 01, then 00, length, its complement, data. */
static void zlib_runs_through_rectangles(void **state)
{
    static const struct row rows[] = {
        {"one rectangle", "rgb332", 2, 2, "0000000b 7801 00 0400 fbff 01020304", "1 2 3 4",
         NULL},
        {"the second continues the stream", "rgb332", 2, 1,
         "00000009 7801 00 0200 fdff 0102 | 00000007 00 0200 fdff 0304", "3 4", NULL},
        {"an empty block at the end", "rgb332", 2, 1,
         "0000000e 7801 00 0200 fdff 0102 00 0000 ffff", "1 2", NULL},
        {"a second header", "rgb332", 2, 1,
         "00000009 7801 00 0200 fdff 0102 | 00000009 7801 00 0200 fdff 0304", NULL, "broken"},
        {"the stream ends", "rgb332", 2, 1, "0000000d 7801 01 0200 fdff 0102 0006 0004", NULL,
         "a zlib stream ends"},
        {"too few pixels", "rgb332", 2, 2, "00000009 7801 00 0200 fdff 0102", NULL,
         "ends too early"},
        {"too many pixels", "rgb332", 2, 1, "0000000a 7801 00 0300 fcff 010203", NULL,
         "more than the 2 bytes"},
        {"no zlib data", "rgb332", 2, 1, "00000004 ffffffff", NULL, "broken"},
        {"a length beyond all need", "rgb332", 2, 1, "7fffffff 00", NULL, "which is more than"},
        {"cut off", "rgb332", 2, 1, "00000009 7801", NULL, "ends too early"},
    };

    (void)state;
    rows_check(client_decode_zlib, rows, COUNT(rows), false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw_takes_pixels_in_the_agreed_format),
        cmocka_unit_test(copy_rect_stays_inside),
        cmocka_unit_test(copy_rect_takes_nothing_that_was_never_sent),
        cmocka_unit_test(zlib_runs_through_rectangles),
    };

    return cmocka_run_group_tests_name("client/decode_raw", tests, NULL, NULL);
}
