/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/rfb/encode/groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/rfb/encode/judge.h"
#include "tests/unit/rfb/encode/scenes.h"

static const struct pixel_format formats[] = {
    {32, 24, false, true, 255, 255, 255, 16, 8, 0},  /* our own */
    {32, 24, false, true, 255, 255, 255, 0, 8, 16},  /* red first */
    {32, 24, true, true, 255, 255, 255, 16, 8, 0},   /* big endian */
    {32, 24, false, true, 255, 255, 255, 24, 16, 8}, /* the upper three bytes */
    {32, 24, true, true, 255, 255, 255, 24, 16, 8},
    {32, 32, false, true, 255, 255, 255, 16, 8, 0}, /* no CPIXEL, no TPIXEL */
    {32, 30, false, true, 1023, 1023, 1023, 20, 10, 0},
    {16, 16, false, true, 31, 63, 31, 11, 5, 0},
    {16, 16, true, true, 31, 63, 31, 11, 5, 0},
    {16, 16, false, true, 31, 31, 31, 10, 5, 0},
    {8, 8, false, true, 7, 7, 3, 0, 3, 6},
    {8, 8, false, true, 3, 3, 3, 4, 2, 0},
    {8, 8, false, false, 0, 0, 0, 0, 0, 0}, /* our colour map */
};
enum { FORMATS = sizeof formats / sizeof *formats };

static const int32_t encodings[] = {
    ENCODING_RAW,  ENCODING_RRE,  ENCODING_HEXTILE, ENCODING_ZLIB,      ENCODING_TIGHT,
    ENCODING_TRLE, ENCODING_ZRLE, ENCODING_JPEG,    ENCODING_TIGHT_PNG,
};
enum { ENCODINGS = sizeof encodings / sizeof *encodings };

/* The class of a client that names this encoding only, with or without a quality level. */
static struct encode_class class_of(int32_t encoding, const struct pixel_format *f, int quality,
                                    int compression)
{
    int32_t list[3] = {encoding, ENCODING_QUALITY_0 + quality,
                       ENCODING_COMPRESSION_0 + compression};
    if (quality < 0)
        list[1] = ENCODING_CURSOR;
    struct encodings e = encodings_from_list(list, 3);
    return encode_class_for(&e, f);
}

struct stage {
    struct encode_scratch *scratch;
    struct surface frame;
    uint32_t random;
};

static int start(void **state)
{
    struct stage *s = calloc(1, sizeof *s);
    s->scratch = encode_scratch_new();
    surface_init(&s->frame);
    s->random = 1;
    *state = s;
    return 0;
}

static int stop(void **state)
{
    struct stage *s = *state;
    encode_scratch_free(&s->scratch);
    surface_fini(&s->frame);
    free(s);
    return 0;
}

static int pick(struct stage *s, int from, int to)
{
    return from + (int)(scene_random(&s->random) % (uint32_t)(to - from + 1));
}

static void draw(struct stage *s, int w, int h, enum scene scene)
{
    assert_int_equal(surface_resize(&s->frame, w, h), 0);
    scene_draw(&s->frame, surface_rect(&s->frame), scene, &s->random);
}

static void open_stream(struct stage *s, const struct encode_class *c, struct judge *j)
{
    struct encoded e;
    encoded_init(&e, &s->frame);
    if (encode_class_has_stream(c) && encode_opener(s->scratch, c, &s->frame, &e)) {
        assert_int_equal(e.n_rects, 1);
        assert_true(e.uses_stream);
        assert_false(damage_any(&e.lossy));
        judge_take(j, &e.bytes, e.n_rects);
        for (size_t i = 0; i < (size_t)s->frame.w * (size_t)s->frame.h; i++)
            j->painted[i] = 0;
    }
    encoded_fini(&e);
}

/* Encodes r for the class, and the viewer must see it. */
static void round_trip(struct stage *s, const struct encode_class *c, struct rect r,
                       int tolerance)
{
    struct judge *j = malloc(sizeof *j);
    struct encoded e;
    judge_init(j, &c->format, s->frame.w, s->frame.h, c->quality >= 0);
    open_stream(s, c, j);
    encoded_init(&e, &s->frame);
    encode_rect(s->scratch, c, &s->frame, r, &e);
    assert_true(e.n_rects > 0);
    if (c->quality < 0)
        assert_false(damage_any(&e.lossy));
    if (e.uses_stream)
        assert_true(encode_class_has_stream(c));
    judge_take(j, &e.bytes, e.n_rects);
    judge_compare(j, &s->frame, r, &e.lossy, tolerance);
    encoded_fini(&e);
    judge_fini(j);
    free(j);
}

static void every_class_shows_every_scene_exactly(void **state)
{
    struct stage *s = *state;
    for (int scene = 0; scene < SCENES; scene++) {
        draw(s, pick(s, 100, 400), pick(s, 60, 200), scene);
        for (int f = 0; f < FORMATS; f++) {
            for (int e = 0; e < ENCODINGS; e++) {
                struct encode_class c = class_of(encodings[e], &formats[f], -1, pick(s, 0, 9));
                c = encode_class_lossless(&c);
                round_trip(s, &c, surface_rect(&s->frame), 0);
            }
        }
    }
}

static void odd_places_and_sizes_come_out_right(void **state)
{
    static const int sizes[] = {1, 2, 3, 7, 15, 16, 17, 63, 64, 65, 129};
    enum { SIZES = sizeof sizes / sizeof *sizes };
    struct stage *s = *state;
    draw(s, 150, 140, SCENE_MIXED);
    for (int i = 0; i < SIZES * SIZES; i++) {
        struct rect r = {0, 0, sizes[i % SIZES], sizes[i / SIZES]};
        r.x = pick(s, 0, s->frame.w - r.w);
        r.y = pick(s, 0, s->frame.h - r.h);
        for (int e = 0; e < ENCODINGS; e++) {
            struct encode_class c =
                class_of(encodings[e], &formats[pick(s, 0, FORMATS - 1)], -1, 2);
            c = encode_class_lossless(&c);
            round_trip(s, &c, r, 0);
        }
    }
}

static void thin_and_tiny_frames_come_out_right(void **state)
{
    static const struct {
        int w, h;
    } sizes[] = {{1, 1}, {1, 2}, {3, 1}, {1, 300}, {300, 1}, {2, 5}, {2500, 3}, {3, 2500}};
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int scene = 0; scene < SCENES; scene++) {
            draw(s, sizes[i].w, sizes[i].h, scene);
            for (int e = 0; e < ENCODINGS; e++) {
                struct encode_class c =
                    class_of(encodings[e], &formats[pick(s, 0, FORMATS - 1)], -1, 2);
                c = encode_class_lossless(&c);
                round_trip(s, &c, surface_rect(&s->frame), 0);
            }
        }
    }
}

static void large_rectangles_are_cut_to_the_encoding(void **state)
{
    struct stage *s = *state;
    draw(s, 2300, 700, SCENE_MIXED);
    for (int e = 0; e < ENCODINGS; e++) {
        for (int compression = 0; compression < 10; compression += 9) {
            struct encode_class c = class_of(encodings[e], &formats[0], -1, compression);
            c = encode_class_lossless(&c);
            round_trip(s, &c, surface_rect(&s->frame), 0);
        }
    }
}

static void pictures_are_lossy_only_where_marked_and_look_alike(void **state)
{
    static const int32_t lossy[] = {ENCODING_TIGHT, ENCODING_JPEG, ENCODING_TIGHT_PNG};
    struct stage *s = *state;
    for (int scene = 0; scene < SCENES; scene++) {
        draw(s, 700, 300, scene);
        for (size_t e = 0; e < sizeof lossy / sizeof *lossy; e++) {
            for (int f = 0; f < FORMATS; f++) {
                struct encode_class c = class_of(lossy[e], &formats[f], 8, 2);
                /* Noise does not survive JPEG. */
                round_trip(s, &c, surface_rect(&s->frame), scene >= SCENE_NOISE ? 60 : 6);
            }
        }
    }
}

static void pictures_go_as_jpeg_and_text_does_not(void **state)
{
    static const struct {
        enum scene scene;
        bool jpeg;
    } rows[] = {
        {SCENE_SOLID, false}, {SCENE_TWO_COLOURS, false}, {SCENE_FEW_COLOURS, false},
        {SCENE_TEXT, false},  {SCENE_PICTURE, true},      {SCENE_NOISE, true},
    };
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct encode_class c = class_of(ENCODING_TIGHT, &formats[0], 8, 2);
        struct encoded e;
        draw(s, 512, 256, rows[i].scene);
        encoded_init(&e, &s->frame);
        encode_rect(s->scratch, &c, &s->frame, surface_rect(&s->frame), &e);
        size_t lossy = damage_count(&e.lossy), all = 512 / 16 * 256 / 16;
        assert_true(rows[i].jpeg ? lossy > all * 9 / 10 : lossy == 0);
        encoded_fini(&e);
    }
}

/* Fragments made by different workers, at different efforts, in any order, through one viewer's
 * streams. */
static void rectangles_are_valid_after_any_others(void **state)
{
    enum { PARTS = 24, ORDERS = 20 };
    static const int32_t streamed[] = {ENCODING_ZLIB, ENCODING_TIGHT, ENCODING_ZRLE};
    struct stage *s = *state;
    struct encode_scratch *other = encode_scratch_new();
    draw(s, 256, 64 * PARTS, SCENE_MIXED);
    for (int e = 0; e < 3; e++) {
        struct encode_class c = class_of(streamed[e], &formats[pick(s, 0, 8)], -1, 2);
        struct encoded parts[PARTS];
        for (int i = 0; i < PARTS; i++) {
            c.effort = (int8_t)(i % 3);
            encoded_init(&parts[i], &s->frame);
            encode_rect(i & 1 ? other : s->scratch, &c, &s->frame,
                        (struct rect){0, 64 * i, 256, 64}, &parts[i]);
        }
        for (int order = 0; order < ORDERS; order++) {
            struct judge *j = malloc(sizeof *j);
            judge_init(j, &c.format, s->frame.w, s->frame.h, false);
            open_stream(s, &c, j);
            for (int n = 0; n < PARTS; n++) {
                int i = pick(s, 0, PARTS - 1);
                judge_take(j, &parts[i].bytes, parts[i].n_rects);
                struct rect r = {0, 64 * i, 256, 64};
                judge_compare(j, &s->frame, r, NULL, 0);
            }
            judge_fini(j);
            free(j);
        }
        for (int i = 0; i < PARTS; i++)
            encoded_fini(&parts[i]);
    }
    encode_scratch_free(&other);
}

static void the_same_pixels_give_the_same_bytes(void **state)
{
    struct stage *s = *state;
    struct encode_scratch *other = encode_scratch_new();
    for (int e = 0; e < ENCODINGS; e++) {
        for (int f = 0; f < FORMATS; f++) {
            struct encode_class c = class_of(encodings[e], &formats[f], 5, 2);
            struct encoded a, b;
            draw(s, 300, 130, SCENE_MIXED);
            struct rect r = {16, 16, 250, 100};
            encoded_init(&a, &s->frame);
            encoded_init(&b, &s->frame);
            encode_rect(s->scratch, &c, &s->frame, r, &a);
            encode_rect(other, &c, &s->frame, r, &b);
            assert_int_equal(a.bytes.len, b.bytes.len);
            assert_memory_equal(a.bytes.data, b.bytes.data, a.bytes.len);
            encoded_fini(&a);
            encoded_fini(&b);
        }
    }
    encode_scratch_free(&other);
}

static void a_copy_is_eight_bytes_of_header_and_a_place(void **state)
{
    static const uint8_t want[] = {0x01, 0x02, 0x00, 0x20, 0x00, 0x40, 0x00, 0x10,
                                   0,    0,    0,    1,    0x01, 0x00, 0x02, 0x01};
    struct stage *s = *state;
    struct encoded e;
    draw(s, 600, 600, SCENE_SOLID);
    encoded_init(&e, &s->frame);
    encode_copy((struct rect){0x102, 0x20, 0x40, 0x10}, 0x100, 0x201, &e);
    assert_int_equal(e.n_rects, 1);
    assert_false(e.uses_stream);
    assert_int_equal(e.bytes.len, sizeof want);
    assert_memory_equal(e.bytes.data, want, sizeof want);
    encoded_fini(&e);
}

static void frames_without_twelve_bytes_have_no_tight_opener(void **state)
{
    static const struct {
        int w, h, format;
        bool opens;
    } rows[] = {
        {1, 1, 0, false},  {3, 1, 0, false}, {4, 1, 0, true},
        {1, 4, 0, true},   {3, 1, 5, true},  {11, 1, 12, false},
        {12, 1, 12, true}, {5, 1, 7, false}, {2, 3, 7, true},
    };
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct encode_class c = class_of(ENCODING_TIGHT, &formats[rows[i].format], -1, 2);
        struct encoded e;
        draw(s, rows[i].w, rows[i].h, SCENE_NOISE);
        encoded_init(&e, &s->frame);
        assert_int_equal(encode_opener(s->scratch, &c, &s->frame, &e), rows[i].opens);
        assert_int_equal(e.n_rects, rows[i].opens);
        bool opened = e.uses_stream;
        encode_rect(s->scratch, &c, &s->frame, surface_rect(&s->frame), &e);
        assert_true(opened || !e.uses_stream);
        encoded_fini(&e);
    }
}

int test_encoder_group(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_class_shows_every_scene_exactly, start, stop),
        cmocka_unit_test_setup_teardown(odd_places_and_sizes_come_out_right, start, stop),
        cmocka_unit_test_setup_teardown(thin_and_tiny_frames_come_out_right, start, stop),
        cmocka_unit_test_setup_teardown(large_rectangles_are_cut_to_the_encoding, start, stop),
        cmocka_unit_test_setup_teardown(pictures_are_lossy_only_where_marked_and_look_alike,
                                        start, stop),
        cmocka_unit_test_setup_teardown(pictures_go_as_jpeg_and_text_does_not, start, stop),
        cmocka_unit_test_setup_teardown(rectangles_are_valid_after_any_others, start, stop),
        cmocka_unit_test_setup_teardown(the_same_pixels_give_the_same_bytes, start, stop),
        cmocka_unit_test_setup_teardown(a_copy_is_eight_bytes_of_header_and_a_place, start,
                                        stop),
        cmocka_unit_test_setup_teardown(frames_without_twelve_bytes_have_no_tight_opener, start,
                                        stop),
    };
    return cmocka_run_group_tests_name("encoder", tests, NULL, NULL);
}
