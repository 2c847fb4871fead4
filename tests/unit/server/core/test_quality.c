/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/quality.h"
#include "tests/unit/server/core/judge.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { FRAME_US = 16667 };

/* A path that stays the same for some time; returns how often the step changed. */
static unsigned go_on(struct quality *q, uint64_t *now_us, uint64_t us,
                      struct quality_path path)
{
    unsigned changes = 0;
    for (uint64_t end = *now_us + us; *now_us < end; *now_us += FRAME_US)
        changes += quality_note(q, &path, *now_us);
    return changes;
}

static void a_full_path_gets_the_step_that_it_carries(void **state)
{
    static const struct {
        struct quality_path path;
        unsigned step;
    } rows[] = {
        {{50000000, false, true}, 0}, {{1000000, false, true}, 0}, {{999999, false, true}, 1},
        {{400000, false, true}, 1},   {{399999, false, true}, 2},  {{150000, false, true}, 2},
        {{100000, false, true}, 3},   {{1, false, true}, 3},       {{0, false, true}, 0},
        {{100000, true, true}, 0},    {{100000, false, false}, 0}, /* not known; not full */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct quality q;
        uint64_t now = 1000000;
        quality_init(&q);
        unsigned changes = go_on(&q, &now, 2000000, rows[i].path);
        assert_int_equal(q.step, rows[i].step);
        assert_int_equal(changes, rows[i].step > 0);
    }
}

static void a_short_squeeze_changes_nothing(void **state)
{
    struct quality q;
    uint64_t now = 1000000;
    (void)state;
    quality_init(&q);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(go_on(&q, &now, 400000, (struct quality_path){90000, false, true}), 0);
        assert_int_equal(go_on(&q, &now, 100000, (struct quality_path){9000000, false, true}),
                         0);
    }
    assert_int_equal(q.step, 0);
}

static void what_was_lowered_comes_back_step_by_step(void **state)
{
    static const struct quality_path better[] = {
        {9000000, false, true}, /* a faster path */
        {9000000, true, true},  /* at least so fast */
        {100000, false, false}, /* a path with room */
        {0, false, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(better); i++) {
        struct quality q;
        uint64_t now = 1000000;
        quality_init(&q);
        go_on(&q, &now, 2000000, (struct quality_path){100000, false, true});
        assert_int_equal(q.step, 3);
        assert_int_equal(go_on(&q, &now, 60000000, better[i]), 3);
        assert_int_equal(q.step, 0);
    }
}

static void a_path_on_a_border_stays_where_it_is(void **state)
{
    struct quality q;
    uint64_t now = 1000000;
    (void)state;
    quality_init(&q);
    go_on(&q, &now, 2000000, (struct quality_path){390000, false, true});
    assert_int_equal(q.step, 2);
    for (int i = 0; i < 50; i++) {
        unsigned changes =
            go_on(&q, &now, 1000000, (struct quality_path){410000, false, true}) +
            go_on(&q, &now, 1000000, (struct quality_path){390000, false, true});
        assert_int_equal(changes, 0);
    }
}

static void tries_in_vain_become_rare(void **state)
{
    /* Between updates it looks as if the path had room; as soon as more is sent it has not. */
    struct quality q;
    uint64_t now = 1000000;
    unsigned early = 0, late = 0;
    (void)state;
    quality_init(&q);
    for (int s = 0; s < 600; s++) {
        const struct quality_path path = {500000, false, q.step == 0};
        unsigned changes = go_on(&q, &now, 1000000, path);
        early += s < 60 ? changes : 0;
        late += s >= 540 ? changes : 0;
    }
    assert_true(early > 2);
    assert_true(late <= 2);
}

static void no_step_gives_more_than_was_asked_or_spoils_exact_pixels(void **state)
{
    (void)state;
    for (unsigned step = 0; step < QUALITY_STEPS; step++) {
        const struct quality q = {.step = step};
        for (int quality = -1; quality <= 100; quality++) {
            struct encode_class asked = judge_class(ENCODING_TIGHT, quality);
            struct encode_class got = quality_class(&q, &asked);
            assert_true(got.quality <= asked.quality);
            assert_int_equal(got.quality < 0, quality < 0);
            if (!step || quality < 0)
                assert_true(encode_class_equal(&got, &asked));
        }
        struct encode_class grey = judge_class(ENCODING_TIGHT, 80);
        grey.subsampling = 0;
        assert_int_equal(quality_class(&q, &grey).subsampling, 0);
        assert_true(!step == !quality_refresh_most(&q));
    }
}

static void steps_are_few(void **state)
{
    /* However they came to ask: viewers of one step have one quality. */
    (void)state;
    for (unsigned step = 1; step < QUALITY_STEPS; step++) {
        const struct quality q = {.step = step};
        struct encode_class a = judge_class(ENCODING_TIGHT, 79),
                            b = judge_class(ENCODING_TIGHT, 93);
        a.subsampling = 1;
        b.subsampling = 2;
        a = quality_class(&q, &a);
        b = quality_class(&q, &b);
        assert_true(encode_class_equal(&a, &b));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_path_gets_the_step_that_it_carries),
        cmocka_unit_test(a_short_squeeze_changes_nothing),
        cmocka_unit_test(what_was_lowered_comes_back_step_by_step),
        cmocka_unit_test(a_path_on_a_border_stays_where_it_is),
        cmocka_unit_test(tries_in_vain_become_rare),
        cmocka_unit_test(no_step_gives_more_than_was_asked_or_spoils_exact_pixels),
        cmocka_unit_test(steps_are_few),
    };
    return cmocka_run_group_tests_name("quality", tests, NULL, NULL);
}
