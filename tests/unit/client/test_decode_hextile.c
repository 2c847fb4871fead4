/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/client/rows.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

/* Tiles are 16 wide: a rectangle of 17x1 has a tile of 16 and one of 1. */
static void tiles_carry_colours_over(void **state)
{
    static const struct row rows[] = {
        {"raw", "rgb332", 2, 1, "01 0102", "1 2", NULL},
        {"raw with other bits", "rgb332", 2, 1, "1f 0102", "1 2", NULL},
        {"background", "rgb332", 2, 1, "02 07", "7 7", NULL},
        {"background and foreground", "rgb332", 3, 1, "0e 07 09 01 10 00", "7 9 7", NULL},
        {"coloured", "rgb332", 3, 2, "1a 07 02 01 00 00 02 11 10", "1 7 7 7 2 2", NULL},
        {"the background carries over", "rgb332", 17, 1, "02 07 00",
         "7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7", NULL},
        {"the foreground carries over", "rgb332", 17, 1, "06 07 09 08 01 00 00",
         "7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 9", NULL},
        {"the foreground carries over a plain tile", "rgb332", 33, 1, "06 07 09 00 08 01 00 00",
         "7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 9", NULL},
        {"16 bits", "rgb565", 1, 1, "02 3412", "1234", NULL},
    };

    (void)state;
    rows_check(client_decode_hextile, rows, COUNT(rows), false);
}

static void broken_tiles_are_refused(void **state)
{
    static const struct row rows[] = {
        {"no background in the first tile", "rgb332", 2, 1, "00", NULL, "without a background"},
        {"no background after a raw tile", "rgb332", 17, 1, "01 *16 00 00", NULL,
         "without a background"},
        {"no foreground in the first tile", "rgb332", 2, 1, "0a 07 01 00 00", NULL,
         "without a foreground"},
        {"no foreground after a raw tile", "rgb332", 33, 1, "06 07 09 01 *16 00 0a 07 01 00 00",
         NULL, "without a foreground"},
        {"no foreground after a coloured tile", "rgb332", 33, 1,
         "06 07 09 18 01 05 00 00 08 01 00 00", NULL, "without a foreground"},
        {"foreground and colours", "rgb332", 2, 1, "1e 07 09 00", NULL,
         "together with coloured subrectangles"},
        {"unknown bits", "rgb332", 2, 1, "22 07", NULL, "unknown bits"},
        {"a subrectangle too wide", "rgb332", 2, 1, "0e 07 09 01 10 10", NULL,
         "a subrectangle 2x1 at 1,0 in a tile of 2x1"},
        {"a subrectangle too high", "rgb332", 2, 1, "0e 07 09 01 00 01", NULL,
         "a subrectangle 1x2 at 0,0"},
        {"cut off", "rgb332", 2, 1, "0e 07 09 01 00", NULL, "ends too early"},
        {"bytes behind the last tile", "rgb332", 2, 1, "02 07 00", NULL, "too many"},
    };

    (void)state;
    rows_check(client_decode_hextile, rows, COUNT(rows), false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_carry_colours_over),
        cmocka_unit_test(broken_tiles_are_refused),
    };

    return cmocka_run_group_tests_name("client/decode_hextile", tests, NULL, NULL);
}
