/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plays a clip on an X server, such as TigerVNC's Xvnc, through shared memory. The screen must
 * be as large as the clip.
 */
#include <config.h>
#include "tests/bench/clip.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

static const char usage[] = "Usage: peer_xvnc DISPLAY CLIP FPS\n";

struct feeder {
    Display *display;
    Window window;
    GC gc;
    XImage *image;
    XShmSegmentInfo shm;
    struct clip clip;
};

static _Noreturn void fail(const char *why)
{
    fprintf(stderr, "peer_xvnc: %s\n", why);
    exit(EXIT_FAILURE);
}

static void open_image(struct feeder *f, unsigned w, unsigned h)
{
    int screen = DefaultScreen(f->display);
    f->image = XShmCreateImage(f->display, DefaultVisual(f->display, screen), 24, ZPixmap, NULL,
                               &f->shm, w, h);
    if (!f->image || f->image->bits_per_pixel != 32)
        fail("the screen has no 32-bit pixels");
    size_t size = (size_t)f->image->bytes_per_line * h;
    f->shm.shmid = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);
    f->shm.shmaddr = f->image->data = shmat(f->shm.shmid, NULL, 0);
    f->shm.readOnly = False;
    if (!XShmAttach(f->display, &f->shm))
        fail("the server shares no memory");
    XSync(f->display, False);
    shmctl(f->shm.shmid, IPC_RMID, NULL);
}

static void open_window(struct feeder *f, const char *name)
{
    f->display = XOpenDisplay(name);
    if (!f->display)
        fail("there is no such display");
    int screen = DefaultScreen(f->display);
    unsigned w = (unsigned)DisplayWidth(f->display, screen);
    unsigned h = (unsigned)DisplayHeight(f->display, screen);
    XSetWindowAttributes attributes = {.override_redirect = True};
    f->window =
        XCreateWindow(f->display, RootWindow(f->display, screen), 0, 0, w, h, 0, CopyFromParent,
                      InputOutput, CopyFromParent, CWOverrideRedirect, &attributes);
    XMapRaised(f->display, f->window);
    f->gc = XCreateGC(f->display, f->window, 0, NULL);
    if (w != (unsigned)f->clip.w || h != (unsigned)f->clip.h)
        fail("the screen has another size than the clip");
    open_image(f, w, h);
}

static void put(struct feeder *f, const struct surface *now, struct rect r)
{
    for (int y = r.y; y < r.y + r.h; y++)
        memcpy(f->image->data + (size_t)y * (size_t)f->image->bytes_per_line + (size_t)r.x * 4,
               surface_at(now, r.x, y), (size_t)r.w * 4);
    XShmPutImage(f->display, f->window, f->gc, f->image, r.x, r.y, r.x, r.y, (unsigned)r.w,
                 (unsigned)r.h, False);
}

static void show(struct feeder *f, unsigned frame)
{
    const struct rect *rects;
    struct surface now = clip_frame(&f->clip, frame);
    size_t n = clip_damage(&f->clip, frame, &rects);
    for (size_t i = 0; i < n; i++)
        put(f, &now, rects[i]);
    XSync(f->display, False);
}

int main(int argc, char **argv)
{
    struct feeder f = {0};
    if (argc != 4 || atoi(argv[3]) < 1) {
        fputs(usage, stderr);
        return 2;
    }
    clip_open(&f.clip, argv[2]);
    open_window(&f, argv[1]);
    struct surface first = clip_frame(&f.clip, 0);
    put(&f, &first, surface_rect(&first));
    XSync(f.display, False);
    puts("ready");
    fflush(stdout);
    for (unsigned frame = 1;; frame = (frame + 1) % f.clip.n) {
        usleep(1000000u / (unsigned)atoi(argv[3]));
        show(&f, frame);
    }
}
