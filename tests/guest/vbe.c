/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/vbe.h"

#include <stdbool.h>
#include <stddef.h>

#include "tests/guest/io.h"
#include "tests/guest/pci.h"

#define VBE_INDEX_PORT 0x1ceu
#define VBE_DATA_PORT 0x1cfu

#define VBE_ID_FIRST 0xb0c0u
#define VBE_ID_LAST 0xb0cfu
#define VBE_ENABLED 0x01u
#define VBE_LINEAR 0x40u
#define VBE_MEMORY_UNIT 65536u
#define VBE_MAX 16384u

enum vbe_register {
    VBE_ID = 0,
    VBE_X = 1,
    VBE_Y = 2,
    VBE_BITS = 3,
    VBE_ENABLE = 4,
    VBE_VIRTUAL_WIDTH = 6,
    VBE_X_OFFSET = 8,
    VBE_Y_OFFSET = 9,
    VBE_MEMORY = 10,
};

static uint16_t vbe_read(enum vbe_register reg)
{
    io_write16(VBE_INDEX_PORT, (uint16_t)reg);
    return io_read16(VBE_DATA_PORT);
}

static void vbe_write(enum vbe_register reg, uint32_t value)
{
    io_write16(VBE_INDEX_PORT, (uint16_t)reg);
    io_write16(VBE_DATA_PORT, (uint16_t)value);
}

const char *vbe_find(struct vbe *vbe)
{
    struct pci_function function;

    if (vbe_read(VBE_ID) < VBE_ID_FIRST || vbe_read(VBE_ID) > VBE_ID_LAST)
        return "no bochs display interface";
    if (!pci_find_class(PCI_CLASS_VGA, &function))
        return "no pci vga";
    pci_enable(&function);
    vbe->pixels = (uint32_t *)(uintptr_t)pci_map_bar(&function, 0);
    vbe->memory_size = vbe_read(VBE_MEMORY) * VBE_MEMORY_UNIT;
    return vbe->pixels != NULL ? NULL : "the frame buffer has no address";
}

const char *vbe_set_mode(const struct vbe *vbe, uint32_t w, uint32_t h)
{
    if (w % 8 != 0)
        return "the width must be a multiple of 8";
    if (w > VBE_MAX || h > VBE_MAX || w * h > vbe->memory_size / sizeof(uint32_t))
        return "not enough video memory";
    vbe_write(VBE_ENABLE, 0);
    vbe_write(VBE_X, w);
    vbe_write(VBE_Y, h);
    vbe_write(VBE_BITS, 32);
    vbe_write(VBE_ENABLE, VBE_ENABLED | VBE_LINEAR);
    vbe_write(VBE_X_OFFSET, 0);
    vbe_write(VBE_Y_OFFSET, 0);
    if (vbe_read(VBE_X) != w || vbe_read(VBE_Y) != h || vbe_read(VBE_VIRTUAL_WIDTH) != w)
        return "the device chose another mode";
    return NULL;
}

void vbe_disable(void)
{
    vbe_write(VBE_ENABLE, 0);
}
