/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/display.h"
#include "tests/guest/draw.h"

#define START_W 1024u
#define START_H 768u
#define SIDE_MAX 16384u

static const char *virtio_find(struct display *display)
{
    /* Attaching twice would take a working device's interrupt state away. */
    return display->ops == &display_virtio ? NULL : gpu_find(&display->gpu, display->clock);
}

static const char *virtio_set_mode(struct display *display, unsigned head, uint32_t w,
                                   uint32_t h)
{
    struct display_head *where = &display->heads[head];
    struct surface surface = {where->memory, w, h, display->order, display->fourth};

    if (head >= display->gpu.heads)
        return "the virtio gpu has no such head";
    if (w == 0 || h == 0 || w > SIDE_MAX || h > SIDE_MAX ||
        w * h > where->memory_size / sizeof(uint32_t))
        return "not enough memory";
    draw_fill(&surface, surface_whole(&surface), 0);
    const char *why = gpu_show(&display->gpu, head, &surface);
    if (why != NULL)
        return why;
    where->surface = surface;
    where->on = true;
    return NULL;
}

static const char *virtio_start_display(struct display *display)
{
    const char *why = gpu_start(&display->gpu);

    if (why != NULL)
        return why;
    struct gpu_rect wanted = display->gpu.wanted[0];
    if (wanted.w == 0 || wanted.h == 0)
        wanted = (struct gpu_rect){.w = START_W, .h = START_H};
    return virtio_set_mode(display, 0, wanted.w, wanted.h);
}

static void virtio_stop(struct display *display)
{
    gpu_stop(&display->gpu);
}

static const char *virtio_turn_off(struct display *display, unsigned head)
{
    const char *why = gpu_hide(&display->gpu, head);

    display->heads[head].on = false;
    return why;
}

static const char *virtio_flush(struct display *display, unsigned head, struct rect rect)
{
    return gpu_flush(&display->gpu, head, &display->heads[head].surface, rect);
}

const struct display_ops display_virtio = {
    .name = "virtio",
    .find = virtio_find,
    .start = virtio_start_display,
    .stop = virtio_stop,
    .set_mode = virtio_set_mode,
    .turn_off = virtio_turn_off,
    .flush = virtio_flush,
};
