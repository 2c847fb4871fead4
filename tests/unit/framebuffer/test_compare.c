/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/framebuffer/groups.h"
#include "tests/unit/framebuffer/random.h"
#include "base/alloc.h"
#include "framebuffer/compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

typedef size_t compare_function(struct surface *, struct rect, const void *, size_t,
                                enum source_format, struct damage *);
static compare_function *const functions[] = {compare_copy, compare_copy_portable};
enum { FUNCTIONS = 2 };

/* A machine's picture in its own layout, beside what the shadow and the damage must become. */
struct scene {
    struct surface shadow, expected;
    struct damage damage, expected_damage;
    struct rect r;
    enum source_format format;
    size_t stride;
    uint8_t *memory, *src;
};

static void random_surface(struct surface *s, struct random *random, int w, int h)
{
    surface_init(s);
    assert_int_equal(surface_resize(s, w, h), 0);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            *surface_at(s, x, y) = random_u32(random) & 0xffffff;
}

static struct rect random_rect(struct random *random, int w, int h)
{
    struct rect r = {random_below(random, w), random_below(random, h), 0, 0};
    if (random_below(random, 3) == 0) /* a band, as most updates are */
        r.x = 0;
    r.w = r.x == 0 ? w : 1 + random_below(random, w - r.x);
    r.h = 1 + random_below(random, h - r.y);
    return r;
}

static uint32_t in_layout(enum source_format format, uint32_t colour, uint8_t rest)
{
    uint32_t red = colour >> 16, green = colour >> 8 & 0xff, blue = colour & 0xff;
    const uint32_t words[] = {
        [SOURCE_XRGB] = (uint32_t)rest << 24 | red << 16 | green << 8 | blue,
        [SOURCE_XBGR] = (uint32_t)rest << 24 | blue << 16 | green << 8 | red,
        [SOURCE_BGRX] = blue << 24 | green << 16 | red << 8 | rest,
        [SOURCE_RGBX] = red << 24 | green << 16 | blue << 8 | rest,
    };
    return words[format];
}

static void put_pixel(struct scene *s, struct random *random, int x, int y, bool change)
{
    uint32_t colour = *surface_at(&s->shadow, s->r.x + x, s->r.y + y);
    if (change) {
        colour ^= 1u << random_below(random, 24);
        damage_set_tile(&s->expected_damage, (s->r.x + x) / TILE, (s->r.y + y) / TILE);
    }
    *surface_at(&s->expected, s->r.x + x, s->r.y + y) = colour;
    uint32_t word = in_layout(s->format, colour, (uint8_t)random_u32(random));
    memcpy(s->src + (size_t)y * s->stride + (size_t)x * 4, &word, sizeof(word));
}

static void scene_make(struct scene *s, struct random *random, int change_one_in)
{
    int w = 1 + random_below(random, 260), h = 1 + random_below(random, 60);
    random_surface(&s->shadow, random, w, h);
    surface_init(&s->expected);
    assert_int_equal(surface_resize(&s->expected, w, h), 0);
    surface_copy(&s->expected, &s->shadow, surface_rect(&s->shadow), 0, 0);
    damage_init(&s->damage);
    damage_resize(&s->damage, w, h);
    damage_init(&s->expected_damage);
    damage_resize(&s->expected_damage, w, h);
    s->r = random_rect(random, w, h);
    s->format = (enum source_format)random_below(random, 4);
    s->stride = (size_t)s->r.w * 4 + (size_t)random_below(random, 9);
    size_t shift = (size_t)random_below(random, 8);
    /* Exactly as long as its pixels, so that the address sanitizer sees a byte too many. */
    s->memory = alloc_zero(shift + s->stride * (size_t)(s->r.h - 1) + (size_t)s->r.w * 4, 1);
    s->src = s->memory + shift;
    for (int y = 0; y < s->r.h; y++)
        for (int x = 0; x < s->r.w; x++)
            put_pixel(s, random, x, y, random_below(random, change_one_in) == 0);
}

static void scene_fini(struct scene *s)
{
    surface_fini(&s->shadow);
    surface_fini(&s->expected);
    damage_fini(&s->damage);
    damage_fini(&s->expected_damage);
    free(s->memory);
}

static void assert_same_pixels(const struct surface *a, const struct surface *b)
{
    for (int y = 0; y < a->h; y++)
        assert_memory_equal(surface_at(a, 0, y), surface_at(b, 0, y), (size_t)a->w * 4);
}

static void changed_tiles_and_no_others_are_copied(void **state)
{
    (void)state;
    for (size_t f = 0; f < FUNCTIONS; f++) {
        struct random random = {4};
        for (int round = 0; round < 600; round++) {
            struct scene s;
            static const int change_one_in[] = {1, 20, 500, 5000};
            scene_make(&s, &random, change_one_in[round % 4]);
            size_t n = functions[f](&s.shadow, s.r, s.src, s.stride, s.format, &s.damage);
            assert_int_equal(n, damage_count(&s.expected_damage));
            assert_true(damage_equal(&s.damage, &s.expected_damage));
            assert_same_pixels(&s.shadow, &s.expected);
            scene_fini(&s);
        }
    }
}

static void the_fourth_byte_changes_nothing(void **state)
{
    (void)state;
    for (size_t f = 0; f < FUNCTIONS; f++) {
        struct random random = {5};
        for (int round = 0; round < 100; round++) {
            struct scene s;
            scene_make(&s, &random, 1 << 30);
            assert_int_equal(functions[f](&s.shadow, s.r, s.src, s.stride, s.format, &s.damage),
                             0);
            assert_false(damage_any(&s.damage));
            scene_fini(&s);
        }
    }
}

static void damage_that_is_there_stays(void **state)
{
    (void)state;
    for (size_t f = 0; f < FUNCTIONS; f++) {
        struct surface shadow;
        struct damage damage;
        uint32_t src[40 * 20] = {0};
        surface_init(&shadow);
        assert_int_equal(surface_resize(&shadow, 40, 20), 0);
        damage_init(&damage);
        damage_resize(&damage, 40, 20);
        damage_set_tile(&damage, 2, 1);
        src[5] = 0xffffff;
        assert_int_equal(
            functions[f](&shadow, surface_rect(&shadow), src, 160, SOURCE_XRGB, &damage), 1);
        assert_int_equal(damage_count(&damage), 2);
        assert_true(damage_tile(&damage, 0, 0));
        assert_true(damage_tile(&damage, 2, 1));
        surface_fini(&shadow);
        damage_fini(&damage);
    }
}

static void an_empty_rectangle_is_nothing(void **state)
{
    (void)state;
    for (size_t f = 0; f < FUNCTIONS; f++) {
        struct surface shadow;
        struct damage damage;
        surface_init(&shadow);
        assert_int_equal(surface_resize(&shadow, 40, 20), 0);
        damage_init(&damage);
        damage_resize(&damage, 40, 20);
        assert_int_equal(
            functions[f](&shadow, (struct rect){5, 5, 0, 3}, NULL, 0, SOURCE_XRGB, &damage), 0);
        assert_int_equal(
            functions[f](&shadow, (struct rect){5, 5, 3, 0}, NULL, 0, SOURCE_XRGB, &damage), 0);
        surface_fini(&shadow);
        damage_fini(&damage);
    }
}

/* A picture that ends at the end of its page, and one that begins at the start of one. */
static void no_byte_beside_the_pixels_is_read(void **state)
{
    (void)state;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *pages = mmap(NULL, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(pages, MAP_FAILED);
    assert_int_equal(mprotect(pages + page, page, PROT_READ | PROT_WRITE), 0);
    for (size_t f = 0; f < FUNCTIONS; f++) {
        for (int w = 1; w <= 70; w++) {
            struct surface shadow;
            struct damage damage;
            surface_init(&shadow);
            assert_int_equal(surface_resize(&shadow, w, 10), 0);
            damage_init(&damage);
            damage_resize(&damage, w, 10);
            size_t size = (size_t)w * 10 * 4;
            for (int at_end = 0; at_end <= 1; at_end++) {
                uint8_t *src = pages + page + (at_end ? page - size : 0);
                memset(src, 0x55 << at_end, size);
                assert_int_equal(functions[f](&shadow, surface_rect(&shadow), src,
                                              (size_t)w * 4, SOURCE_BGRX, &damage),
                                 damage.cols);
            }
            surface_fini(&shadow);
            damage_fini(&damage);
        }
    }
    munmap(pages, 3 * page);
}

int test_compare(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changed_tiles_and_no_others_are_copied),
        cmocka_unit_test(the_fourth_byte_changes_nothing),
        cmocka_unit_test(damage_that_is_there_stays),
        cmocka_unit_test(an_empty_rectangle_is_nothing),
        cmocka_unit_test(no_byte_beside_the_pixels_is_read),
    };
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
