/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtio GPU: 2D resources, scanouts and cursors (virtio 1.2, 5.7). Every verb returns after
 * the device has acknowledged it: NULL, or why it failed. Knows no scene and no command. */
#ifndef HF_GUEST_VIRTIO_GPU_H
#define HF_GUEST_VIRTIO_GPU_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/guest/surface.h"
#include "tests/guest/virtio.h"

#define GPU_HEADS 2u
#define GPU_CURSOR_SIZE 64u

struct gpu_header {
    uint32_t type;
    uint32_t flags;
    uint64_t fence;
    uint32_t context;
    uint32_t padding;
};

struct gpu_rect {
    uint32_t x;
    uint32_t y;
    uint32_t w;
    uint32_t h;
};

#define GPU_DISPLAYS 16u /* what a display info response has room for */

struct gpu_display_info {
    struct gpu_header header;
    struct {
        struct gpu_rect rect;
        uint32_t enabled;
        uint32_t flags;
    } displays[GPU_DISPLAYS];
};

union gpu_request {
    struct gpu_header header;
    uint32_t words[32];
};

union gpu_response {
    struct gpu_header header;
    struct gpu_display_info info;
};

struct gpu_cursor {
    uint32_t head;
    uint32_t x;
    uint32_t y;
    uint32_t hot_x;
    uint32_t hot_y;
    bool shown;
};

struct virtio_gpu {
    struct virtio virtio;
    struct virtqueue control;
    struct virtqueue cursor_queue;
    union gpu_request requests[VIRTQUEUE_SLOTS];
    union gpu_response responses[VIRTQUEUE_SLOTS];
    unsigned pending;                  /* control requests not waited for */
    uint32_t heads;                    /* what the device has, at most GPU_HEADS */
    uint32_t resource[GPU_HEADS];      /* 0: none */
    struct gpu_rect wanted[GPU_HEADS]; /* what the host asks for; empty: not connected */
    struct gpu_cursor cursor;
    bool cursor_resource;
    uint32_t cursor_pixels[GPU_CURSOR_SIZE * GPU_CURSOR_SIZE];
};

/* Looks for the device; touches nothing of its state. The clock is lent for good. */
const char *gpu_find(struct virtio_gpu *gpu, const struct clock *clock);
/* From reset to ready, with `wanted` read. */
const char *gpu_start(struct virtio_gpu *gpu);
void gpu_stop(struct virtio_gpu *gpu);

/* Did the host ask for other displays since the last call? */
bool gpu_take_display_event(struct virtio_gpu *gpu);
const char *gpu_read_wanted(struct virtio_gpu *gpu);

/* Shows the surface, as it is now, on the head, in a new resource of its size and order. The
 * surface's memory is the resource's backing until the next gpu_show() or gpu_hide(). */
const char *gpu_show(struct virtio_gpu *gpu, uint32_t head, const struct surface *surface);
const char *gpu_hide(struct virtio_gpu *gpu, uint32_t head);
/* Transfers and flushes exactly this rectangle, which is on the surface. */
const char *gpu_flush(struct virtio_gpu *gpu, uint32_t head, const struct surface *surface,
                      struct rect rect);

/* Defines gpu->cursor_pixels (ARGB, premultiplied) as the cursor, at gpu->cursor. */
const char *gpu_define_cursor(struct virtio_gpu *gpu);
const char *gpu_move_cursor(struct virtio_gpu *gpu);
const char *gpu_hide_cursor(struct virtio_gpu *gpu);

#endif
