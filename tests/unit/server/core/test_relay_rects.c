/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rectangles of another node as this one draws them: those of the encoder exactly, others not
 * at all. */
#include <config.h>
#include "server/relay_rects.h"
#include "rfb/encode/encoder.h"
#include "tests/unit/server/core/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define NO_BOUND INT64_MAX

enum { HEADER = 16 }; /* bytes before the data */

static void noise(struct surface *s, uint64_t seed)
{
    struct dice d = {.state = seed};
    for (int y = 0; y < s->h; y++) {
        for (int x = 0; x < s->w; x++)
            *surface_at(s, x, y) = (uint32_t)dice_below(&d, 1 << 24);
    }
}

static void encode(const struct surface *s, const struct rect *rects, size_t n,
                   struct encoded *out)
{
    struct encode_scratch *scratch = encode_scratch_new();
    const struct encode_class class = relay_rects_class();
    encoded_init(out, s);
    for (size_t i = 0; i < n; i++)
        encode_rect(scratch, &class, s, rects[i], out);
    encode_scratch_free(&scratch);
}

static bool same(const struct surface *a, const struct surface *b)
{
    bool equal = a->w == b->w && a->h == b->h;
    for (int y = 0; equal && y < a->h; y++)
        equal = memcmp(surface_at(a, 0, y), surface_at(b, 0, y), (size_t)a->w * 4) == 0;
    return equal;
}

static void it_is_a_class_that_can_be_asked_for(void **state)
{
    struct encode_class class = relay_rects_class();
    const struct encode_class exact = encode_class_lossless(&class);
    (void)state;
    assert_true(encode_class_good(&class));
    assert_true(encode_class_equal(&class, &exact));
}

static void what_the_encoder_makes_is_drawn_exactly(void **state)
{
    static const struct {
        int w, h;
        struct rect rects[3]; /* that cover it */
        size_t n;
    } rows[] = {
        {1, 1, {{0, 0, 1, 1}}, 1},
        {640, 400, {{0, 0, 640, 400}}, 1},
        {700, 500, {{0, 0, 700, 500}}, 1}, /* more than one rectangle of the encoder */
        {333, 77, {{0, 0, 333, 16}, {0, 16, 100, 61}, {100, 16, 233, 61}}, 3},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct surface from, to;
        struct encoded out;
        surface_init(&from);
        surface_init(&to);
        surface_resize(&from, rows[i].w, rows[i].h);
        surface_resize(&to, rows[i].w, rows[i].h);
        noise(&from, i + 1);
        encode(&from, rows[i].rects, rows[i].n, &out);
        int64_t area = (int64_t)rows[i].w * rows[i].h;
        assert_null(relay_rects_draw(&to, out.bytes.data, out.bytes.len, &area));
        assert_int_equal(area, 0);
        assert_true(same(&from, &to));
        area = (int64_t)rows[i].w * rows[i].h - 1;
        assert_string_equal(relay_rects_draw(&to, out.bytes.data, out.bytes.len, &area),
                            "more than a picture");
        encoded_fini(&out);
        surface_fini(&from);
        surface_fini(&to);
    }
}

/* ---- what is no such thing ---- */

/* A rectangle of 40 x 30 px in a picture of 100 x 50. */
struct stage {
    struct surface picture;
    struct encoded out;
};

static void stage_start(struct stage *s)
{
    surface_init(&s->picture);
    surface_resize(&s->picture, 100, 50);
    noise(&s->picture, 7);
    encode(&s->picture, &(struct rect){60, 20, 40, 30}, 1, &s->out);
    assert_int_equal(s->out.n_rects, 1);
}

static void stage_stop(struct stage *s)
{
    encoded_fini(&s->out);
    surface_fini(&s->picture);
}

static const char *draw(struct stage *s, size_t n)
{
    int64_t area = NO_BOUND;
    return relay_rects_draw(&s->picture, s->out.bytes.data, n, &area);
}

static void no_part_of_a_rectangle_is_one(void **state)
{
    struct stage s;
    (void)state;
    stage_start(&s);
    assert_null(draw(&s, 0));
    for (size_t n = 1; n < s.out.bytes.len; n++)
        assert_string_equal(draw(&s, n), "a rectangle that is cut off");
    assert_null(draw(&s, s.out.bytes.len));
    stage_stop(&s);
}

static void what_leaves_the_picture_or_lies_is_refused(void **state)
{
    static const struct {
        size_t at;
        uint8_t byte;
        const char *why;
    } rows[] = {
        {1, 61, "a rectangle that leaves the picture"},
        {0, 255, "a rectangle that leaves the picture"},
        {3, 21, "a rectangle that leaves the picture"},
        {5, 41, "a rectangle that leaves the picture"},
        {4, 255, "a rectangle that leaves the picture"},
        {7, 31, "a rectangle that leaves the picture"},
        {5, 0, "a rectangle that leaves the picture"},
        {7, 0, "a rectangle that leaves the picture"},
        {11, 0, "a rectangle in another encoding than was asked for"},
        {8, 255, "a rectangle in another encoding than was asked for"},
        {12, 255, "a rectangle that is cut off"},
        {HEADER, 7, "a rectangle with less data than it has pixels"}, /* no such block */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct stage s;
        stage_start(&s);
        s.out.bytes.data[rows[i].at] = rows[i].byte;
        assert_string_equal(draw(&s, s.out.bytes.len), rows[i].why);
        stage_stop(&s);
    }
}

static void data_that_ends_early_is_refused(void **state)
{
    (void)state;
    for (size_t missing = 100; missing < 3000; missing += 500) {
        struct stage s;
        stage_start(&s);
        size_t n = s.out.bytes.len - missing - HEADER;
        for (int i = 0; i < 4; i++)
            s.out.bytes.data[12 + i] = (uint8_t)(n >> (24 - 8 * i));
        assert_string_equal(draw(&s, HEADER + n),
                            "a rectangle with less data than it has pixels");
        stage_stop(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_a_class_that_can_be_asked_for),
        cmocka_unit_test(what_the_encoder_makes_is_drawn_exactly),
        cmocka_unit_test(no_part_of_a_rectangle_is_one),
        cmocka_unit_test(what_leaves_the_picture_or_lies_is_refused),
        cmocka_unit_test(data_that_ends_early_is_refused),
    };
    return cmocka_run_group_tests_name("rectangles of another node", tests, NULL, NULL);
}
