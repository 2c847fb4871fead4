/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/client/rows.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static void rre_paints_subrectangles_over_a_background(void **state)
{
    static const struct row rows[] = {
        {"background only", "rgb332", 2, 1, "00000000 07", "7 7", NULL},
        {"one pixel", "rgb332", 2, 2, "00000001 07 09 0001 0001 0001 0001", "7 7 7 9", NULL},
        {"the later one wins", "rgb332", 2, 1,
         "00000002 07 01 0000 0000 0002 0001 02 0001 0000 0001 0001", "1 2", NULL},
        {"16 bits", "rgb565", 1, 1, "00000000 3412", "1234", NULL},
        {"too wide", "rgb332", 2, 2, "00000001 07 09 0001 0000 0002 0001", NULL,
         "a subrectangle 2x1 at 1,0"},
        {"too high", "rgb332", 2, 2, "00000001 07 09 0000 0001 0001 0002", NULL,
         "a subrectangle 1x2 at 0,1"},
        {"far outside", "rgb332", 2, 2, "00000001 07 09 ffff ffff ffff ffff", NULL,
         "a subrectangle"},
        {"more subrectangles than pixels", "rgb332", 2, 2, "00000005 07", NULL,
         "5 subrectangles"},
        {"cut off", "rgb332", 2, 2, "00000001 07 09 0001", NULL, "ends too early"},
    };

    (void)state;
    rows_check(client_decode_rre, rows, COUNT(rows), false);
}

static void corre_has_coordinates_of_one_byte(void **state)
{
    static const struct row rows[] = {
        {"one pixel", "rgb332", 2, 2, "00000001 07 09 01 01 01 01", "7 7 7 9", NULL},
        {"too wide", "rgb332", 2, 2, "00000001 07 09 01 00 02 01", NULL, "a subrectangle 2x1"},
        {"cut off", "rgb332", 2, 2, "00000001 07 09 01", NULL, "ends too early"},
    };

    (void)state;
    rows_check(client_decode_corre, rows, COUNT(rows), false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rre_paints_subrectangles_over_a_background),
        cmocka_unit_test(corre_has_coordinates_of_one_byte),
    };

    return cmocka_run_group_tests_name("client/decode_rre", tests, NULL, NULL);
}
