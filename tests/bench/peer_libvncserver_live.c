/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LibVNCServer as a server that plays a clip: its usual loop, which serves all viewers in one
 * thread. The picture is never copied: each frame is a mapping, and what differs is marked.
 */
#include <config.h>
#include "tests/bench/clip.h"
#include "tests/bench/measure.h"

#include <rfb/rfb.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

static const char usage[] = "Usage: peer_libvncserver_live PORT CLIP FPS\n";

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static char *pixels_of(const struct clip *clip, unsigned frame)
{
    struct surface s = clip_frame(clip, frame);
    return (char *)s.pixels;
}

static rfbScreenInfoPtr open_screen(const struct clip *clip, int port)
{
    rfbScreenInfoPtr screen = rfbGetScreen(NULL, NULL, clip->stride, clip->h, 8, 3, 4);
    screen->width = clip->w;
    screen->paddedWidthInBytes = clip->stride * 4;
    screen->frameBuffer = pixels_of(clip, 0);
    screen->serverFormat.redShift = 16;
    screen->serverFormat.greenShift = 8;
    screen->serverFormat.blueShift = 0;
    screen->autoPort = FALSE;
    screen->port = port;
    screen->ipv6port = -1;
    screen->listenInterface = htonl(INADDR_LOOPBACK);
    screen->cursor = NULL;
    screen->alwaysShared = TRUE;
    screen->deferUpdateTime = 0;
    rfbInitServer(screen);
    return screen;
}

static void show(rfbScreenInfoPtr screen, const struct clip *clip, unsigned frame)
{
    const struct rect *rects;
    size_t n = clip_damage(clip, frame, &rects);
    screen->frameBuffer = pixels_of(clip, frame);
    for (size_t i = 0; i < n; i++)
        rfbMarkRectAsModified(screen, rects[i].x, rects[i].y, rects[i].x + rects[i].w,
                              rects[i].y + rects[i].h);
}

int main(int argc, char **argv)
{
    struct clip clip;
    if (argc != 4 || atoi(argv[1]) < 1 || atoi(argv[3]) < 1) {
        fputs(usage, stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    clip_open(&clip, argv[2]);
    rfbLogEnable(FALSE);
    rfbScreenInfoPtr screen = open_screen(&clip, atoi(argv[1]));
    uint64_t period_us = 1000000u / (unsigned)atoi(argv[3]), due_us = now_us() + period_us;
    puts("ready");
    fflush(stdout);
    for (unsigned frame = 0;;) {
        uint64_t now = now_us();
        if (now >= due_us) {
            frame = (frame + 1) % clip.n;
            show(screen, &clip, frame);
            due_us = now > due_us + period_us ? now + period_us : due_us + period_us;
        }
        now = now_us();
        rfbProcessEvents(screen, due_us > now ? (long)(due_us - now) : 0);
    }
}
