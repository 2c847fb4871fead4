/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/map_reader.h"
#include "base/alloc.h"
#include "tests/unit/server/attach/groups.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

enum { XRGB = 0x20020888 };

/* A memfd in which pixel x, y of a picture is x + 65536 * y. */
static int memory(uint32_t offset, int w, int h, uint32_t stride)
{
    int fd = memfd_create("map", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)offset + (off_t)stride * h), 0);
    uint32_t *row = alloc_zero((size_t)w, 4);
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++)
            row[x] = (uint32_t)x + 65536u * (uint32_t)y;
        ssize_t n = pwrite(fd, row, (size_t)w * 4, (off_t)offset + (off_t)stride * y);
        assert_int_equal(n, w * 4);
    }
    free(row);
    return fd;
}

/* What was read: rows from top to bottom without a gap, each pixel the right one. */
struct check {
    struct rect left; /* what must come yet */
    int bands, stop_after;
};

static bool on_pixels(void *self, const struct scanout_pixels *p, const void *data)
{
    struct check *c = self;
    assert_true(p->r.x == c->left.x && p->r.y == c->left.y && p->r.w == c->left.w &&
                p->r.h <= c->left.h);
    for (int y = 0; y < p->r.h; y++) {
        const unsigned char *row = (const unsigned char *)data + (size_t)y * p->stride;
        for (int x = 0; x < p->r.w; x++) {
            uint32_t v;
            memcpy(&v, row + 4 * x, 4);
            assert_int_equal(v, (uint32_t)(p->r.x + x) + 65536u * (uint32_t)(p->r.y + y));
        }
    }
    c->left.y += p->r.h;
    c->left.h -= p->r.h;
    return ++c->bands != c->stop_after;
}

static void any_rectangle_is_read_exactly(void **state)
{
    (void)state;
    static const struct {
        int w, h;
        uint32_t offset, stride;
        struct rect r;
    } rows[] = {
        {64, 32, 0, 256, {0, 0, 64, 32}},       {64, 32, 4, 300, {0, 0, 64, 32}},
        {64, 32, 4096, 300, {63, 31, 1, 1}},    {1920, 1080, 0, 7680, {0, 0, 1920, 1080}},
        {1920, 1080, 0, 7680, {5, 7, 9, 1000}}, {1920, 1080, 0, 8192, {100, 0, 1700, 1080}},
        {16384, 9, 0, 65536, {0, 0, 16384, 9}}, {2, 3, 0, 1000000, {0, 0, 2, 3}},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct map_reader m;
        const char *why = NULL;
        struct check c = {.left = rows[i].r};
        int fd = memory(rows[i].offset, rows[i].w, rows[i].h, rows[i].stride);
        map_reader_init(&m);
        assert_int_equal(map_reader_open(&m, fd, rows[i].offset, (uint32_t)rows[i].w,
                                         (uint32_t)rows[i].h, rows[i].stride, XRGB, &why),
                         0);
        close(fd);
        assert_true(map_reader_has_map(&m));
        assert_int_equal(map_reader_read(&m, rows[i].r, on_pixels, &c), 0);
        assert_int_equal(c.left.h, 0);
        map_reader_fini(&m);
        assert_false(map_reader_has_map(&m));
    }
}

static void only_memory_that_holds_the_picture_is_taken(void **state)
{
    (void)state;
    struct map_reader m;
    const char *why = NULL;
    int fds[2], fd = memory(0, 8, 8, 32);
    map_reader_init(&m);
    assert_int_equal(map_reader_open(&m, fd, 0, 8, 9, 32, XRGB, &why), -EINVAL);
    assert_int_equal(map_reader_open(&m, fd, 4, 8, 8, 32, XRGB, &why), -EINVAL);
    close(fd);
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(map_reader_open(&m, fds[0], 0, 1, 1, 4, XRGB, &why), -EINVAL);
    assert_string_equal(why, "a map that is no file in memory");
    close(fds[0]);
    close(fds[1]);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    assert_int_equal(map_reader_open(&m, fds[0], 0, 1, 1, 4, XRGB, &why), -EINVAL);
    close(fds[0]);
    close(fds[1]);
    fd = open("/dev/zero", O_RDONLY);
    assert_int_equal(map_reader_open(&m, fd, 0, 1, 1, 4, XRGB, &why), -EINVAL);
    close(fd);
    assert_int_equal(map_reader_open(&m, -1, 0, 1, 1, 4, XRGB, &why), -EBADF);
    assert_false(map_reader_has_map(&m));
    map_reader_fini(&m);
}

static void memory_cut_short_is_an_error_and_no_signal(void **state)
{
    (void)state;
    struct map_reader m;
    const char *why = NULL;
    int fd = memory(0, 1920, 200, 7680);
    struct check c = {.left = {0, 0, 1920, 200}};
    map_reader_init(&m);
    assert_int_equal(map_reader_open(&m, fd, 0, 1920, 200, 7680, XRGB, &why), 0);
    assert_int_equal(ftruncate(fd, 7680 * 100), 0);
    assert_int_equal(map_reader_read(&m, c.left, on_pixels, &c), -ENODATA);
    assert_in_range(c.left.y, 1, 100);
    close(fd);
    map_reader_fini(&m);
}

static void reading_may_be_stopped(void **state)
{
    (void)state;
    struct map_reader m;
    const char *why = NULL;
    int fd = memory(0, 1920, 200, 7680);
    struct check c = {.left = {0, 0, 1920, 200}, .stop_after = 2};
    map_reader_init(&m);
    assert_int_equal(map_reader_open(&m, fd, 0, 1920, 200, 7680, XRGB, &why), 0);
    assert_int_equal(map_reader_read(&m, c.left, on_pixels, &c), 0);
    assert_int_equal(c.bands, 2);
    close(fd);
    map_reader_fini(&m);
}

int test_map_reader(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_rectangle_is_read_exactly),
        cmocka_unit_test(only_memory_that_holds_the_picture_is_taken),
        cmocka_unit_test(memory_cut_short_is_an_error_and_no_signal),
        cmocka_unit_test(reading_may_be_stopped),
    };
    return cmocka_run_group_tests_name("map_reader", tests, NULL, NULL);
}
