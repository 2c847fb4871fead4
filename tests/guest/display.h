/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Display: the device that shows something now, and its heads. Knows no scene and no command.
 */
#ifndef HF_GUEST_DISPLAY_H
#define HF_GUEST_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/guest/clock.h"
#include "tests/guest/memory.h"
#include "tests/guest/surface.h"
#include "tests/guest/vbe.h"
#include "tests/guest/vga.h"
#include "tests/guest/virtio_gpu.h"

#define DISPLAY_HEADS GPU_HEADS

struct display;

/* The const char * results are NULL, or why it failed. */
struct display_ops {
    const char *name;
    /* Is the device there? Changes nothing. */
    const char *(*find)(struct display *display);
    /* Takes the screen over and shows an empty picture on head 0. */
    const char *(*start)(struct display *display);
    void (*stop)(struct display *display);
    const char *(*set_mode)(struct display *display, unsigned head, uint32_t w, uint32_t h);
    const char *(*turn_off)(struct display *display, unsigned head);
    const char *(*flush)(struct display *display, unsigned head, struct rect rect);
};

struct display_head {
    bool on;
    struct surface surface; /* as shown; without meaning in text mode */
    uint32_t *memory;       /* where virtio-gpu pictures are drawn */
    size_t memory_size;
};

struct display {
    const struct display_ops *ops;
    const struct clock *clock;
    struct vga vga;
    struct vbe vbe;
    struct virtio_gpu gpu;
    struct display_head heads[DISPLAY_HEADS];
    struct pixel_order order; /* of the next virtio-gpu mode */
    uint8_t fourth;           /* of the next mode: the byte that is not colour */
};

extern const struct display_ops display_text;
extern const struct display_ops display_vbe;
extern const struct display_ops display_virtio;

/* Starts as the firmware left it: in text mode if there is a VGA, else with nothing shown.
 * Takes the rest of the heap for pictures, in equal parts. */
void display_start(struct display *display, struct heap *heap, const struct clock *clock);

/* Changes the device by name. If the new one is not there, the old one stays. */
const char *display_change(struct display *display, const char *name);

const char *display_set_mode(struct display *display, unsigned head, uint32_t w, uint32_t h);
const char *display_turn_off(struct display *display, unsigned head);

/* Makes a drawn rectangle visible; it must be on the head's surface. */
const char *display_flush(struct display *display, unsigned head, struct rect rect);

bool display_is_text(const struct display *display);

/* The head's surface; NULL if it is off or shows text. */
const struct surface *display_surface(const struct display *display, unsigned head);

#endif
