/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Feeds an X server, such as TigerVNC's Xvnc, with the frames of the synthetic machine, through
 * shared memory. The server must be as large as its screen.
 */
#include <config.h>
#include "server/attach/pattern_scenes.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

static const char usage[] = "Usage: peer_xvnc DISPLAY SCENE FPS\n";

struct feeder {
    Display *display;
    Window window;
    GC gc;
    XImage *image;
    XShmSegmentInfo shm;
    struct surface picture;
    enum pattern_scene scene;
    uint32_t frame;
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
    f->window = XCreateWindow(f->display, RootWindow(f->display, screen), 0, 0, w, h, 0, CopyFromParent,
                              InputOutput, CopyFromParent, CWOverrideRedirect, &attributes);
    XMapRaised(f->display, f->window);
    f->gc = XCreateGC(f->display, f->window, 0, NULL);
    open_image(f, w, h);
    surface_init(&f->picture);
    surface_resize(&f->picture, (int)w, (int)h);
}

static void show(struct feeder *f, struct rect r)
{
    for (int y = r.y; y < r.y + r.h; y++)
        memcpy(f->image->data + (size_t)y * (size_t)f->image->bytes_per_line + (size_t)r.x * 4,
               surface_at(&f->picture, r.x, y), (size_t)r.w * 4);
    XShmPutImage(f->display, f->window, f->gc, f->image, r.x, r.y, r.x, r.y, (unsigned)r.w,
                 (unsigned)r.h, False);
    XSync(f->display, False);
}

int main(int argc, char **argv)
{
    struct feeder f = {0};
    if (argc != 4 || atoi(argv[3]) < 1 ||
        pattern_scene_by_name(argv[2], strlen(argv[2]), &f.scene) < 0) {
        fputs(usage, stderr);
        return 2;
    }
    open_window(&f, argv[1]);
    pattern_draw(&f.picture, f.scene, 0);
    show(&f, surface_rect(&f.picture));
    puts("ready");
    fflush(stdout);
    for (;;) {
        usleep(1000000u / (unsigned)atoi(argv[3]));
        show(&f, pattern_advance(&f.picture, f.scene, ++f.frame));
    }
}
