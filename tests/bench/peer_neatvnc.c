/* SPDX-License-Identifier: GPL-2.0-or-later */
/* neatvnc as a server that plays a clip. Each frame is a buffer of its own, fed as it is. */
#include <config.h>
#include "tests/bench/clip.h"

#include <aml.h>
#include <neatvnc.h>
#include <pixman.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { XRGB8888 = 0x34325258, FRAMES_MOST = 256 };

static const char usage[] = "Usage: peer_neatvnc PORT CLIP FPS\n";

struct peer {
    struct nvnc_display *display;
    struct clip clip;
    struct nvnc_fb *frames[FRAMES_MOST];
    unsigned frame;
};

static void show(struct peer *p, const struct rect *rects, size_t n)
{
    struct pixman_region16 damage;
    pixman_region_init(&damage);
    for (size_t i = 0; i < n; i++)
        pixman_region_union_rect(&damage, &damage, rects[i].x, rects[i].y, (unsigned)rects[i].w,
                                 (unsigned)rects[i].h);
    nvnc_display_feed_buffer(p->display, p->frames[p->frame], &damage);
    pixman_region_fini(&damage);
}

static void on_tick(void *ticker)
{
    struct peer *p = aml_get_userdata(ticker);
    const struct rect *rects;
    p->frame = (p->frame + 1) % p->clip.n;
    size_t n = clip_damage(&p->clip, p->frame, &rects);
    show(p, rects, n);
}

static void begin(struct peer *p, const char *clip_path)
{
    clip_open(&p->clip, clip_path);
    p->clip.n = p->clip.n < FRAMES_MOST ? p->clip.n : FRAMES_MOST;
    for (unsigned i = 0; i < p->clip.n; i++)
        p->frames[i] = nvnc_fb_from_buffer(clip_frame(&p->clip, i).pixels, (uint16_t)p->clip.w,
                                           (uint16_t)p->clip.h, XRGB8888, p->clip.stride);
    show(p, &(struct rect){0, 0, p->clip.w, p->clip.h}, 1);
}

int main(int argc, char **argv)
{
    struct peer p = {0};
    if (argc != 4 || atoi(argv[1]) < 1 || atoi(argv[3]) < 1) {
        fputs(usage, stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    struct aml *aml = aml_new();
    aml_set_default(aml);
    struct nvnc *server = nvnc_open("127.0.0.1", (uint16_t)atoi(argv[1]));
    if (!server) {
        fputs("peer_neatvnc: the port cannot be had\n", stderr);
        return EXIT_FAILURE;
    }
    p.display = nvnc_display_new(0, 0);
    nvnc_add_display(server, p.display);
    begin(&p, argv[2]);
    aml_start(aml, aml_ticker_new(1000u / (unsigned)atoi(argv[3]), on_tick, &p, NULL));
    puts("ready");
    fflush(stdout);
    return aml_run(aml);
}
