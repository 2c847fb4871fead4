/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/framebuffer/groups.h"
#include "tests/unit/framebuffer/random.h"
#include "framebuffer/compare.h"
#include "framebuffer/scroll.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOVES_MOST = 8 };

struct fixture {
    struct surface old, next;
    struct damage damage, before; /* before: as it was when the search began */
    struct scroll_move moves[MOVES_MOST];
    int n;
    struct random random;
};

/* Lines of characters of two colours, with blanks between: much of it repeats, as text does. */
static void draw_text(struct surface *s, struct random *random, struct rect r)
{
    static const uint16_t glyphs[] = {0x5b6d, 0x1249, 0x7def, 0x2f4b, 0x6b5a, 0x39ce, 0x0, 0x0};
    r = rect_intersect(r, surface_rect(s));
    surface_fill(s, r, 0x101010);
    for (int y = r.y; y + 16 <= r.y + r.h; y += 16) {
        int length = random_below(random, r.w / 8 + 1);
        for (int c = 0; c < length; c++) {
            unsigned glyph = glyphs[random_below(random, 8)];
            for (int i = 0; i < 15; i++)
                if (glyph >> i & 1)
                    surface_fill(s, (struct rect){r.x + c * 8 + i % 3 * 2, y + i / 3 * 2, 2, 2},
                                 0xd0d0d0);
        }
    }
}

static void draw_noise(struct surface *s, struct random *random, struct rect r)
{
    r = rect_intersect(r, surface_rect(s));
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            *surface_at(s, x, y) = random_u32(random) & 0xffffff;
}

static void begin(struct fixture *f, int w, int h, uint64_t seed)
{
    *f = (struct fixture){.random = {seed}};
    surface_init(&f->old);
    surface_init(&f->next);
    damage_init(&f->damage);
    damage_init(&f->before);
    assert_int_equal(surface_resize(&f->old, w, h), 0);
    assert_int_equal(surface_resize(&f->next, w, h), 0);
    damage_resize(&f->damage, w, h);
    damage_resize(&f->before, w, h);
    draw_text(&f->old, &f->random, surface_rect(&f->old));
    surface_copy(&f->next, &f->old, surface_rect(&f->old), 0, 0);
}

static void end(struct fixture *f)
{
    surface_fini(&f->old);
    surface_fini(&f->next);
    damage_fini(&f->damage);
    damage_fini(&f->before);
}

/* The content of r moves by dx, dy within r, and new text comes in behind it. */
static void scroll_region(struct fixture *f, struct rect r, int dx, int dy)
{
    draw_text(&f->next, &f->random, r);
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            if (x - dx >= r.x && x - dx < r.x + r.w && y - dy >= r.y && y - dy < r.y + r.h)
                *surface_at(&f->next, x, y) = *surface_at(&f->old, x - dx, y - dy);
}

static void search(struct fixture *f, int most)
{
    struct surface shadow;
    surface_init(&shadow);
    assert_int_equal(surface_resize(&shadow, f->old.w, f->old.h), 0);
    surface_copy(&shadow, &f->old, surface_rect(&f->old), 0, 0);
    compare_copy(&shadow, surface_rect(&shadow), f->next.pixels, (size_t)f->next.stride * 4,
                 SOURCE_XRGB, &f->damage);
    surface_fini(&shadow);
    damage_copy(&f->before, &f->damage);
    f->n = scroll_find(&f->old, &f->next, &f->damage, f->moves, most);
    assert_in_range(f->n, 0, most);
}

static bool overlap(struct rect a, struct rect b)
{
    struct rect common = rect_intersect(a, b);
    return !rect_empty(&common);
}

static void assert_on_tiles(const struct rect *r, const struct surface *s)
{
    struct rect all = surface_rect(s);
    assert_false(rect_empty(r));
    assert_true(rect_contains(&all, r));
    assert_int_equal(r->x % TILE, 0);
    assert_int_equal(r->y % TILE, 0);
    assert_true(r->w % TILE == 0 || r->x + r->w == s->w);
    assert_true(r->h % TILE == 0 || r->y + r->h == s->h);
}

static size_t damaged_before(const struct fixture *f, struct rect r)
{
    struct damage d;
    damage_init(&d);
    damage_resize(&d, f->before.w, f->before.h);
    damage_add_rect(&d, r);
    damage_and(&d, &f->before);
    size_t n = damage_count(&d);
    damage_fini(&d);
    return n;
}

static void assert_moves_keep_the_rules(const struct fixture *f)
{
    struct rect all = surface_rect(&f->old);
    for (int i = 0; i < f->n; i++) {
        const struct scroll_move *m = &f->moves[i];
        struct rect from = {m->to.x - m->dx, m->to.y - m->dy, m->to.w, m->to.h};
        assert_on_tiles(&m->to, &f->next);
        assert_true(rect_contains(&all, &from));
        assert_true(damaged_before(f, m->to) >= 16);
        for (int k = 0; k < i; k++) {
            assert_false(overlap(m->to, f->moves[k].to));
            assert_false(overlap(from, f->moves[k].to));
        }
    }
}

/* A client that has the old picture copies in order and then gets the tiles still damaged. */
static void assert_a_client_ends_with_the_next_picture(struct fixture *f)
{
    int n;
    for (int i = 0; i < f->n; i++) {
        struct rect to = f->moves[i].to;
        struct rect from = {to.x - f->moves[i].dx, to.y - f->moves[i].dy, to.w, to.h};
        surface_copy(&f->old, &f->old, from, f->moves[i].dx, f->moves[i].dy);
    }
    for (int col = 0, row = 0; (n = damage_next_run(&f->damage, &col, &row)) > 0; col += n)
        surface_copy(&f->old, &f->next, (struct rect){col * TILE, row * TILE, n * TILE, TILE},
                     0, 0);
    for (int y = 0; y < f->old.h; y++)
        assert_memory_equal(surface_at(&f->old, 0, y), surface_at(&f->next, 0, y),
                            (size_t)f->old.w * 4);
}

static void check(struct fixture *f)
{
    assert_moves_keep_the_rules(f);
    assert_a_client_ends_with_the_next_picture(f);
}

static void moved_content_is_found(void **state)
{
    (void)state;
    static const struct {
        int w, h;
        struct rect r;
        int dx, dy;
        int percent; /* of the damaged tiles that can be moved at all, at least */
    } rows[] = {
        {1024, 768, {0, 0, 1024, 768}, 0, -16, 90},
        {1024, 768, {0, 0, 1024, 768}, 0, -13, 90},
        {1024, 768, {0, 0, 1024, 768}, 0, 40, 90},
        {1024, 768, {0, 0, 1024, 768}, 0, -700, 25},
        {1000, 700, {0, 0, 1000, 700}, 0, -19, 85},
        {1024, 768, {100, 90, 600, 500}, 0, -16, 80},
        {1024, 768, {100, 90, 600, 500}, 0, 55, 75},
        {1024, 768, {100, 90, 600, 500}, 7, 0, 75},
        {1024, 768, {100, 90, 600, 500}, -64, 0, 75},
        {1024, 768, {100, 90, 600, 500}, 33, -21, 75},
        {1024, 768, {100, 90, 600, 500}, -100, 150, 60},
        {1920, 1080, {300, 0, 1300, 1080}, 0, -120, 80},
        {400, 300, {0, 0, 400, 300}, 0, -16, 80},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture f;
        begin(&f, rows[i].w, rows[i].h, i + 1);
        scroll_region(&f, rows[i].r, rows[i].dx, rows[i].dy);
        search(&f, MOVES_MOST);
        size_t left = damage_count(&f.damage), all = damage_count(&f.before);
        struct rect back = rows[i].r;
        back.x += rows[i].dx;
        back.y += rows[i].dy;
        struct rect movable = rect_intersect(back, rows[i].r);
        size_t can_move = damaged_before(&f, movable);
        if ((all - left) * 100 < can_move * (size_t)rows[i].percent)
            fail_msg("row %zu: %zu of %zu tiles moved, %zu could", i, all - left, all,
                     can_move);
        check(&f);
        end(&f);
    }
}

static void a_dragged_window_is_found_with_its_surroundings_redrawn(void **state)
{
    (void)state;
    struct fixture f;
    struct surface window;
    begin(&f, 1280, 800, 77);
    surface_init(&window);
    assert_int_equal(surface_resize(&window, 500, 400), 0);
    draw_text(&window, &f.random, surface_rect(&window));
    surface_copy(&f.old, &window, surface_rect(&window), 211, 133);
    surface_copy(&f.next, &window, surface_rect(&window), 258, 121);
    search(&f, MOVES_MOST);
    assert_true(f.n >= 1);
    assert_int_equal(f.moves[0].dx, 47);
    assert_int_equal(f.moves[0].dy, -12);
    assert_true(damage_count(&f.before) - damage_count(&f.damage) > 400);
    check(&f);
    surface_fini(&window);
    end(&f);
}

static void two_panes_may_move_apart(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 1280, 800, 5);
    scroll_region(&f, (struct rect){0, 0, 640, 800}, 0, -32);
    scroll_region(&f, (struct rect){640, 0, 640, 800}, 0, 23);
    search(&f, MOVES_MOST);
    assert_true(f.n >= 2);
    assert_true(damage_count(&f.damage) * 4 < damage_count(&f.before));
    check(&f);
    end(&f);
}

static void nothing_is_found_where_nothing_moved(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 640, 480, 6);
    search(&f, MOVES_MOST);
    assert_int_equal(f.n, 0);
    draw_noise(&f.next, &f.random, surface_rect(&f.next));
    search(&f, MOVES_MOST);
    assert_int_equal(f.n, 0);
    assert_true(damage_equal(&f.damage, &f.before));
    surface_fill(&f.next, surface_rect(&f.next), 0x204060);
    search(&f, MOVES_MOST);
    assert_int_equal(f.n, 0);
    end(&f);
}

static void a_move_that_does_not_pay_is_left(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 640, 480, 7);
    scroll_region(&f, (struct rect){64, 64, 80, 48}, 0, -16);
    search(&f, MOVES_MOST);
    assert_int_equal(f.n, 0);
    assert_true(damage_equal(&f.damage, &f.before));
    end(&f);
}

static void no_more_moves_than_asked_for_are_given(void **state)
{
    (void)state;
    for (int most = 0; most <= 2; most++) {
        struct fixture f;
        begin(&f, 1280, 800, 8);
        scroll_region(&f, (struct rect){0, 0, 640, 800}, 0, -32);
        scroll_region(&f, (struct rect){640, 0, 640, 800}, 0, 23);
        search(&f, most);
        assert_int_equal(f.n, most);
        check(&f);
        end(&f);
    }
}

static void small_pictures_are_searched_safely(void **state)
{
    (void)state;
    static const int sides[] = {1, 15, 16, 17, 63, 64, 79, 80, 81, 100};
    for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
        for (size_t k = 0; k < sizeof(sides) / sizeof(sides[0]); k++) {
            struct fixture f;
            begin(&f, sides[i], sides[k], i + 10 * k + 1);
            draw_noise(&f.old, &f.random, surface_rect(&f.old));
            surface_copy(&f.next, &f.old, surface_rect(&f.old), 0, -3);
            search(&f, MOVES_MOST);
            check(&f);
            end(&f);
        }
    }
}

static struct rect random_rect(struct random *random, int w, int h)
{
    struct rect r = {random_below(random, w), random_below(random, h), 0, 0};
    r.w = 1 + random_below(random, w - r.x);
    r.h = 1 + random_below(random, h - r.y);
    return r;
}

static void change_something(struct fixture *f)
{
    struct rect r = random_rect(&f->random, f->next.w, f->next.h);
    int dx = 0, dy = random_below(&f->random, 80) - 40;
    switch (random_below(&f->random, 5)) {
    case 0:
        draw_noise(&f->next, &f->random, (struct rect){r.x, r.y, 20, 20});
        break;
    case 1:
        draw_text(&f->next, &f->random, (struct rect){r.x, r.y, r.w, 30});
        break;
    case 2:
        dx = random_below(&f->random, 80) - 40;
        surface_copy(&f->next, &f->old, r, dx, dy);
        break;
    default:
        scroll_region(f, r, dx, dy);
    }
}

static void random_changes_always_end_in_the_next_picture(void **state)
{
    (void)state;
    int moves = 0;
    for (int round = 0; round < 300; round++) {
        struct fixture f;
        struct random random = {(uint64_t)round + 1};
        (void)random_u32(&random);
        begin(&f, 300 + random_below(&random, 500), 200 + random_below(&random, 400),
              (uint64_t)round + 1000);
        for (int i = random_below(&random, 4); i >= 0; i--)
            change_something(&f);
        search(&f, 1 + random_below(&random, MOVES_MOST));
        moves += f.n;
        check(&f);
        end(&f);
    }
    assert_true(moves > 100);
}

int test_scroll(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moved_content_is_found),
        cmocka_unit_test(a_dragged_window_is_found_with_its_surroundings_redrawn),
        cmocka_unit_test(two_panes_may_move_apart),
        cmocka_unit_test(nothing_is_found_where_nothing_moved),
        cmocka_unit_test(a_move_that_does_not_pay_is_left),
        cmocka_unit_test(no_more_moves_than_asked_for_are_given),
        cmocka_unit_test(small_pictures_are_searched_safely),
        cmocka_unit_test(random_changes_always_end_in_the_next_picture),
    };
    return cmocka_run_group_tests_name("scroll", tests, NULL, NULL);
}
