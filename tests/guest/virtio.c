/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/virtio.h"

#include <stddef.h>

#include "tests/guest/io.h"
#include "tests/guest/irq.h"
#include "tests/guest/memory.h"

#define CAPABILITY_VENDOR 0x09u
#define CAPABILITY_NEXT 1u
#define CAPABILITY_TYPE 3u
#define CAPABILITY_BAR 4u
#define CAPABILITY_OFFSET 8u
#define CAPABILITY_NOTIFY_STEP 16u

enum capability_type {
    CAPABILITY_COMMON = 1,
    CAPABILITY_NOTIFY = 2,
    CAPABILITY_ISR = 3,
    CAPABILITY_DEVICE = 4,
};

#define COMMON_DEVICE_FEATURE_SELECT 0u
#define COMMON_DEVICE_FEATURE 4u
#define COMMON_DRIVER_FEATURE_SELECT 8u
#define COMMON_DRIVER_FEATURE 12u
#define COMMON_STATUS 20u
#define COMMON_QUEUE_SELECT 22u
#define COMMON_QUEUE_SIZE 24u
#define COMMON_QUEUE_ENABLE 28u
#define COMMON_QUEUE_NOTIFY_OFFSET 30u
#define COMMON_QUEUE_DESCRIPTORS 32u
#define COMMON_QUEUE_AVAILABLE 40u
#define COMMON_QUEUE_USED 48u

#define STATUS_ACKNOWLEDGE 1u
#define STATUS_DRIVER 2u
#define STATUS_DRIVER_OK 4u
#define STATUS_FEATURES_OK 8u

#define FEATURE_WORD_VERSION_1 1u /* bit 32: the lowest of the second word */
#define FEATURE_VERSION_1 1u

#define ISR_CONFIG_CHANGED 2u

#define DESCRIPTOR_NEXT 1u
#define DESCRIPTOR_WRITE 2u

#define SPINS 2000u
#define RING_AGAIN_MS 50u
#define PATIENCE_MS 20000u

static void write8(volatile uint8_t *at, uint8_t value)
{
    *at = value;
}

static void write16(volatile uint8_t *at, uint16_t value)
{
    *(volatile uint16_t *)at = value;
}

static void write32(volatile uint8_t *at, uint32_t value)
{
    *(volatile uint32_t *)at = value;
}

static uint16_t read16(const volatile uint8_t *at)
{
    return *(const volatile uint16_t *)at;
}

static uint32_t read32(const volatile uint8_t *at)
{
    return *(const volatile uint32_t *)at;
}

static void write_address(volatile uint8_t *at, const volatile void *address)
{
    write32(at, (uint32_t)(uintptr_t)address);
    write32(at + 4, 0);
}

static void virtio_interrupt(void *context)
{
    struct virtio *virtio = context;

    /* Reading lowers the interrupt. */
    if (virtio->isr != NULL && (*virtio->isr & ISR_CONFIG_CHANGED) != 0)
        virtio->config_changed = true;
}

static void take_capability(struct virtio *virtio, const struct pci_function *function,
                            unsigned at)
{
    volatile uint8_t *bar = pci_map_bar(function, pci_read8(function, at + CAPABILITY_BAR));

    if (bar == NULL)
        return;
    volatile uint8_t *structure = bar + pci_read32(function, at + CAPABILITY_OFFSET);
    switch (pci_read8(function, at + CAPABILITY_TYPE)) {
    case CAPABILITY_COMMON:
        virtio->common = structure;
        break;
    case CAPABILITY_NOTIFY:
        virtio->notify = structure;
        virtio->notify_step = pci_read32(function, at + CAPABILITY_NOTIFY_STEP);
        break;
    case CAPABILITY_ISR:
        virtio->isr = structure;
        break;
    case CAPABILITY_DEVICE:
        virtio->config = structure;
        break;
    default:
        break;
    }
}

const char *virtio_attach(struct virtio *virtio, const struct pci_function *function,
                          const struct clock *clock)
{
    *virtio = (struct virtio){.clock = clock};
    pci_enable(function);
    for (unsigned at = pci_read8(function, PCI_CAPABILITIES) & 0xfcu; at != 0;
         at = pci_read8(function, at + CAPABILITY_NEXT) & 0xfcu)
        if (pci_read8(function, at) == CAPABILITY_VENDOR)
            take_capability(virtio, function, at);
    if (virtio->common == NULL || virtio->notify == NULL || virtio->isr == NULL ||
        virtio->config == NULL)
        return "the virtio device is not a modern one";
    virtio->irq_line = pci_read8(function, PCI_INTERRUPT_LINE);
    irq_add(virtio->irq_line, virtio_interrupt, virtio);
    return NULL;
}

static void add_status(struct virtio *virtio, uint8_t bits)
{
    write8(virtio->common + COMMON_STATUS, virtio->common[COMMON_STATUS] | bits);
}

void virtio_reset(struct virtio *virtio)
{
    write8(virtio->common + COMMON_STATUS, 0);
    while (virtio->common[COMMON_STATUS] != 0)
        io_relax();
}

const char *virtio_start(struct virtio *virtio)
{
    volatile uint8_t *common = virtio->common;

    virtio_reset(virtio);
    add_status(virtio, STATUS_ACKNOWLEDGE);
    add_status(virtio, STATUS_DRIVER);
    write32(common + COMMON_DRIVER_FEATURE_SELECT, 0);
    write32(common + COMMON_DRIVER_FEATURE, 0);
    write32(common + COMMON_DEVICE_FEATURE_SELECT, FEATURE_WORD_VERSION_1);
    if ((read32(common + COMMON_DEVICE_FEATURE) & FEATURE_VERSION_1) == 0)
        return "the virtio device does not offer version 1";
    write32(common + COMMON_DRIVER_FEATURE_SELECT, FEATURE_WORD_VERSION_1);
    write32(common + COMMON_DRIVER_FEATURE, FEATURE_VERSION_1);
    add_status(virtio, STATUS_FEATURES_OK);
    if ((common[COMMON_STATUS] & STATUS_FEATURES_OK) == 0)
        return "the virtio device refuses the features";
    return NULL;
}

const char *virtio_add_queue(struct virtio *virtio, struct virtqueue *queue, uint16_t number)
{
    volatile uint8_t *common = virtio->common;

    memset(queue, 0, sizeof(*queue));
    queue->number = number;
    write16(common + COMMON_QUEUE_SELECT, number);
    if (read16(common + COMMON_QUEUE_SIZE) < VIRTQUEUE_SIZE)
        return "a virtqueue is too small";
    write16(common + COMMON_QUEUE_SIZE, VIRTQUEUE_SIZE);
    write_address(common + COMMON_QUEUE_DESCRIPTORS, queue->descriptors);
    write_address(common + COMMON_QUEUE_AVAILABLE, &queue->available);
    write_address(common + COMMON_QUEUE_USED, &queue->used);
    uint32_t offset = read16(common + COMMON_QUEUE_NOTIFY_OFFSET) * virtio->notify_step;
    queue->doorbell = (volatile uint16_t *)(virtio->notify + offset);
    write16(common + COMMON_QUEUE_ENABLE, 1);
    return NULL;
}

void virtio_ready(struct virtio *virtio)
{
    add_status(virtio, STATUS_DRIVER_OK);
}

uint32_t virtio_read_config(const struct virtio *virtio, unsigned offset)
{
    return read32(virtio->config + offset);
}

void virtio_write_config(struct virtio *virtio, unsigned offset, uint32_t value)
{
    write32(virtio->config + offset, value);
}

static void ring_doorbell(const struct virtqueue *queue)
{
    io_barrier();
    *queue->doorbell = queue->number;
}

void virtqueue_send(struct virtqueue *queue, unsigned slot, const void *request,
                    uint32_t request_size, void *response, uint32_t response_size)
{
    uint16_t first = (uint16_t)(2 * slot);
    uint16_t second = (uint16_t)(first + 1);
    bool two = response_size > 0;

    queue->descriptors[first] = (struct virtqueue_descriptor){
        (uint32_t)(uintptr_t)request, request_size, two ? DESCRIPTOR_NEXT : 0, second};
    queue->descriptors[second] = (struct virtqueue_descriptor){
        (uint32_t)(uintptr_t)response, response_size, DESCRIPTOR_WRITE, 0};
    queue->available.ring[queue->sent % VIRTQUEUE_SIZE] = first;
    io_barrier();
    queue->available.index = ++queue->sent;
    ring_doorbell(queue);
}

static bool is_done(const struct virtqueue *queue)
{
    return queue->used.index == queue->sent;
}

/* Sleeps until any interrupt; the clock's ticks bound it. */
static void sleep_until_done(const struct virtqueue *queue)
{
    uint32_t flags = irq_save();

    if (!is_done(queue))
        irq_wait();
    irq_restore(flags);
}

bool virtqueue_wait(struct virtqueue *queue, const struct virtio *virtio)
{
    uint32_t start_ms = virtio->clock->now_ms;
    uint32_t rang_ms = start_ms;

    for (unsigned i = 0; i < SPINS && !is_done(queue); i++)
        io_relax();
    while (!is_done(queue)) {
        uint32_t now_ms = virtio->clock->now_ms;
        if (now_ms - start_ms > PATIENCE_MS)
            return false;
        /* A migration between doorbell and work can swallow the ring; one too many harms
         * nobody. */
        if (now_ms - rang_ms >= RING_AGAIN_MS) {
            ring_doorbell(queue);
            rang_ms = now_ms;
        }
        sleep_until_done(queue);
    }
    io_barrier();
    return true;
}
