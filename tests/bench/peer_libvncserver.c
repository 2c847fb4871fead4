/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LibVNCServer as a peer of the encoder benchmark: the same frames, the same damage, one viewer
 * that reads and throws away. A program of its own, because the library exports names that
 * libturbojpeg has too. Prints one line: pixels, microseconds of CPU in the sending thread,
 * bytes sent.
 */
#include <config.h>

#include <errno.h>
#include <pthread.h>
#include <rfb/rfb.h>
#include <rfb/rfbregion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/frames.h"

enum { LOOK_US = 10000, LOOKS_MOST = 6000 };

struct viewer {
    int fd;
    int32_t encoding;
    int quality;    /* level 0..9, or -1 */
    uint64_t bytes; /* of updates, read */
};

static void must_read(int fd, void *data, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t got = read(fd, (char *)data + done, n - done);
        if (got <= 0)
            exit(1);
        done += (size_t)got;
    }
}

static void must_write(int fd, const void *data, size_t n)
{
    if (write(fd, data, n) != (ssize_t)n)
        exit(1);
}

static void *view(void *arg)
{
    struct viewer *v = arg;
    char buf[1 << 16];
    must_read(v->fd, buf, 12);
    must_write(v->fd, "RFB 003.003\n", 12);
    must_read(v->fd, buf, 4);
    must_write(v->fd, "\1", 1);
    must_read(v->fd, buf, 24);
    must_read(v->fd, buf + 24, (unsigned char)buf[23]);

    int32_t numbers[3] = {v->encoding, -224 /* LastRect */, -32 + v->quality};
    uint8_t msg[16] = {2, 0, 0, v->quality < 0 ? 2 : 3};
    for (int i = 0; i < 3; i++) {
        for (int b = 0; b < 4; b++)
            msg[4 + i * 4 + b] = (uint8_t)((uint32_t)numbers[i] >> (24 - 8 * b));
    }
    must_write(v->fd, msg, 4u + 4u * msg[3]);
    for (ssize_t n; (n = read(v->fd, buf, sizeof buf)) > 0;)
        v->bytes += (uint64_t)n;
    return NULL;
}

static uint64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static sraRegionPtr region_of(const struct frames *f)
{
    sraRegionPtr region = sraRgnCreate();
    int col = 0, row = 0, length;
    for (; (length = damage_next_run(&f->damage, &col, &row)) > 0; col += length) {
        struct rect r = {col * TILE, row * TILE, length * TILE, TILE};
        r = rect_intersect(r, surface_rect(&f->now));
        sraRegionPtr part = sraRgnCreateRect(r.x, r.y, r.x + r.w, r.y + r.h);
        sraRgnOr(region, part);
        sraRgnDestroy(part);
    }
    return region;
}

static bool is_as_wished(rfbClientPtr client, const struct viewer *v)
{
    return client->state == RFB_NORMAL && client->preferredEncoding == v->encoding &&
           (v->quality < 0 || client->tightQualityLevel == v->quality);
}

static int run(struct frames *f, struct viewer *v)
{
    int fds[2];
    pthread_t thread;
    uint64_t px = 0, us = 0;
    rfbLogEnable(FALSE);
    rfbScreenInfoPtr screen = rfbGetScreen(NULL, NULL, f->now.stride, f->now.h, 8, 3, 4);
    screen->width = f->now.w;
    screen->frameBuffer = (char *)f->now.pixels;
    screen->serverFormat.redShift = 16;
    screen->serverFormat.greenShift = 8;
    screen->serverFormat.blueShift = 0;
    screen->autoPort = FALSE;
    screen->port = -1;
    screen->ipv6port = -1;
    screen->cursor = NULL;
    rfbInitServer(screen);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds))
        return 1;
    v->fd = fds[1];
    if (pthread_create(&thread, NULL, view, v))
        return 1;
    rfbClientPtr client = rfbNewClient(screen, fds[0]);
    if (!client)
        return 1;
    for (int i = 0; !is_as_wished(client, v); i++) {
        if (i == LOOKS_MOST)
            return 1; /* it was built without that encoding */
        rfbProcessEvents(screen, LOOK_US);
    }

    while (frames_next(f)) {
        sraRegionPtr region = region_of(f);
        sraRgnOr(client->requestedRegion, region);
        sraRgnOr(client->modifiedRegion, region);
        px += f->damaged_px;
        uint64_t start = cpu_us();
        rfbSendFramebufferUpdate(client, region);
        us += cpu_us() - start;
        sraRgnDestroy(region);
    }
    shutdown(fds[0], SHUT_WR);
    pthread_join(thread, NULL);
    printf("%llu %llu %llu\n", (unsigned long long)px, (unsigned long long)us,
           (unsigned long long)v->bytes);
    return 0;
}

int main(int argc, char **argv)
{
    struct frames f;
    if (argc != 4) {
        fprintf(stderr,
                "usage: %s CLIP ENCODING QUALITY\n"
                "ENCODING is a number, QUALITY is 0 to 9 or -1\n",
                argv[0]);
        return 2;
    }
    struct viewer v = {.encoding = atoi(argv[2]), .quality = atoi(argv[3])};
    frames_init(&f, argv[1]);
    int rc = run(&f, &v);
    fflush(stdout);
    _exit(rc);
}
