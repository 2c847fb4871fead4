/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/virtio_gpu.h"

#include <stddef.h>

#include "tests/guest/memory.h"

#define QUEUE_CONTROL 0u
#define QUEUE_CURSOR 1u

#define CONFIG_EVENTS_READ 0u
#define CONFIG_EVENTS_CLEAR 4u
#define CONFIG_SCANOUTS 8u
#define EVENT_DISPLAY 1u

enum gpu_command {
    GPU_GET_DISPLAY_INFO = 0x0100,
    GPU_RESOURCE_CREATE_2D = 0x0101,
    GPU_RESOURCE_UNREF = 0x0102,
    GPU_SET_SCANOUT = 0x0103,
    GPU_RESOURCE_FLUSH = 0x0104,
    GPU_TRANSFER_TO_HOST_2D = 0x0105,
    GPU_RESOURCE_ATTACH_BACKING = 0x0106,
    GPU_UPDATE_CURSOR = 0x0300,
    GPU_MOVE_CURSOR = 0x0301,
};

#define RESPONSE_FIRST_ERROR 0x1200u

#define FORMAT_BGRA 1u

/* Two resources a head take turns, so that the old picture stays until the new one is shown. */
#define RESOURCE_CURSOR 100u

struct gpu_create {
    struct gpu_header header;
    uint32_t resource;
    uint32_t format;
    uint32_t w;
    uint32_t h;
};

struct gpu_attach {
    struct gpu_header header;
    uint32_t resource;
    uint32_t entries;
    uint64_t address;
    uint32_t length;
    uint32_t padding;
};

struct gpu_unref {
    struct gpu_header header;
    uint32_t resource;
    uint32_t padding;
};

struct gpu_scanout {
    struct gpu_header header;
    struct gpu_rect rect;
    uint32_t head;
    uint32_t resource;
};

struct gpu_transfer {
    struct gpu_header header;
    struct gpu_rect rect;
    uint64_t offset;
    uint32_t resource;
    uint32_t padding;
};

struct gpu_flush_request {
    struct gpu_header header;
    struct gpu_rect rect;
    uint32_t resource;
    uint32_t padding;
};

struct gpu_cursor_request {
    struct gpu_header header;
    uint32_t head;
    uint32_t x;
    uint32_t y;
    uint32_t padding;
    uint32_t resource;
    uint32_t hot_x;
    uint32_t hot_y;
    uint32_t padding2;
};

_Static_assert(sizeof(union gpu_request) >= sizeof(struct gpu_cursor_request), "request room");
_Static_assert(sizeof(struct gpu_attach) == 48, "no hidden padding");
_Static_assert(sizeof(struct gpu_transfer) == 56, "no hidden padding");
_Static_assert(sizeof(struct gpu_cursor_request) == 56, "no hidden padding");
_Static_assert(sizeof(struct gpu_display_info) == 408, "no hidden padding");

const char *gpu_find(struct virtio_gpu *gpu, const struct clock *clock)
{
    struct pci_function function;

    if (!pci_find_device(PCI_VENDOR_VIRTIO, PCI_DEVICE_VIRTIO_GPU, &function))
        return "no virtio gpu";
    return virtio_attach(&gpu->virtio, &function, clock);
}

static const char *wait_control(struct virtio_gpu *gpu)
{
    unsigned pending = gpu->pending;

    gpu->pending = 0;
    if (!virtqueue_wait(&gpu->control, &gpu->virtio))
        return "the virtio gpu does not answer";
    for (unsigned i = 0; i < pending; i++)
        if (gpu->responses[i].header.type >= RESPONSE_FIRST_ERROR)
            return "the virtio gpu refuses";
    return NULL;
}

/* Sends without waiting; at most VIRTQUEUE_SLOTS before a wait_control(). */
static void post(struct virtio_gpu *gpu, enum gpu_command command, const void *request,
                 uint32_t size)
{
    unsigned slot = gpu->pending++;
    union gpu_request *copy = &gpu->requests[slot];
    union gpu_response *response = &gpu->responses[slot];

    memcpy(copy, request, size);
    memset(&copy->header, 0, sizeof(copy->header));
    copy->header.type = command;
    memset(response, 0, sizeof(*response));
    virtqueue_send(&gpu->control, slot, copy, size, response, sizeof(*response));
}

static struct gpu_rect to_gpu_rect(struct rect rect)
{
    return (struct gpu_rect){rect.x, rect.y, rect.w, rect.h};
}

const char *gpu_start(struct virtio_gpu *gpu)
{
    const char *why = virtio_start(&gpu->virtio);

    if (why == NULL)
        why = virtio_add_queue(&gpu->virtio, &gpu->control, QUEUE_CONTROL);
    if (why == NULL)
        why = virtio_add_queue(&gpu->virtio, &gpu->cursor_queue, QUEUE_CURSOR);
    if (why != NULL)
        return why;
    virtio_ready(&gpu->virtio);
    gpu->pending = 0;
    gpu->cursor_resource = false;
    memset(&gpu->cursor, 0, sizeof(gpu->cursor));
    memset(gpu->resource, 0, sizeof(gpu->resource));
    gpu->heads = virtio_read_config(&gpu->virtio, CONFIG_SCANOUTS);
    if (gpu->heads > GPU_HEADS)
        gpu->heads = GPU_HEADS;
    gpu->virtio.config_changed = true;
    gpu_take_display_event(gpu);
    return gpu_read_wanted(gpu);
}

void gpu_stop(struct virtio_gpu *gpu)
{
    virtio_reset(&gpu->virtio);
}

bool gpu_take_display_event(struct virtio_gpu *gpu)
{
    if (!gpu->virtio.config_changed)
        return false;
    gpu->virtio.config_changed = false;
    bool asked = (virtio_read_config(&gpu->virtio, CONFIG_EVENTS_READ) & EVENT_DISPLAY) != 0;
    if (asked)
        virtio_write_config(&gpu->virtio, CONFIG_EVENTS_CLEAR, EVENT_DISPLAY);
    return asked;
}

const char *gpu_read_wanted(struct virtio_gpu *gpu)
{
    struct gpu_header request = {.type = GPU_GET_DISPLAY_INFO};

    post(gpu, GPU_GET_DISPLAY_INFO, &request, sizeof(request));
    const char *why = wait_control(gpu);
    if (why != NULL)
        return why;
    const struct gpu_display_info *info = &gpu->responses[0].info;
    for (unsigned i = 0; i < GPU_HEADS; i++) {
        bool enabled = info->displays[i].enabled != 0;
        gpu->wanted[i] = enabled ? info->displays[i].rect : (struct gpu_rect){0, 0, 0, 0};
    }
    return NULL;
}

static void post_create(struct virtio_gpu *gpu, uint32_t resource, uint32_t format, uint32_t w,
                        uint32_t h, const uint32_t *pixels)
{
    struct gpu_create create = {.resource = resource, .format = format, .w = w, .h = h};
    struct gpu_attach attach = {.resource = resource,
                                .entries = 1,
                                .address = (uint32_t)(uintptr_t)pixels,
                                .length = w * h * (uint32_t)sizeof(uint32_t)};

    post(gpu, GPU_RESOURCE_CREATE_2D, &create, sizeof(create));
    post(gpu, GPU_RESOURCE_ATTACH_BACKING, &attach, sizeof(attach));
}

static void post_transfer(struct virtio_gpu *gpu, uint32_t resource, uint32_t stride_px,
                          struct rect rect)
{
    struct gpu_transfer transfer = {.rect = to_gpu_rect(rect), .resource = resource};

    transfer.offset = (rect.y * stride_px + rect.x) * (uint32_t)sizeof(uint32_t);
    post(gpu, GPU_TRANSFER_TO_HOST_2D, &transfer, sizeof(transfer));
}

static void post_flush(struct virtio_gpu *gpu, uint32_t resource, struct rect rect)
{
    struct gpu_flush_request flush = {.rect = to_gpu_rect(rect), .resource = resource};

    post(gpu, GPU_RESOURCE_FLUSH, &flush, sizeof(flush));
}

static void post_scanout(struct virtio_gpu *gpu, uint32_t head, uint32_t resource,
                         struct rect rect)
{
    struct gpu_scanout scanout = {
        .rect = to_gpu_rect(rect), .head = head, .resource = resource};

    post(gpu, GPU_SET_SCANOUT, &scanout, sizeof(scanout));
}

static void post_unref(struct virtio_gpu *gpu, uint32_t resource)
{
    struct gpu_unref unref = {.resource = resource};

    if (resource != 0)
        post(gpu, GPU_RESOURCE_UNREF, &unref, sizeof(unref));
}

const char *gpu_show(struct virtio_gpu *gpu, uint32_t head, const struct surface *surface)
{
    uint32_t old = gpu->resource[head];
    uint32_t first = 1 + 2 * head;
    uint32_t resource = old == first ? first + 1 : first;
    struct rect whole = surface_whole(surface);

    post_create(gpu, resource, surface->order.format, surface->w, surface->h, surface->pixels);
    const char *why = wait_control(gpu);
    if (why != NULL)
        return why;
    post_transfer(gpu, resource, surface->w, whole);
    post_scanout(gpu, head, resource, whole);
    post_flush(gpu, resource, whole);
    post_unref(gpu, old);
    gpu->resource[head] = resource;
    return wait_control(gpu);
}

const char *gpu_hide(struct virtio_gpu *gpu, uint32_t head)
{
    post_scanout(gpu, head, 0, (struct rect){0, 0, 0, 0});
    post_unref(gpu, gpu->resource[head]);
    gpu->resource[head] = 0;
    return wait_control(gpu);
}

const char *gpu_flush(struct virtio_gpu *gpu, uint32_t head, const struct surface *surface,
                      struct rect rect)
{
    post_transfer(gpu, gpu->resource[head], surface->w, rect);
    post_flush(gpu, gpu->resource[head], rect);
    return wait_control(gpu);
}

static const char *send_cursor(struct virtio_gpu *gpu, enum gpu_command command)
{
    struct gpu_cursor_request request = {
        .header = {.type = command},
        .head = gpu->cursor.head,
        .x = gpu->cursor.x,
        .y = gpu->cursor.y,
        .resource = gpu->cursor.shown ? RESOURCE_CURSOR : 0,
        .hot_x = gpu->cursor.hot_x,
        .hot_y = gpu->cursor.hot_y,
    };

    virtqueue_send(&gpu->cursor_queue, 0, &request, sizeof(request), NULL, 0);
    if (!virtqueue_wait(&gpu->cursor_queue, &gpu->virtio))
        return "the cursor queue does not answer";
    return NULL;
}

const char *gpu_define_cursor(struct virtio_gpu *gpu)
{
    if (!gpu->cursor_resource)
        post_create(gpu, RESOURCE_CURSOR, FORMAT_BGRA, GPU_CURSOR_SIZE, GPU_CURSOR_SIZE,
                    gpu->cursor_pixels);
    post_transfer(gpu, RESOURCE_CURSOR, GPU_CURSOR_SIZE,
                  (struct rect){0, 0, GPU_CURSOR_SIZE, GPU_CURSOR_SIZE});
    const char *why = wait_control(gpu);
    if (why != NULL)
        return why;
    gpu->cursor_resource = true;
    gpu->cursor.shown = true;
    return send_cursor(gpu, GPU_UPDATE_CURSOR);
}

const char *gpu_move_cursor(struct virtio_gpu *gpu)
{
    return send_cursor(gpu, GPU_MOVE_CURSOR);
}

const char *gpu_hide_cursor(struct virtio_gpu *gpu)
{
    gpu->cursor.shown = false;
    return send_cursor(gpu, GPU_UPDATE_CURSOR);
}
