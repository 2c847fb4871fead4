/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/display.h"
#include "tests/guest/draw.h"

#define START_W 1024u
#define START_H 768u

static const char *vbe_ops_find(struct display *display)
{
    return vbe_find(&display->vbe);
}

static const char *vbe_ops_set_mode(struct display *display, unsigned head, uint32_t w,
                                    uint32_t h)
{
    struct surface surface = {display->vbe.pixels, w, h, display->order, display->fourth};

    if (head != 0)
        return "vbe has one head";
    const char *why = vbe_set_mode(&display->vbe, w, h);
    if (why != NULL)
        return why;
    pixel_order_find(PIXEL_ORDER_BGRX, &surface.order);
    draw_fill(&surface, surface_whole(&surface), 0);
    display->heads[0].surface = surface;
    display->heads[0].on = true;
    return NULL;
}

static const char *vbe_ops_start(struct display *display)
{
    return vbe_ops_set_mode(display, 0, START_W, START_H);
}

static void vbe_ops_stop(struct display *display)
{
    (void)display;
    vbe_disable();
}

static const char *vbe_ops_turn_off(struct display *display, unsigned head)
{
    (void)display;
    (void)head;
    return "vbe has one head";
}

/* The device looks at the memory itself, when its display asks. */
static const char *vbe_ops_flush(struct display *display, unsigned head, struct rect rect)
{
    (void)display;
    (void)head;
    (void)rect;
    return NULL;
}

const struct display_ops display_vbe = {
    .name = "vbe",
    .find = vbe_ops_find,
    .start = vbe_ops_start,
    .stop = vbe_ops_stop,
    .set_mode = vbe_ops_set_mode,
    .turn_off = vbe_ops_turn_off,
    .flush = vbe_ops_flush,
};
