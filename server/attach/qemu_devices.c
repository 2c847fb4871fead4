/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qemu_devices.h"

#include <stdio.h>

enum { VENDOR_VIRTIO = 0x1af4, VIRTIO_GPU = 0x1050, CLASS_DISPLAY = 3, BRIDGES_MOST = 16 };

/* Small numbers only: slots, ids; -1 for anything else. */
static int number(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    double v = json_is_number(value) ? json_number_value(value) : -1;
    return v >= 0 && v <= 0xffff ? (int)v : -1;
}

static json_t *find_device(json_t *devices, int slot, int function)
{
    size_t i;
    json_t *device;
    json_array_foreach(devices, i, device)
    {
        if (number(device, "slot") == slot && number(device, "function") == function)
            return device;
    }
    return NULL;
}

static json_t *root_devices(json_t *pci, unsigned bus)
{
    size_t i;
    json_t *entry;
    json_array_foreach(pci, i, entry)
    {
        if ((unsigned)number(entry, "bus") == bus)
            return json_object_get(entry, "devices");
    }
    return NULL;
}

/* Follows "02.0/00.0" from bridge to bridge. */
static json_t *walk(json_t *devices, const char *steps)
{
    json_t *device = NULL;
    for (int i = 0; i < BRIDGES_MOST; i++) {
        unsigned slot, function;
        int used = 0;
        if (sscanf(steps, "/%2x.%1x%n", &slot, &function, &used) != 2 || !used)
            return NULL;
        device = find_device(devices, (int)slot, (int)function);
        steps += used;
        if (!*steps)
            return device;
        devices = json_object_get(json_object_get(device, "pci_bridge"), "devices");
    }
    return NULL;
}

bool qemu_devices_can_resize(json_t *pci, const char *address)
{
    unsigned bus;
    int used = 0;
    if (sscanf(address, "pci/%4x%n", &bus, &used) != 1 || !used)
        return true;
    json_t *device = walk(root_devices(pci, bus), address + used);
    json_t *id = json_object_get(device, "id");
    if (!id)
        return true;
    if (number(id, "vendor") == VENDOR_VIRTIO)
        return number(id, "device") == VIRTIO_GPU;
    /* Emulated cards have no way to tell the guest of a size; a passed-through one may. */
    bool emulated =
        number(json_object_get(device, "class_info"), "class") >> 8 == CLASS_DISPLAY;
    static const int vendors[] = {0x1234, 0x1013, 0x1b36, 0x15ad, 0x1002};
    for (size_t i = 0; emulated && i < sizeof(vendors) / sizeof(vendors[0]); i++) {
        if (number(id, "vendor") == vendors[i])
            return false;
    }
    return true;
}
