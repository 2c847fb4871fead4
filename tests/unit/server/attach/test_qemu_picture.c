/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/attach/fixture.h"
#include "tests/unit/server/attach/groups.h"

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#define DEADLINE_US (60 * UINT64_C(1000000))

#define MAP "org.qemu.Display1.Listener.Unix.Map"
enum { XRGB = 0x20020888, XBGR = 0x20030888 };

/* Whatever the listener was told before is done. */
static void settle(struct fixture *f)
{
    fake_console_tell(f->c, NULL, "MouseSet", "iii", 7, 7, 0);
    watcher_forget(&f->w);
    watcher_until(&f->w, "pointer 0 7,7 hidden\n");
}

static int on_passed(sd_event_source *source, uint64_t now_us, void *self)
{
    (void)source;
    (void)now_us;
    *(bool *)self = true;
    return 0;
}

/* Runs the loop until the first doubt about a size, had there been one, is over. */
static void pass_doubt(struct fixture *f)
{
    bool passed = false;
    sd_event_source *timer = NULL;
    assert_true(sd_event_add_time_relative(f->w.loop, &timer, CLOCK_MONOTONIC, 60000, 0,
                                           on_passed, &passed) >= 0);
    while (!passed)
        assert_true(sd_event_run(f->w.loop, UINT64_MAX) >= 0);
    sd_event_source_disable_unref(timer);
    settle(f);
}

static void updates_change_what_they_cover(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    fake_console_update(f->c, 60, 30, 4, 2, 0xff445566);
    settle(f);
    assert_int_equal(watcher_pixel(&f->w, 0, 63, 31), 0x445566);
    assert_int_equal(watcher_pixel(&f->w, 0, 59, 31), 0x102030);
    assert_int_equal(watcher_pixel(&f->w, 0, 63, 29), 0x102030);
}

static void other_formats_and_strides_are_read(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    /* 1x2 px, rows 6 bytes apart: red in the low byte, whatever in the high one. */
    fake_console_tell(f->c, NULL, "Update", "iiiiuuay", 3, 4, 1, 2, 6, XBGR, 10, 1, 2, 3, 9, 0,
                      0, 4, 5, 6, 9);
    settle(f);
    assert_int_equal(watcher_pixel(&f->w, 0, 3, 4), 0x010203);
    assert_int_equal(watcher_pixel(&f->w, 0, 3, 5), 0x040506);
}

static void a_scanout_changes_the_size(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    fake_console_scanout(f->c, 20, 10, 0x010101);
    watcher_until(&f->w, "heads 20x10+\n");
    fake_console_set_size(f->c, 20, 10);
    fake_console_update(f->c, 19, 9, 1, 1, 0x020202);
    settle(f);
    assert_int_equal(watcher_pixel(&f->w, 0, 19, 9), 0x020202);
    assert_int_equal(watcher_pixel(&f->w, 0, 18, 9), 0x010101);
    assert_int_equal(f->c->registered, 1);
}

static int count(const char *text, const char *part)
{
    int n = 0;
    for (text = strstr(text, part); text; text = strstr(text + 1, part))
        n++;
    return n;
}

static void what_does_not_agree_is_refused_and_the_next_is_heard(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    watcher_forget(&f->w);
    struct fake_console *c = f->c;
    fake_console_tell(c, NULL, "Scanout", "uuuuay", 20000, 1, 80000, XRGB, 1, 0);
    fake_console_tell(c, NULL, "Scanout", "uuuuay", 4, 4, 16, XRGB, 1, 0);
    fake_console_tell(c, NULL, "Scanout", "uuuuay", 0, 0, 0, XRGB, 0);
    fake_console_tell(c, NULL, "Scanout", "uuuuay", UINT32_MAX, UINT32_MAX, UINT32_MAX, XRGB, 1,
                      0);
    fake_console_tell(c, NULL, "Scanout", "uuuuay", 1, 1, 4, 0x10020565, 4, 1, 2, 3, 4);
    fake_console_tell(c, NULL, "Update", "iiiiuuay", -1, -1, 1, 1, 4, XRGB, 4, 1, 2, 3, 4);
    fake_console_tell(c, NULL, "Update", "iiiiuuay", INT_MAX, INT_MAX, INT_MAX, INT_MAX, 4,
                      XRGB, 1, 0);
    fake_console_tell(c, NULL, "Update", "iiiiuuay", 0, 0, 1, 1, 3, XRGB, 4, 1, 2, 3, 4);
    fake_console_tell(c, NULL, "CursorDefine", "iiiiay", 600, 1, 0, 0, 4, 1, 2, 3, 4);
    fake_console_tell(c, NULL, "CursorDefine", "iiiiay", 2, 2, 0, 0, 4, 1, 2, 3, 4);
    fake_console_tell(c, NULL, "CursorDefine", "iiiiay", -1, INT_MIN, 0, 0, 4, 1, 2, 3, 4);
    fake_console_tell(c, MAP, "UpdateMap", "iiii", 0, 0, 1, 1);
    fake_console_update(c, 0, 0, 1, 1, 0x070707);
    fixture_until_count(f, &c->refused, 12);
    watcher_settle(&f->w);
    assert_int_equal(count(watcher_log(&f->w), "problem QEMU shows something"),
                     9); /* each once */
    assert_int_equal(count(watcher_log(&f->w), "here: a picture larger than 16384 px"), 1);
    assert_int_equal(watcher_pixel(&f->w, 0, 0, 0), 0x070707);
    assert_int_equal(f->w.heads[0].w, 64);
}

static void graphics_memory_is_refused_with_advice(void **state)
{
    struct fixture *f = *state;
    int fd = memfd_create("dmabuf", MFD_CLOEXEC);
    fixture_watch(f);
    fake_console_tell(f->c, NULL, "ScanoutDMABUF", "huuuutb", fd, 64, 32, 256, 0, (uint64_t)0,
                      1);
    fake_console_tell(f->c, NULL, "UpdateDMABUF", "iiii", 0, 0, 64, 32);
    watcher_until(&f->w, "start QEMU's display without gl=on\n");
    close(fd);
}

/* A memfd of 64 x 32 px of one colour behind 16 bytes. */
static int map_of(uint32_t colour)
{
    uint32_t pixels[64 * 32 + 4];
    int fd = memfd_create("map", MFD_CLOEXEC);
    for (size_t i = 0; i < sizeof(pixels) / 4; i++)
        pixels[i] = colour;
    assert_int_equal(write(fd, pixels, sizeof(pixels)), sizeof(pixels));
    return fd;
}

static void shared_memory_is_shown_and_followed(void **state)
{
    struct fixture *f = *state;
    uint32_t two[] = {0x111111, 0x222222};
    int fd = map_of(0x0a0b0c);
    fixture_watch(f);
    fake_console_tell(f->c, MAP, "ScanoutMap", "huuuuu", fd, 16, 64, 32, 256, XRGB);
    settle(f);
    assert_int_equal(watcher_pixel(&f->w, 0, 0, 0), 0x0a0b0c);
    assert_int_equal(watcher_pixel(&f->w, 0, 63, 31), 0x0a0b0c);
    assert_int_equal(pwrite(fd, two, 8, 16 + 5 * 256 + 6 * 4), 8);
    fake_console_tell(f->c, MAP, "UpdateMap", "iiii", 6, 5, 1, 1);
    settle(f);
    assert_int_equal(watcher_pixel(&f->w, 0, 6, 5), 0x111111);
    assert_int_equal(watcher_pixel(&f->w, 0, 7, 5), 0x0a0b0c);
    /* Bytes may follow a map. */
    fake_console_update(f->c, 0, 0, 1, 1, 0x333333);
    settle(f);
    assert_int_equal(watcher_pixel(&f->w, 0, 0, 0), 0x333333);
    assert_int_equal(f->c->refused, 0);
    close(fd);
}

static void memory_that_cannot_hold_the_picture_is_refused(void **state)
{
    struct fixture *f = *state;
    int fd = map_of(1), pipes[2];
    assert_int_equal(pipe(pipes), 0);
    fixture_watch(f);
    fake_console_tell(f->c, MAP, "ScanoutMap", "huuuuu", fd, 17, 64, 32, 256, XRGB);
    fake_console_tell(f->c, MAP, "ScanoutMap", "huuuuu", fd, 0, 64, 33, 256, XRGB);
    fake_console_tell(f->c, MAP, "ScanoutMap", "huuuuu", fd, UINT32_MAX, 64, 32, UINT32_MAX,
                      XRGB);
    fake_console_tell(f->c, MAP, "ScanoutMap", "huuuuu", pipes[0], 0, 1, 1, 4, XRGB);
    fake_console_tell(f->c, MAP, "UpdateMap", "iiii", 0, 0, 1, 1);
    fixture_until_count(f, &f->c->refused, 5);
    assert_int_equal(watcher_pixel(&f->w, 0, 0, 0), 0x102030);
    close(fd);
    close(pipes[0]);
    close(pipes[1]);
}

static void memory_cut_short_leaves_the_rest_as_it_was(void **state)
{
    struct fixture *f = *state;
    int fd = map_of(0x0a0b0c);
    fixture_watch(f);
    fake_console_tell(f->c, MAP, "ScanoutMap", "huuuuu", fd, 16, 64, 32, 256, XRGB);
    settle(f);
    assert_int_equal(ftruncate(fd, 100), 0);
    fake_console_tell(f->c, MAP, "UpdateMap", "iiii", 0, 0, 64, 32);
    watcher_until(&f->w, "problem QEMU shows something that cannot be shown here: shared "
                         "memory that was cut short\n");
    assert_int_equal(watcher_pixel(&f->w, 0, 63, 31), 0x0a0b0c);
    fake_console_update(f->c, 0, 0, 1, 1, 0x333333);
    settle(f);
    assert_int_equal(watcher_pixel(&f->w, 0, 0, 0), 0x333333);
    close(fd);
}

static void a_disabled_head_is_blank(void **state)
{
    struct fixture *f = *state;
    f->c->silent = true;
    fixture_open(f);
    f->w.place->ops->watch(f->w.place, true);
    fixture_until_count(f, &f->c->registered, 1);
    watcher_settle(&f->w);
    assert_null(strstr(watcher_log(&f->w), "complete"));
    fake_console_tell(f->c, NULL, "Disable", "");
    watcher_until(&f->w, "blank 0\ncomplete\n");
}

static void pointers_are_passed_on(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    fake_console_tell(f->c, NULL, "CursorDefine", "iiiiay", 1, 2, 0, 1, 8, 1, 2, 3, 255, 0, 0,
                      0, 0);
    /* Colours come multiplied by alpha: half of red 0xc0 is 0x60. */
    fake_console_tell(f->c, NULL, "CursorDefine", "iiiiay", 1, 1, 50, -7, 4, 0, 0, 0x60, 0x80);
    fake_console_tell(f->c, NULL, "MouseSet", "iii", -3, 4, 1);
    watcher_until(&f->w, "pointer image 0 1x2 0,1 ff030201\npointer image 0 1x1 0,0 80bf0000\n"
                         "pointer 0 -3,4 visible\n");
}

/* QEMU 7.2 after a change to text mode: parts in the new size, no whole picture, the size last.
 */
static void parts_before_their_size_end_in_a_right_picture(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    watcher_forget(&f->w);
    for (int y = 0; y < 40; y += 8)
        fake_console_update(f->c, 0, y, 80, 8, 0x0f0f0f);
    fake_console_set_size(f->c, 80, 40);
    watcher_until(&f->w, "heads 80x40+\n");
    settle(f);
    assert_int_equal(f->c->registered, 2);
    assert_int_equal(watcher_pixel(&f->w, 0, 79, 39),
                     0x102030); /* what a new listener is shown */
    fake_console_update(f->c, 0, 0, 80, 40, 0x0e0e0e);
    settle(f);
    assert_int_equal(watcher_pixel(&f->w, 0, 0, 0), 0x0e0e0e);
}

static void parts_after_a_size_that_was_said_are_not_shown_in_the_old_one(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    watcher_forget(&f->w);
    fake_console_set_size(f->c, 40, 20);
    while (sd_event_run(f->w.loop, 1000) > 0)
        continue;
    fake_console_update(f->c, 0, 0, 40, 8, 0x0f0f0f);
    watcher_until(&f->w, "heads 40x20+\n");
    settle(f);
    assert_int_equal(watcher_pixel(&f->w, 0, 0, 0), 0x102030);
    assert_int_equal(f->c->registered, 2);
}

static void a_whole_picture_after_its_size_needs_no_new_listener(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    watcher_forget(&f->w);
    fake_console_set_size(f->c, 40, 20);
    fake_console_scanout(f->c, 40, 20, 0x0f0f0f);
    watcher_until(&f->w, "heads 40x20+\n");
    settle(f);
    pass_doubt(f);
    assert_int_equal(f->c->registered, 1);
}

static void a_size_that_comes_back_is_no_change(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    fake_console_set_size(f->c, 40, 20);
    fake_console_set_size(f->c, 64, 32);
    settle(f);
    pass_doubt(f);
    assert_int_equal(f->c->registered, 1);
}

static void parts_outside_the_picture_fetch_a_new_one(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    fake_console_update(f->c, 60, 0, 5, 1, 0x0f0f0f);
    fixture_until_count(f, &f->c->registered, 2);
    settle(f);
    assert_int_equal(watcher_pixel(&f->w, 0, 60, 0), 0x102030);
}

static void a_size_that_never_fits_does_not_spin(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    f->c->silent = true;
    fake_console_set_size(f->c, 100000, 1);
    fixture_until_count(f, &f->c->registered, 3);
    /* 30, 60, 120 ms ...: in the time of three waits there cannot be many. */
    assert_in_range(f->c->registered, 3, 4);
}

static uint64_t clock_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static bool old_is_open(struct fixture *f)
{
    sd_bus *old = f->q->display.old[0];
    while (sd_bus_process(old, NULL) > 0)
        continue;
    return sd_bus_is_open(old) > 0;
}

/* QEMU 9.2 and newer keep every listener, and lift all keys when one is closed. */
static void an_old_listener_stays_while_a_key_is_down(void **state)
{
    struct fixture *f = *state;
    f->q->display.keeps_listeners = true;
    fixture_watch(f);
    f->w.place->ops->input->key(f->w.place, 0x2a, true);
    fixture_until(f, "key Press 42\n");
    fake_console_update(f->c, 60, 0, 5, 1, 0x0f0f0f);
    fixture_until_count(f, &f->c->registered, 2);
    settle(f);
    assert_int_equal(f->q->display.n_old, 1);
    assert_true(sd_bus_process(f->q->display.old[0], NULL) >= 0);
    f->w.place->ops->input->key(f->w.place, 0x2a, false);
    fixture_until(f, "key Release 42\n");
    for (uint64_t end_us = clock_us() + DEADLINE_US; old_is_open(f);) {
        assert_true(clock_us() < end_us);
        fake_console_update(f->c, 0, 0, 1, 1, 0x0f0f0f);
        settle(f);
    }
}

/* It closes the old listener itself; one that is closed before would take the new one along. */
static void qemu_has_time_to_close_an_old_listener(void **state)
{
    struct fixture *f = *state;
    f->q->display.keeps_listeners = true;
    fixture_watch(f);
    const uint64_t before_us = clock_us();
    fake_console_update(f->c, 60, 0, 5, 1, 0x0f0f0f);
    fixture_until_count(f, &f->c->registered, 2);
    settle(f);
    fake_console_update(f->c, 0, 0, 1, 1, 0x0f0f0f);
    settle(f);
    bool open = old_is_open(f);
    assert_true(open || clock_us() - before_us > 1000000);
}

static void each_head_has_its_own_picture(void **state)
{
    struct fixture *f = *state;
    struct fake_console *second = fake_display_add_console(&f->q->display, "Graphic", 10, 10);
    fixture_watch(f);
    fake_console_update(second, 9, 9, 1, 1, 0x0a0a0a);
    fake_console_update(f->c, 9, 9, 1, 1, 0x0b0b0b);
    fake_console_tell(second, NULL, "MouseSet", "iii", 1, 1, 1);
    watcher_until(&f->w, "pointer 1 1,1 visible\n");
    settle(f);
    assert_int_equal(watcher_pixel(&f->w, 1, 9, 9), 0x0a0a0a);
    assert_int_equal(watcher_pixel(&f->w, 0, 9, 9), 0x0b0b0b);
}

static void listeners_that_are_hung_up_on_are_tried_with_back_off(void **state)
{
    struct fixture *f = *state;
    f->q->display.closes_listeners = true;
    fixture_open(f);
    f->w.place->ops->watch(f->w.place, true);
    fixture_until_count(f, &f->c->registered, 2);
    watcher_until(&f->w, "problem QEMU closed the display connection");
    f->q->display.closes_listeners = false;
    watcher_until(&f->w, "complete");
    assert_in_range(f->c->registered, 3, 4);
}

static void a_control_connection_that_dies_during_the_handshake_is_tried_again(void **state)
{
    struct fixture *f = *state;
    fixture_open(f);
    f->w.place->ops->watch(f->w.place, true);
    while (!f->q->display.control)
        assert_true(sd_event_run(f->w.loop, 10000000) > 0);
    fake_display_hang_up(&f->q->display);
    watcher_until(&f->w, "complete");
}

static void pixels_may_end_watching(void **state)
{
    struct fixture *f = *state;
    f->w.unwatch_on = "pixels";
    fixture_open(f);
    f->w.place->ops->watch(f->w.place, true);
    fixture_until(f, "listener 0 gone");
    watcher_settle(&f->w);
    assert_int_equal(f->w.updates, 1);
}

int test_qemu_picture(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(updates_change_what_they_cover),
        with_fixture(other_formats_and_strides_are_read),
        with_fixture(a_scanout_changes_the_size),
        with_fixture(what_does_not_agree_is_refused_and_the_next_is_heard),
        with_fixture(graphics_memory_is_refused_with_advice),
        with_fixture(shared_memory_is_shown_and_followed),
        with_fixture(memory_that_cannot_hold_the_picture_is_refused),
        with_fixture(memory_cut_short_leaves_the_rest_as_it_was),
        with_fixture(a_disabled_head_is_blank),
        with_fixture(pointers_are_passed_on),
        with_fixture(parts_before_their_size_end_in_a_right_picture),
        with_fixture(parts_after_a_size_that_was_said_are_not_shown_in_the_old_one),
        with_fixture(a_whole_picture_after_its_size_needs_no_new_listener),
        with_fixture(a_size_that_comes_back_is_no_change),
        with_fixture(parts_outside_the_picture_fetch_a_new_one),
        with_fixture(a_size_that_never_fits_does_not_spin),
        with_fixture(an_old_listener_stays_while_a_key_is_down),
        with_fixture(qemu_has_time_to_close_an_old_listener),
        with_fixture(each_head_has_its_own_picture),
        with_fixture(listeners_that_are_hung_up_on_are_tried_with_back_off),
        with_fixture(a_control_connection_that_dies_during_the_handshake_is_tried_again),
        with_fixture(pixels_may_end_watching),
    };
    return cmocka_run_group_tests_name("qemu_picture", tests, NULL, NULL);
}
