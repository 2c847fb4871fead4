/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/client/rows.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static void trle_tiles_paint(void **state)
{
    static const struct row rows[] = {
        {"raw", "rgb332", 2, 1, "00 0102", "1 2", NULL},
        {"solid", "rgb332", 2, 1, "01 07", "7 7", NULL},
        {"2 colours packed, rows padded", "rgb332", 2, 2, "02 0709 40 80", "7 9 9 7", NULL},
        {"3 colours packed", "rgb332", 4, 1, "03 010203 18", "1 2 3 1", NULL},
        {"4 colours packed", "rgb332", 4, 1, "04 01020304 1b", "1 2 3 4", NULL},
        {"5 colours packed", "rgb332", 3, 1, "05 0102030405 40 20", "5 1 3", NULL},
        {"plain runs", "rgb332", 2, 2, "80 05 02 06 00", "5 5 5 6", NULL},
        {"a run of 256", "rgb332", 16, 16, "80 05 ff 00", NULL, NULL},
        {"a palette of runs", "rgb332", 2, 2, "82 0709 80 02 01", "7 7 7 9", NULL},
        {"single indices", "rgb332", 2, 1, "82 0709 01 00", "9 7", NULL},
        {"the packed palette again", "rgb332", 17, 1, "02 0709 0000 7f 80",
         "7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 9", NULL},
        {"the palette again for runs", "rgb332", 17, 1, "82 0709 80 0f 81 01",
         "7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 9", NULL},
        {"CPIXEL of 3 bytes", "bgrx", 1, 1, "01 112233", "332211", NULL},
        {"CPIXEL of 3 bytes, big endian", "xrgb", 1, 1, "01 112233", "112233", NULL},
        {"CPIXEL of the upper 3 bytes", "bgrx-high", 1, 1, "01 112233", "33221100", NULL},
        {"CPIXEL of 4 bytes", "rgb101010", 1, 1, "01 11223344", "4332211", NULL},
        {"CPIXEL of 2 bytes", "rgb565", 1, 1, "01 3412", "1234", NULL},
    };

    (void)state;
    rows_check(client_decode_trle, rows, COUNT(rows), false);
}

static void broken_trle_tiles_are_refused(void **state)
{
    static const struct row rows[] = {
        {"subencoding 17", "rgb332", 1, 1, "11", NULL, "subencoding 17"},
        {"subencoding 126", "rgb332", 1, 1, "7e", NULL, "subencoding 126"},
        {"no palette to pack again", "rgb332", 1, 1, "7f 00", NULL, "no palette"},
        {"no palette for runs again", "rgb332", 1, 1, "81 00", NULL, "no palette"},
        {"a solid tile has no palette", "rgb332", 17, 1, "01 07 7f 00", NULL, "no palette"},
        {"a palette too large to pack", "rgb332", 17, 1,
         "91 000102030405060708090a0b0c0d0e0f00 80 0f 7f 00", NULL, "cannot be packed"},
        {"a run beyond the tile", "rgb332", 2, 1, "80 05 02", NULL,
         "beyond the end of its tile"},
        {"an endless run", "rgb332", 2, 1, "80 05 *64 ff", NULL, "beyond the end of its tile"},
        {"an index beyond the palette", "rgb332", 1, 1, "82 0709 02", NULL,
         "palette index 2 of 2"},
        {"a packed index beyond the palette", "rgb332", 4, 1, "03 010203 1b", NULL,
         "palette index 3 of 3"},
        {"cut off in a palette", "rgb332", 1, 1, "82 07", NULL, "ends too early"},
        {"cut off in a run", "rgb332", 2, 2, "80 05 02", NULL, "ends too early"},
    };

    (void)state;
    rows_check(client_decode_trle, rows, COUNT(rows), false);
}

static void zrle_is_trle_inside_zlib(void **state)
{
    static const struct row rows[] = {
        {"a solid tile", "rgb332", 2, 1, "00000009 7801 00 0200 fdff 0107", "7 7", NULL},
        {"a tile of 64", "rgb332", 65, 1, "0000000b 7801 00 0400 fbff 0107 0109", NULL, NULL},
        {"the second continues the stream", "rgb332", 1, 1,
         "00000009 7801 00 0200 fdff 0107 | 00000007 00 0200 fdff 0109", "9", NULL},
        {"an empty block behind the data", "rgb332", 1, 1,
         "0000000e 7801 00 0200 fdff 0107 00 0000 ffff", "7", NULL},
        {"subencoding 127", "rgb332", 1, 1, "00000009 7801 00 0200 fdff 7f00", NULL,
         "ZRLE: subencoding 127"},
        {"subencoding 129", "rgb332", 1, 1, "00000009 7801 00 0200 fdff 8100", NULL,
         "ZRLE: subencoding 129"},
        {"bytes behind the last tile", "rgb332", 1, 1, "0000000a 7801 00 0300 fcff 010700",
         NULL, "1 bytes too many"},
        {"a tile is missing", "rgb332", 65, 1, "00000009 7801 00 0200 fdff 0107", NULL,
         "ends too early"},
        {"the stream ends", "rgb332", 1, 1, "0000000d 7801 01 0200 fdff 0107 000b 0009", NULL,
         "a zlib stream ends"},
        {"no zlib data", "rgb332", 1, 1, "00000002 0107", NULL, "broken"},
        {"a length beyond all need", "rgb332", 1, 1, "ffffffff 00", NULL, "which is more than"},
    };

    (void)state;
    rows_check(client_decode_zrle, rows, COUNT(rows), false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trle_tiles_paint),
        cmocka_unit_test(broken_trle_tiles_are_refused),
        cmocka_unit_test(zrle_is_trle_inside_zlib),
    };

    return cmocka_run_group_tests_name("client/decode_trle", tests, NULL, NULL);
}
