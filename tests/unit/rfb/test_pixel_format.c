/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/pixel_format.h"
#include "rfb/pixel_translator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct pixel_format good[] = {
    {32, 24, false, true, 255, 255, 255, 16, 8, 0},
    {32, 24, true, true, 255, 255, 255, 0, 8, 16},
    {32, 24, false, true, 255, 255, 255, 24, 16, 8},
    {32, 24, true, true, 255, 255, 255, 24, 16, 8},
    {32, 30, false, true, 1023, 1023, 1023, 20, 10, 0},
    {32, 30, true, true, 1023, 1023, 1023, 20, 10, 0},
    {32, 12, false, true, 15, 15, 15, 28, 4, 16},
    {16, 16, false, true, 31, 63, 31, 11, 5, 0},
    {16, 16, true, true, 31, 63, 31, 11, 5, 0},
    {16, 16, true, true, 31, 31, 31, 0, 5, 10},
    {8, 8, false, true, 7, 7, 3, 0, 3, 6},
    {8, 8, false, true, 1, 1, 1, 2, 1, 0},
    {8, 8, false, false, 0, 0, 0, 0, 0, 0},
};
enum { GOOD = sizeof good / sizeof *good };

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void a_format_crosses_the_wire_unchanged(void **state)
{
    static const uint8_t native[16] = {32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0};
    (void)state;
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    pixel_format_write(&b, &pixel_format_native);
    assert_int_equal(b.len, PIXEL_FORMAT_WIRE_SIZE);
    assert_memory_equal(b.data, native, sizeof native);
    for (int i = 0; i < GOOD; i++) {
        bytes_clear(&b);
        pixel_format_write(&b, &good[i]);
        struct reader r = reader_over(b.data, b.len);
        struct pixel_format f = pixel_format_read(&r);
        assert_true(pixel_format_equal(&f, &good[i]));
        assert_int_equal(reader_left(&r), 0);
        assert_false(r.more);
    }
    bytes_fini(&b);
}

static void sound_formats_are_accepted_as_they_are(void **state)
{
    (void)state;
    for (int i = 0; i < GOOD; i++) {
        struct pixel_format f = good[i];
        const char *why = NULL;
        assert_true(pixel_format_accept(&f, &why));
        assert_null(why);
        assert_true(pixel_format_equal(&f, &good[i]));
    }
}

static void formats_that_nobody_could_serve_are_refused(void **state)
{
    static const struct pixel_format bad[] = {
        {24, 24, false, true, 255, 255, 255, 16, 8, 0}, /* width */
        {0, 0, false, true, 255, 255, 255, 16, 8, 0},
        {64, 24, false, true, 255, 255, 255, 16, 8, 0},
        {32, 24, false, true, 254, 255, 255, 16, 8, 0}, /* maximum */
        {32, 24, false, true, 255, 0, 255, 16, 8, 0},
        {32, 24, false, true, 255, 255, 255, 25, 8, 0}, /* beyond the pixel */
        {32, 24, false, true, 255, 255, 255, 32, 8, 0},
        {32, 24, false, true, 255, 255, 255, 255, 8, 0},
        {32, 24, false, true, 255, 255, 65535, 16, 8, 24},
        {16, 16, false, true, 255, 255, 255, 16, 8, 0},
        {8, 8, false, true, 7, 7, 7, 6, 3, 0},
        {32, 24, false, true, 255, 255, 255, 15, 8, 0}, /* overlap */
        {32, 24, false, true, 255, 255, 255, 8, 8, 8},
        {16, 16, false, false, 0, 0, 0, 0, 0, 0}, /* a map of 65536 colours */
        {32, 24, false, false, 0, 0, 0, 0, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct pixel_format f = bad[i];
        const char *why = NULL;
        assert_false(pixel_format_accept(&f, &why));
        assert_non_null(why);
    }
}

static void what_does_not_matter_does_not_keep_viewers_apart(void **state)
{
    static const struct {
        struct pixel_format a, b;
        bool equal;
    } rows[] = {
        {{8, 8, true, true, 7, 7, 3, 0, 3, 6}, {8, 3, false, true, 7, 7, 3, 0, 3, 6}, true},
        {{8, 8, true, false, 9, 9, 9, 9, 9, 9}, {8, 1, false, false, 0, 0, 0, 0, 0, 0}, true},
        {{16, 15, false, true, 31, 63, 31, 11, 5, 0},
         {16, 16, false, true, 31, 63, 31, 11, 5, 0},
         true},
        {{16, 16, true, true, 31, 63, 31, 11, 5, 0},
         {16, 16, false, true, 31, 63, 31, 11, 5, 0},
         false},
        {{32, 24, false, true, 255, 255, 255, 16, 8, 0},
         {32, 32, false, true, 255, 255, 255, 16, 8, 0},
         false},
        {{32, 99, false, true, 255, 255, 255, 16, 8, 0},
         {32, 32, false, true, 255, 255, 255, 16, 8, 0},
         true},
        {{32, 0, false, true, 255, 255, 255, 16, 8, 0},
         {32, 24, false, true, 255, 255, 255, 16, 8, 0},
         false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pixel_format a = rows[i].a, b = rows[i].b;
        const char *why;
        assert_true(pixel_format_accept(&a, &why) && pixel_format_accept(&b, &why));
        assert_int_equal(pixel_format_equal(&a, &b), rows[i].equal);
    }
}

static void short_pixels_follow_the_specification(void **state)
{
    static const struct {
        struct pixel_format f;
        bool tpixel;
        unsigned cpixel, skip;
    } rows[] = {
        {{32, 24, false, true, 255, 255, 255, 16, 8, 0}, true, 3, 0},
        {{32, 24, true, true, 255, 255, 255, 16, 8, 0}, true, 3, 1},
        {{32, 24, false, true, 255, 255, 255, 24, 16, 8}, true, 3, 1},
        {{32, 24, true, true, 255, 255, 255, 24, 16, 8}, true, 3, 0},
        {{32, 32, false, true, 255, 255, 255, 16, 8, 0}, false, 4, 0},
        {{32, 16, false, true, 31, 63, 31, 11, 5, 0}, false, 3, 0},
        {{32, 24, false, true, 255, 255, 255, 24, 8, 0}, true, 4, 0},
        {{16, 16, false, true, 31, 63, 31, 11, 5, 0}, false, 2, 0},
        {{8, 8, false, true, 7, 7, 3, 0, 3, 6}, false, 1, 0},
        {{8, 8, false, false, 0, 0, 0, 0, 0, 0}, false, 1, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned skip = 9;
        assert_int_equal(pixel_format_is_tpixel(&rows[i].f), rows[i].tpixel);
        assert_int_equal(pixel_format_cpixel(&rows[i].f, &skip), rows[i].cpixel);
        assert_int_equal(skip, rows[i].skip);
    }
}

/* The rule, written down a second time: (c * max + 127) / 255 in each field, then the order of
 * bytes. */
static void wire_bytes(const struct pixel_format *f, uint32_t rgb, uint8_t *out)
{
    const unsigned max[3] = {f->red_max, f->green_max, f->blue_max};
    const unsigned shift[3] = {f->red_shift, f->green_shift, f->blue_shift};
    uint64_t v = 0;
    for (int c = 0; c < 3; c++)
        v |= (uint64_t)((rgb >> (16 - 8 * c) & 255) * max[c] + 127) / 255 << shift[c];
    for (unsigned i = 0; i < f->bpp / 8u; i++)
        out[i] = (uint8_t)(v >> 8 * (f->big_endian ? f->bpp / 8u - 1 - i : i));
}

static void every_way_of_translation_gives_the_same_pixels(void **state)
{
    enum { N = 771 };
    (void)state;
    struct pixel_translator *t = malloc(sizeof *t);
    uint32_t src[N], words[N], random = 1;
    uint8_t dst[N * 4 + 1], want[4] = {0};
    for (int i = 0; i < GOOD; i++) {
        unsigned size = pixel_format_bytes(&good[i]);
        for (unsigned k = 0; k < N; k++)
            src[k] = k < 256 ? k * 0x010101
                     : k % 3 ? next_random(&random) & 0xffffff
                             : src[k - 1];
        pixel_translator_init(t, &good[i]);
        pixel_translate(t, dst + 1, src, N);
        pixel_translate_words(t, words, src, N);
        for (unsigned k = 0; k < N; k++) {
            uint32_t one = pixel_translate_one(t, src[k]);
            assert_int_equal(words[k], one);
            if (good[i].true_colour)
                wire_bytes(&good[i], src[k], want);
            else
                want[0] = (uint8_t)one;
            assert_memory_equal(dst + 1 + k * size, want, size);
            for (unsigned byte = 0; byte < size; byte++)
                assert_int_equal((uint8_t)(one >> 8 * byte), want[byte]);
        }
    }
    free(t);
}

static void only_our_own_format_is_the_identity(void **state)
{
    (void)state;
    struct pixel_translator *t = malloc(sizeof *t);
    for (int i = 0; i < GOOD; i++) {
        pixel_translator_init(t, &good[i]);
        assert_int_equal(t->identity, i == 0);
    }
    free(t);
}

static int distance(uint32_t rgb, unsigned entry)
{
    uint16_t colour[3];
    int sum = 0;
    pixel_colour_map_entry(entry, colour);
    for (int c = 0; c < 3; c++) {
        int d = (int)(rgb >> (16 - 8 * c) & 255) - colour[c] / 257;
        sum += d * d;
    }
    return sum;
}

static void map_clients_get_the_nearest_colour(void **state)
{
    (void)state;
    struct pixel_translator *t = malloc(sizeof *t);
    struct pixel_format map = {.bpp = 8, .depth = 8};
    uint32_t random = 7;
    pixel_translator_init(t, &map);
    for (int i = 0; i < 3000; i++) {
        uint32_t rgb = i < 256 ? (uint32_t)i * 0x010101 : next_random(&random) & 0xffffff;
        unsigned index = pixel_translate_one(t, rgb);
        assert_true(index < 256);
        for (unsigned other = 0; other < 256; other++)
            assert_true(distance(rgb, index) <= distance(rgb, other));
    }
    free(t);
}

static void colours_of_the_map_are_all_different(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        for (unsigned k = 0; k < i; k++) {
            uint16_t a[3], b[3];
            pixel_colour_map_entry(i, a);
            pixel_colour_map_entry(k, b);
            assert_true(memcmp(a, b, sizeof a) != 0);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_format_crosses_the_wire_unchanged),
        cmocka_unit_test(sound_formats_are_accepted_as_they_are),
        cmocka_unit_test(formats_that_nobody_could_serve_are_refused),
        cmocka_unit_test(what_does_not_matter_does_not_keep_viewers_apart),
        cmocka_unit_test(short_pixels_follow_the_specification),
        cmocka_unit_test(every_way_of_translation_gives_the_same_pixels),
        cmocka_unit_test(only_our_own_format_is_the_identity),
        cmocka_unit_test(map_clients_get_the_nearest_colour),
        cmocka_unit_test(colours_of_the_map_are_all_different),
    };
    return cmocka_run_group_tests_name("pixel format", tests, NULL, NULL);
}
