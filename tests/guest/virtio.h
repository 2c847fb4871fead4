/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtio: the PCI transport (virtio 1.2, 4.1) and split virtqueues (2.7) of a modern device,
 * with interrupts by INTx. Knows no kind of device. */
#ifndef HF_GUEST_VIRTIO_H
#define HF_GUEST_VIRTIO_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/guest/clock.h"
#include "tests/guest/pci.h"

#define VIRTQUEUE_SLOTS 8u
#define VIRTQUEUE_SIZE (2 * VIRTQUEUE_SLOTS) /* a request and its response each */

struct virtqueue_descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags;
    uint16_t next;
};

struct virtqueue_available {
    uint16_t flags;
    uint16_t index;
    uint16_t ring[VIRTQUEUE_SIZE];
};

struct virtqueue_used {
    uint16_t flags;
    volatile uint16_t index;
    struct {
        uint32_t id;
        uint32_t length;
    } ring[VIRTQUEUE_SIZE];
};

/* The device reads and writes this memory: it must not move while the device is started. */
struct virtqueue {
    struct virtqueue_descriptor descriptors[VIRTQUEUE_SIZE] __attribute__((aligned(16)));
    struct virtqueue_available available __attribute__((aligned(4)));
    struct virtqueue_used used __attribute__((aligned(4)));
    volatile uint16_t *doorbell;
    uint16_t number;
    uint16_t sent; /* free-running count of requests */
};

struct virtio {
    volatile uint8_t *common;
    volatile uint8_t *notify;
    volatile uint8_t *isr;
    volatile uint8_t *config;
    uint32_t notify_step;
    unsigned irq_line;
    volatile bool config_changed; /* set in the interrupt */
    const struct clock *clock;
};

/* Finds the structures of the function's capabilities. NULL, or why it cannot be driven. The
 * clock is lent for good. */
const char *virtio_attach(struct virtio *virtio, const struct pci_function *function,
                          const struct clock *clock);

/* Resets the device and agrees on VERSION_1 and nothing else. NULL, or why not. */
const char *virtio_start(struct virtio *virtio);
/* Gives queue `number` its memory. NULL, or why not. */
const char *virtio_add_queue(struct virtio *virtio, struct virtqueue *queue, uint16_t number);
/* The queues are set up: the device may work. */
void virtio_ready(struct virtio *virtio);
/* The device forgets everything. */
void virtio_reset(struct virtio *virtio);

uint32_t virtio_read_config(const struct virtio *virtio, unsigned offset);
void virtio_write_config(struct virtio *virtio, unsigned offset, uint32_t value);

/* Gives the device a request in `slot`, which must be free, and room for the response (may be
 * NULL, 0). Both belong to the device until virtqueue_wait(). */
void virtqueue_send(struct virtqueue *queue, unsigned slot, const void *request,
                    uint32_t request_size, void *response, uint32_t response_size);

/* Waits until the device is done with everything sent; false if it does not answer. */
bool virtqueue_wait(struct virtqueue *queue, const struct virtio *virtio);

#endif
