/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/display.h"

static const char *text_find(struct display *display)
{
    return display->vga.present ? NULL : "no vga";
}

static const char *text_start(struct display *display)
{
    vga_restore(&display->vga);
    display->heads[0].on = true;
    return NULL;
}

static void text_stop(struct display *display)
{
    (void)display;
}

static const char *text_set_mode(struct display *display, unsigned head, uint32_t w, uint32_t h)
{
    (void)display;
    (void)head;
    (void)w;
    (void)h;
    return "text has one mode";
}

static const char *text_turn_off(struct display *display, unsigned head)
{
    (void)display;
    (void)head;
    return "text has one head";
}

static const char *text_flush(struct display *display, unsigned head, struct rect rect)
{
    (void)display;
    (void)head;
    (void)rect;
    return NULL;
}

const struct display_ops display_text = {
    .name = "text",
    .find = text_find,
    .start = text_start,
    .stop = text_stop,
    .set_mode = text_set_mode,
    .turn_off = text_turn_off,
    .flush = text_flush,
};
