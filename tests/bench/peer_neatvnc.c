/* SPDX-License-Identifier: GPL-2.0-or-later */
/* neatvnc as a server of the synthetic machine's frames: the same pictures, the same damage. */
#include <config.h>
#include "server/attach/pattern_scenes.h"

#include <aml.h>
#include <neatvnc.h>
#include <pixman.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 1920, HEIGHT = 1080, XRGB8888 = 0x34325258 };

static const char usage[] = "Usage: peer_neatvnc PORT SCENE FPS\n";

struct peer {
    struct nvnc_display *display;
    struct nvnc_fb_pool *pool;
    struct surface picture;
    enum pattern_scene scene;
    uint32_t frame;
};

/* A buffer that is being encoded stays as it is, so each frame goes into another one, whole. */
static void show(struct peer *p, struct rect r)
{
    struct pixman_region16 damage;
    struct nvnc_fb *fb = nvnc_fb_pool_acquire(p->pool);
    uint8_t *to = nvnc_fb_get_addr(fb);
    for (int y = 0; y < HEIGHT; y++)
        memcpy(to + (size_t)y * WIDTH * 4, surface_at(&p->picture, 0, y), (size_t)WIDTH * 4);
    pixman_region_init_rect(&damage, r.x, r.y, (unsigned)r.w, (unsigned)r.h);
    nvnc_display_feed_buffer(p->display, fb, &damage);
    pixman_region_fini(&damage);
    nvnc_fb_unref(fb);
}

static void on_tick(void *ticker)
{
    struct peer *p = aml_get_userdata(ticker);
    show(p, pattern_advance(&p->picture, p->scene, ++p->frame));
}

static void begin(struct peer *p)
{
    surface_init(&p->picture);
    surface_resize(&p->picture, WIDTH, HEIGHT);
    pattern_draw(&p->picture, p->scene, 0);
    p->pool = nvnc_fb_pool_new(WIDTH, HEIGHT, XRGB8888, WIDTH);
    show(p, surface_rect(&p->picture));
}

int main(int argc, char **argv)
{
    struct peer p = {0};
    if (argc != 4 || atoi(argv[3]) < 1 ||
        pattern_scene_by_name(argv[2], strlen(argv[2]), &p.scene) < 0) {
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
    begin(&p);
    aml_start(aml, aml_ticker_new(1000u / (unsigned)atoi(argv[3]), on_tick, &p, NULL));
    puts("ready");
    fflush(stdout);
    return aml_run(aml);
}
