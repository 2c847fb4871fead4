/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/pattern_scenes.h"
#include "tests/unit/server/attach/groups.h"
#include "tests/unit/server/attach/watcher.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int set_up(void **state)
{
    struct watcher *w = malloc(sizeof(*w));
    watcher_init(w);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    watcher_fini(*state);
    free(*state);
    return 0;
}

static void unwatched_it_says_what_it_is_and_draws_nothing(void **state)
{
    struct watcher *w = *state;
    watcher_open(w, "pattern:640x480,mode=video");
    watcher_until(w, "leds");
    watcher_settle(w);
    assert_string_equal(watcher_log(w),
                        "identity none none\nstate running\nheads 640x480+\nmouse absolute\n"
                        "leds 0\n");
    assert_int_equal(w->updates, 0);
}

static void watched_it_shows_its_picture_and_an_arrow(void **state)
{
    struct watcher *w = *state;
    struct surface s;
    watcher_open(w, "pattern:640x480");
    w->place->ops->watch(w->place, true);
    watcher_until(w, "complete");
    assert_non_null(strstr(watcher_log(w), "pointer image 0"));
    surface_init(&s);
    surface_resize(&s, 640, 480);
    pattern_draw(&s, PATTERN_STILL, 0);
    for (int y = 0; y < 480; y += 7)
        assert_memory_equal(surface_at(&s, 0, y), surface_at(&w->heads[0], 0, y), 640 * 4);
    surface_fini(&s);
    watcher_settle(w);
    assert_int_equal(w->updates, 1);
}

static bool has_moved(void *self)
{
    return ((struct watcher *)self)->updates >= 5;
}

static void a_moving_scene_moves_while_it_is_watched(void **state)
{
    struct watcher *w = *state;
    watcher_open(w, "pattern:320x200,mode=scroll,fps=100");
    w->place->ops->watch(w->place, true);
    watcher_until_true(w, has_moved, w, "five frames");
    w->place->ops->watch(w->place, false);
    unsigned updates = w->updates;
    watcher_settle(w);
    assert_int_equal(w->updates, updates);
}

static void it_takes_another_size(void **state)
{
    struct watcher *w = *state;
    watcher_open(w, "pattern:320x200,mode=window,fps=100");
    w->place->ops->watch(w->place, true);
    watcher_until(w, "complete");
    watcher_forget(w);
    assert_int_equal(w->place->ops->resize(w->place, 0, 800, 600), 0);
    watcher_until(w, "heads 800x600+");
    watcher_until(w, "complete");
    assert_int_equal(w->heads[0].w, 800);
    assert_int_equal(w->place->ops->resize(w->place, 1, 800, 600), -EINVAL);
    assert_int_equal(w->place->ops->resize(w->place, 0, 0, 600), -EINVAL);
    assert_int_equal(w->place->ops->resize(w->place, 0, 16385, 600), -EINVAL);
}

static void it_may_be_closed_in_any_call(void **state)
{
    (void)state;
    static const char *const lines[] = {"identity", "state",         "heads",  "mouse",
                                        "leds",     "pointer image", "pixels", "complete"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct watcher w;
        watcher_init(&w);
        w.close_on = lines[i];
        watcher_open(&w, "pattern:64x48,mode=scroll,fps=200");
        w.place->ops->watch(w.place, true);
        while (w.place)
            assert_true(sd_event_run(w.loop, 10000000) > 0);
        watcher_settle(&w);
        watcher_fini(&w);
    }
}

static void watching_may_end_in_any_call(void **state)
{
    struct watcher *w = *state;
    w->unwatch_on = "pixels";
    watcher_open(w, "pattern:64x48,mode=scroll,fps=200");
    w->place->ops->watch(w->place, true);
    watcher_until(w, "complete");
    watcher_settle(w);
    assert_int_equal(w->updates, 1);
}

static void power_begins_the_film_again_or_is_refused(void **state)
{
    struct watcher *w = *state;
    watcher_open(w, "pattern:64x48");
    assert_int_equal(w->place->ops->power(w->place, POWER_SHUTDOWN), -EOPNOTSUPP);
    assert_int_equal(w->place->ops->power(w->place, POWER_RESET), 0);
    assert_int_equal(w->place->ops->power(w->place, POWER_REBOOT), 0);
}

int test_pattern(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unwatched_it_says_what_it_is_and_draws_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(watched_it_shows_its_picture_and_an_arrow, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_moving_scene_moves_while_it_is_watched, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(it_takes_another_size, set_up, tear_down),
        cmocka_unit_test(it_may_be_closed_in_any_call),
        cmocka_unit_test_setup_teardown(watching_may_end_in_any_call, set_up, tear_down),
        cmocka_unit_test_setup_teardown(power_begins_the_film_again_or_is_refused, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
