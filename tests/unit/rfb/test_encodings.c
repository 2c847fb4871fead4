/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encodings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <rfb/rfbproto.h>

static void our_numbers_are_those_of_libvncserver(void **state)
{
    static const struct {
        enum encoding ours;
        uint32_t theirs;
    } rows[] = {
        {ENCODING_RAW, rfbEncodingRaw},
        {ENCODING_COPYRECT, rfbEncodingCopyRect},
        {ENCODING_RRE, rfbEncodingRRE},
        {ENCODING_HEXTILE, rfbEncodingHextile},
        {ENCODING_ZLIB, rfbEncodingZlib},
        {ENCODING_TIGHT, rfbEncodingTight},
        {ENCODING_TRLE, rfbEncodingTRLE},
        {ENCODING_ZRLE, rfbEncodingZRLE},
        {ENCODING_TIGHT_PNG, rfbEncodingTightPng},
        {ENCODING_DESKTOP_SIZE, rfbEncodingNewFBSize},
        {ENCODING_LAST_RECT, rfbEncodingLastRect},
        {ENCODING_POINTER_POS, rfbEncodingPointerPos},
        {ENCODING_CURSOR, rfbEncodingRichCursor},
        {ENCODING_X_CURSOR, rfbEncodingXCursor},
        {ENCODING_QEMU_EXTENDED_KEY, rfbEncodingQemuExtendedKeyEvent},
        {ENCODING_EXTENDED_DESKTOP_SIZE, rfbEncodingExtDesktopSize},
        {ENCODING_XVP, rfbEncodingXvp},
        {ENCODING_QUALITY_0, rfbEncodingQualityLevel0},
        {ENCODING_COMPRESSION_0, rfbEncodingCompressLevel0},
        {ENCODING_FINE_QUALITY_0, rfbEncodingFineQualityLevel0},
        {ENCODING_SUBSAMPLING_0, rfbEncodingSubsamp1X},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal((uint32_t)rows[i].ours, rows[i].theirs);
}

static void the_first_that_we_can_encode_is_best(void **state)
{
    static const struct {
        int32_t list[5];
        size_t n;
        int32_t best;
    } rows[] = {
        {{0}, 0, ENCODING_RAW},
        {{ENCODING_CURSOR, ENCODING_COPYRECT, 9999}, 3, ENCODING_RAW},
        {{ENCODING_COPYRECT, ENCODING_ZRLE, ENCODING_TIGHT}, 3, ENCODING_ZRLE},
        {{50, 4, ENCODING_HEXTILE, ENCODING_RAW}, 4, ENCODING_HEXTILE},
        {{ENCODING_RAW, ENCODING_ZRLE}, 2, ENCODING_RAW},
        {{ENCODING_CURSOR, ENCODING_JPEG, ENCODING_TIGHT}, 3, ENCODING_JPEG},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(encodings_from_list(rows[i].list, rows[i].n).best, rows[i].best);
}

static void levels_come_out_as_libjpeg_takes_them(void **state)
{
    static const struct {
        int32_t list[4];
        int quality, subsampling, compression;
    } rows[] = {
        {{ENCODING_TIGHT}, -1, 1, -1},
        {{-32}, 15, 4, -1},
        {{-24}, 92, 1, -1},
        {{-23, -32}, 100, 1, -1},
        {{-27}, 77, 2, -1},
        {{-512}, 0, 4, -1},
        {{-412, -32}, 100, 1, -1},
        {{-32, -412}, 100, 1, -1},
        {{-24, -768}, 92, 1, -1},
        {{-24, -767, -766}, 92, 4, -1},
        {{-24, -766}, 92, 2, -1},
        {{-24, -765}, 92, 0, -1},
        {{-24, -763}, 92, 4, -1},
        {{-256, -247}, -1, 1, 0},
        {{-247, -250}, -1, 1, 9},
        {{-33, -22, -257, -246}, -1, 1, -1},
        {{-513, -411, -769, -762}, -1, 1, -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct encodings e = encodings_from_list(rows[i].list, 4);
        assert_int_equal(e.quality, rows[i].quality);
        assert_int_equal(e.subsampling, rows[i].subsampling);
        assert_int_equal(e.compression, rows[i].compression);
    }
}

static void every_extension_has_its_bit_and_its_name(void **state)
{
    static const struct {
        int32_t number;
        enum extension extension;
    } rows[] = {
        {ENCODING_COPYRECT, EXT_COPYRECT},
        {ENCODING_DESKTOP_SIZE, EXT_DESKTOP_SIZE},
        {ENCODING_LAST_RECT, EXT_LAST_RECT},
        {ENCODING_POINTER_POS, EXT_POINTER_POS},
        {ENCODING_CURSOR, EXT_CURSOR},
        {ENCODING_X_CURSOR, EXT_X_CURSOR},
        {ENCODING_QEMU_POINTER_MOTION, EXT_QEMU_POINTER_MOTION},
        {ENCODING_QEMU_EXTENDED_KEY, EXT_QEMU_EXTENDED_KEY},
        {ENCODING_QEMU_LED, EXT_QEMU_LED},
        {ENCODING_DESKTOP_NAME, EXT_DESKTOP_NAME},
        {ENCODING_EXTENDED_DESKTOP_SIZE, EXT_EXTENDED_DESKTOP_SIZE},
        {ENCODING_XVP, EXT_XVP},
        {ENCODING_FENCE, EXT_FENCE},
        {ENCODING_CONTINUOUS_UPDATES, EXT_CONTINUOUS_UPDATES},
        {ENCODING_CURSOR_WITH_ALPHA, EXT_CURSOR_WITH_ALPHA},
        {ENCODING_EXTENDED_MOUSE_BUTTONS, EXT_EXTENDED_MOUSE_BUTTONS},
        {ENCODING_VMWARE_CURSOR, EXT_VMWARE_CURSOR},
        {ENCODING_VMWARE_LED, EXT_VMWARE_LED},
        {ENCODING_TIGHT_PNG, EXT_TIGHT_PNG},
        {ENCODING_JPEG, EXT_JPEG},
    };
    (void)state;
    assert_int_equal(encodings_from_list(NULL, 0).extensions, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int32_t list[3] = {ENCODING_ZRLE, rows[i].number, 12345};
        struct encodings e = encodings_from_list(list, 3);
        assert_int_equal(e.extensions, UINT32_C(1) << rows[i].extension);
        assert_true(encodings_have(&e, rows[i].extension));
        assert_non_null(encoding_name(rows[i].number));
    }
}

static void names_are_known_or_null(void **state)
{
    (void)state;
    assert_string_equal(encoding_name(ENCODING_TIGHT), "tight");
    assert_string_equal(encoding_name(ENCODING_EXTENDED_DESKTOP_SIZE), "extended-desktop-size");
    assert_string_equal(encoding_name(-24), "quality");
    assert_string_equal(encoding_name(-250), "compression");
    assert_null(encoding_name(3));
    assert_null(encoding_name(INT32_MIN));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_numbers_are_those_of_libvncserver),
        cmocka_unit_test(the_first_that_we_can_encode_is_best),
        cmocka_unit_test(levels_come_out_as_libjpeg_takes_them),
        cmocka_unit_test(every_extension_has_its_bit_and_its_name),
        cmocka_unit_test(names_are_known_or_null),
    };
    return cmocka_run_group_tests_name("encodings", tests, NULL, NULL);
}
