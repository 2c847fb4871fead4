/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/feeder.h"
#include "base/alloc.h"
#include "tests/bench/clip.h"
#include "tests/bench/measure.h"
#include "tests/fakeqemu/fake_qemu.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { XRGB = 0x20020888, PATH_MOST = 128 };

static const char map_interface[] = "org.qemu.Display1.Listener.Unix.Map";

struct feeder {
    const char *clip_path;
    unsigned fps;
    int tell_fd; /* where the path of the QMP socket goes */
    struct clip clip;
    struct fake_qemu *qemu;
    sd_bus *shown; /* the listener that has the map, never used */
    int fd;        /* of the shared memory */
    uint32_t *pixels;
    unsigned frame;
};

static struct fake_console *console_of(struct feeder *f)
{
    return &f->qemu->display.consoles[0];
}

static void share_memory(struct feeder *f)
{
    size_t size = (size_t)f->clip.stride * (size_t)f->clip.h * 4;
    f->fd = memfd_create("picture", MFD_CLOEXEC);
    if (f->fd < 0 || ftruncate(f->fd, (off_t)size))
        measure_fail("feeder", strerror(errno));
    f->pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, f->fd, 0);
    if (f->pixels == MAP_FAILED)
        measure_fail("feeder", strerror(errno));
    memcpy(f->pixels, f->clip.pixels, size);
}

static void show_map(struct feeder *f)
{
    struct fake_console *c = console_of(f);
    uint32_t w = (uint32_t)f->clip.w, h = (uint32_t)f->clip.h,
             stride = (uint32_t)f->clip.stride * 4;
    fake_console_tell(c, map_interface, "ScanoutMap", "huuuuu", f->fd, 0, w, h, stride, XRGB);
    f->shown = c->listener;
}

static void show_rect(struct feeder *f, const struct surface *now, struct rect r)
{
    for (int y = r.y; y < r.y + r.h; y++)
        memcpy(f->pixels + (size_t)y * (size_t)f->clip.stride + r.x, surface_at(now, r.x, y),
               (size_t)r.w * 4);
    fake_console_tell(console_of(f), map_interface, "UpdateMap", "iiii", r.x, r.y, r.w, r.h);
}

static void show_next(struct feeder *f)
{
    const struct rect *rects;
    f->frame = (f->frame + 1) % f->clip.n;
    size_t n = clip_damage(&f->clip, f->frame, &rects);
    struct surface now = clip_frame(&f->clip, f->frame);
    for (size_t i = 0; i < n; i++)
        show_rect(f, &now, rects[i]);
}

static int on_tick(sd_event_source *source, uint64_t due_us, void *self)
{
    struct feeder *f = self;
    struct fake_console *c = console_of(f);
    sd_event_source_set_time(source, due_us + 1000000 / f->fps);
    sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    if (c->listener && c->shares_maps && f->shown != c->listener)
        show_map(f);
    else if (c->listener && c->shares_maps)
        show_next(f);
    return 0;
}

static void run(void *self)
{
    struct feeder *f = self;
    sd_event *loop = NULL;
    uint64_t now_us;
    clip_open(&f->clip, f->clip_path);
    share_memory(f);
    sd_event_new(&loop);
    f->qemu = fake_qemu_new(loop);
    console_of(f)->w = (uint32_t)f->clip.w;
    console_of(f)->h = (uint32_t)f->clip.h;
    console_of(f)->silent = true;
    sd_event_now(loop, CLOCK_MONOTONIC, &now_us);
    sd_event_add_time(loop, NULL, CLOCK_MONOTONIC, now_us, 1000, on_tick, f);
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, NULL);
    sd_event_add_signal(loop, NULL, SIGTERM, NULL, NULL); /* ends the loop */
    if (write(f->tell_fd, f->qemu->path, strlen(f->qemu->path) + 1) < 0)
        measure_fail("feeder", strerror(errno));
    close(f->tell_fd);
    sd_event_loop(loop);
    fake_qemu_free(&f->qemu); /* takes its folder away */
}

char *feeder_start(const char *clip_path, unsigned fps, pid_t *pid_r)
{
    struct feeder f = {.clip_path = clip_path, .fps = fps};
    char path[PATH_MOST];
    int fds[2];
    if (pipe(fds))
        measure_fail("feeder", strerror(errno));
    f.tell_fd = fds[1];
    *pid_r = measure_fork(run, &f);
    close(fds[1]);
    if (read(fds[0], path, sizeof(path)) <= 0)
        measure_fail("feeder", "it did not come up");
    close(fds[0]);
    return alloc_printf("qmp:%s", path);
}
