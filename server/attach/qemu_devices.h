/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a graphics device can do, by what QMP's query-pci says of it. Pure. */
#ifndef HF_SERVER_ATTACH_QEMU_DEVICES_H
#define HF_SERVER_ATTACH_QEMU_DEVICES_H

#include <jansson.h>
#include <stdbool.h>

/*
 * Whether the device at `address` (DeviceAddress of org.qemu.Display1.Console: "pci/0000/02.0",
 * through bridges "pci/0000/01.0/00.0") takes SetUIInfo. pci: query-pci's result, may be NULL.
 * A device that is not found is believed to, until it refuses.
 */
bool qemu_devices_can_resize(json_t *pci, const char *address);

#endif
