/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/server_msg.h"
#include "base/alloc.h"
#include "rfb/encodings.h"
#include "tests/unit/hex.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void init(struct bytes *out)
{
    server_msg_init(out, 1024, 768, &pixel_format_native, "web1");
}

static void update(struct bytes *out)
{
    server_msg_update(out, 0xffff);
}

static void fence(struct bytes *out)
{
    server_msg_fence(out, 0x80000003, (const uint8_t *)"abc", 3);
}

static void xvp(struct bytes *out)
{
    server_msg_xvp(out, 1, 0);
}

static void desktop_size(struct bytes *out)
{
    server_rect_desktop_size(out, 640, 480);
}

static void extended_desktop_size(struct bytes *out)
{
    const struct screen screens[] = {
        {.id = 1, .r = {0, 0, 1024, 768}, .flags = 0},
        {.id = 0xabcdef01, .r = {1024, 2, 640, 480}, .flags = 0x80000000},
    };
    server_rect_extended_desktop_size(out, 1, 3, 1664, 768, screens, 2);
}

static void desktop_name(struct bytes *out)
{
    server_rect_desktop_name(out, "b\xc3\xbc");
}

static void pointer_pos(struct bytes *out)
{
    server_rect_pointer_pos(out, 3, 515);
}

static void qemu_led(struct bytes *out)
{
    server_rect_qemu_led(out, 6);
}

static void vmware_led(struct bytes *out)
{
    server_rect_vmware_led(out, 5);
}

static void announce(struct bytes *out)
{
    server_rect_announce(out, ENCODING_QEMU_EXTENDED_KEY);
}

static void pointer_motion_absolute(struct bytes *out)
{
    server_rect_qemu_pointer_motion(out, true);
}

static void pointer_motion_relative(struct bytes *out)
{
    server_rect_qemu_pointer_motion(out, false);
}

static void every_message_has_the_bytes_of_the_specification(void **state)
{
    (void)state;
    static const struct {
        void (*write)(struct bytes *out);
        const char *hex;
    } rows[] = {
        {init, "0400 0300 20 18 00 01 00ff 00ff 00ff 10 08 00 000000 00000004 'web1'"},
        {update, "00 00 ffff"},
        {server_msg_last_rect, "0000 0000 0000 0000 ffffff20"},
        {server_msg_bell, "02"},
        {fence, "f8 000000 80000003 03 'abc'"},
        {server_msg_end_of_continuous_updates, "96"},
        {xvp, "fa 00 01 00"},
        {desktop_size, "0000 0000 0280 01e0 ffffff21"},
        {extended_desktop_size, "0001 0003 0680 0300 fffffecc 02 000000"
                                "00000001 0000 0000 0400 0300 00000000"
                                "abcdef01 0400 0002 0280 01e0 80000000"},
        {desktop_name, "0000 0000 0000 0000 fffffecd 00000003 'b' c3bc"},
        {pointer_pos, "0003 0203 0000 0000 ffffff18"},
        {qemu_led, "0000 0000 0000 0000 fffffefb 06"},
        {vmware_led, "0000 0000 0000 0000 574d5668 00000005"},
        {announce, "0000 0000 0000 0000 fffffefe"},
        {pointer_motion_absolute, "0001 0000 0000 0000 fffffeff"},
        {pointer_motion_relative, "0000 0000 0000 0000 fffffeff"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bytes out, expected;
        bytes_init(&out, SIZE_MAX);
        hex_init(&expected, rows[i].hex);
        rows[i].write(&out);
        assert_int_equal(out.len, expected.len);
        assert_memory_equal(out.data, expected.data, expected.len);
        bytes_fini(&out);
        bytes_fini(&expected);
    }
}

static void the_colour_map_is_sent_whole(void **state)
{
    (void)state;
    struct bytes out;
    bytes_init(&out, SIZE_MAX);
    server_msg_colour_map(&out);
    assert_int_equal(out.len, 6 + 256 * 6);
    assert_memory_equal(out.data, "\1\0\0\0\1\0", 6);
    for (unsigned i = 0; i < 256; i++) {
        uint16_t rgb[3];
        pixel_colour_map_entry(i, rgb);
        for (unsigned c = 0; c < 3; c++) {
            const uint8_t *at = out.data + 6 + (size_t)i * 6 + c * 2;
            assert_int_equal(at[0] << 8 | at[1], rgb[c]);
        }
    }
    bytes_fini(&out);
}

static void a_long_name_is_cut_at_a_character(void **state)
{
    (void)state;
    static const struct {
        const char *character; /* written over and over behind `lead` blanks */
        size_t lead, total, sent;
    } rows[] = {
        {"a", 0, 1024, 1024},
        {"a", 0, 1025, 1024},
        {"\xc3\xbc", 0, 1026, 1024},
        {"\xc3\xbc", 1, 1025, 1023},
        {"\xe2\x82\xac", 0, 1026, 1023},
        {"\xf0\x9f\x98\x80", 1, 1025, 1021},
        {"\x80", 0, 2000, 1024},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char name[2048] = "";
        memset(name, ' ', rows[i].lead);
        while (strlen(name) < rows[i].total)
            strcat(name, rows[i].character);
        struct bytes out;
        bytes_init(&out, SIZE_MAX);
        server_rect_desktop_name(&out, name);
        assert_int_equal(out.len, 16 + rows[i].sent);
        assert_int_equal(out.data[14] << 8 | out.data[15], rows[i].sent);
        assert_memory_equal(out.data + 16, name, rows[i].sent);
        bytes_fini(&out);
    }
}

static void what_is_too_much_for_a_message_is_left_out(void **state)
{
    (void)state;
    const uint8_t data[FENCE_DATA_MOST + 1] = {0};
    const struct screen screens[SCREENS_MOST + 1] = {{.id = 1}};
    struct bytes out;
    bytes_init(&out, SIZE_MAX);
    server_msg_fence(&out, 0, data, sizeof(data));
    assert_int_equal(out.len, 9 + FENCE_DATA_MOST);
    assert_int_equal(out.data[8], FENCE_DATA_MOST);
    bytes_clear(&out);
    server_rect_extended_desktop_size(&out, 0, 0, 1, 1, screens, SCREENS_MOST + 1);
    assert_int_equal(out.len, 16 + 16 * SCREENS_MOST);
    assert_int_equal(out.data[12], SCREENS_MOST);
    bytes_fini(&out);
}

static struct pointer_image *image_of(int w, int h, const uint32_t *argb)
{
    size_t n = (size_t)w * (size_t)h;
    struct pointer_image *image = alloc_zero(1, sizeof(*image) + n * sizeof(argb[0]));
    image->refs = 1;
    image->w = w;
    image->h = h;
    image->hot_x = w ? 1 : 0;
    image->hot_y = h ? 1 : 0;
    if (n)
        memcpy(image->argb, argb, n * sizeof(argb[0]));
    return image;
}

static void write_cursor(struct bytes *out, const struct pointer_image *image)
{
    struct pixel_translator t;
    pixel_translator_init(&t, &pixel_format_native);
    server_rect_cursor(out, image, &t);
}

static void write_cursor_565(struct bytes *out, const struct pointer_image *image)
{
    const struct pixel_format f = {.bpp = 16,
                                   .depth = 16,
                                   .big_endian = true,
                                   .true_colour = true,
                                   .red_max = 31,
                                   .green_max = 63,
                                   .blue_max = 31,
                                   .red_shift = 11,
                                   .green_shift = 5,
                                   .blue_shift = 0};
    struct pixel_translator t;
    pixel_translator_init(&t, &f);
    server_rect_cursor(out, image, &t);
}

static const uint32_t small[] = {
    0xff000000, 0xffffffff, 0x00123456, 0x80ff0000, 0x7f00ff00, 0xffffffff,
};
/* Nine wide: a row of bits is two bytes. */
static const uint32_t wide[] = {
    0, 0xff010203, 0, 0, 0, 0, 0, 0, 0xff010203, 0xff010203, 0, 0, 0, 0, 0, 0, 0, 0xff010203,
};

static void every_cursor_has_the_bytes_of_the_specification(void **state)
{
    (void)state;
    static const struct {
        void (*write)(struct bytes *out, const struct pointer_image *image);
        const uint32_t *argb;
        int w, h;
        const char *hex;
    } rows[] = {
        {write_cursor, small, 3, 2,
         "0001 0001 0003 0002 ffffff11 00000000 ffffff00 00000000 0000ff00 00000000 ffffff00 "
         "c0 a0"},
        {write_cursor_565, small, 3, 2,
         "0001 0001 0003 0002 ffffff11 0000 ffff 0000 f800 0000 ffff c0 a0"},
        {write_cursor, NULL, 0, 0, "0000 0000 0000 0000 ffffff11"},
        {server_rect_x_cursor, wide, 9, 2,
         "0001 0001 0009 0002 ffffff10 010203 010203 4080 8080 4080 8080"},
        {server_rect_x_cursor, NULL, 0, 0, "0000 0000 0000 0000 ffffff10"},
        {server_rect_cursor_with_alpha, small, 3, 2,
         "0001 0001 0003 0002 fffffec6 00000000"
         "000000ff ffffffff 00000000 80000080 007f007f ffffffff"},
        {server_rect_cursor_with_alpha, NULL, 0, 0, "0000 0000 0000 0000 fffffec6 00000000"},
        {server_rect_vmware_cursor, small, 3, 2,
         "0001 0001 0003 0002 574d5664 01 00"
         "000000ff ffffffff 12345600 ff000080 00ff007f ffffffff"},
        {server_rect_vmware_cursor, NULL, 0, 0, "0000 0000 0000 0000 574d5664 01 00"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pointer_image *image = image_of(rows[i].w, rows[i].h, rows[i].argb);
        struct bytes out, expected;
        bytes_init(&out, SIZE_MAX);
        hex_init(&expected, rows[i].hex);
        rows[i].write(&out, image);
        assert_int_equal(out.len, expected.len);
        assert_memory_equal(out.data, expected.data, expected.len);
        bytes_fini(&out);
        bytes_fini(&expected);
        free(image);
    }
}

static void an_x_cursor_keeps_two_colours_and_sorts_others_to_the_nearer(void **state)
{
    (void)state;
    static const struct {
        uint32_t argb[8];
        const char *hex; /* behind the head */
    } rows[] = {
        {{0xff000000, 0xffffffff, 0xffffffff, 0xff000000, 0, 0xffffffff, 0, 0},
         "000000 ffffff 90 f4"},
        {{0xffff0000, 0xff0000ff, 0xffff0000, 0xff0000ff, 0xff0000ff, 0, 0, 0},
         "ff0000 0000ff a0 f8"},
        {{0xff000000, 0xff020202, 0xfff0f0f0, 0xfff2f2f2, 0, 0, 0, 0}, "010101 f1f1f1 c0 f0"},
        {{0}, "ffffff ffffff 00 00"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pointer_image *image = image_of(8, 1, rows[i].argb);
        struct bytes out, expected;
        bytes_init(&out, SIZE_MAX);
        hex_init(&expected, rows[i].hex);
        server_rect_x_cursor(&out, image);
        assert_int_equal(out.len, 12 + expected.len);
        assert_memory_equal(out.data + 12, expected.data, expected.len);
        bytes_fini(&out);
        bytes_fini(&expected);
        free(image);
    }
}

static void the_largest_cursor_fits_every_form(void **state)
{
    (void)state;
    enum { SIDE = POINTER_SIDE_MOST, N = SIDE * SIDE };
    uint32_t *argb = alloc_zero(N, sizeof(argb[0]));
    struct pointer_image *image;
    struct bytes out;
    bytes_init(&out, SIZE_MAX);
    memset(argb, 0xff, N * sizeof(argb[0]));
    image = image_of(SIDE, SIDE, argb);
    write_cursor(&out, image);
    assert_int_equal(out.len, 12 + N * 4 + N / 8);
    bytes_clear(&out);
    server_rect_x_cursor(&out, image);
    assert_int_equal(out.len, 12 + 6 + N / 8 * 2);
    assert_memory_equal(out.data + 12, "\xff\xff\xff\xff\xff\xff", 6);
    bytes_clear(&out);
    server_rect_cursor_with_alpha(&out, image);
    assert_int_equal(out.len, 12 + 4 + N * 4);
    bytes_fini(&out);
    free(image);
    free(argb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_has_the_bytes_of_the_specification),
        cmocka_unit_test(the_colour_map_is_sent_whole),
        cmocka_unit_test(a_long_name_is_cut_at_a_character),
        cmocka_unit_test(what_is_too_much_for_a_message_is_left_out),
        cmocka_unit_test(every_cursor_has_the_bytes_of_the_specification),
        cmocka_unit_test(an_x_cursor_keeps_two_colours_and_sorts_others_to_the_nearer),
        cmocka_unit_test(the_largest_cursor_fits_every_form),
    };
    return cmocka_run_group_tests_name("rfb/server_msg", tests, NULL, NULL);
}
