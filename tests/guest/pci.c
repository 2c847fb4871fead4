/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/pci.h"

#include <stddef.h>

#include "tests/guest/io.h"

#define CONFIG_ADDRESS 0xcf8u
#define CONFIG_DATA 0xcfcu
#define CONFIG_ENABLE 0x80000000u

#define BUSES 8u
#define DEVICES 32u
#define FUNCTIONS 8u

#define PCI_CLASS_REVISION 0x08u
#define PCI_HEADER 0x0cu
#define PCI_HEADER_MULTIFUNCTION 0x00800000u
#define PCI_BAR0 0x10u
#define BAR_IO 0x1u
#define BAR_TYPE 0x6u
#define BAR_TYPE_64 0x4u
#define COMMAND_MEMORY_MASTER 0x6u

/* Memory space that QEMU's machines leave free for guests with little RAM. One BAR each. */
#define MOVED_BAR_BASE 0x80000000u
#define MOVED_BAR_STEP 0x04000000u

uint32_t pci_read32(const struct pci_function *function, unsigned offset)
{
    io_write32(CONFIG_ADDRESS, function->address | (offset & 0xfcu));
    return io_read32(CONFIG_DATA);
}

uint8_t pci_read8(const struct pci_function *function, unsigned offset)
{
    return (uint8_t)(pci_read32(function, offset) >> (8 * (offset & 3)));
}

void pci_write32(const struct pci_function *function, unsigned offset, uint32_t value)
{
    io_write32(CONFIG_ADDRESS, function->address | (offset & 0xfcu));
    io_write32(CONFIG_DATA, value);
}

static bool probe(unsigned bus, unsigned device, unsigned number,
                  struct pci_function *function_r)
{
    function_r->address = CONFIG_ENABLE | bus << 16 | device << 11 | number << 8;
    uint32_t id = pci_read32(function_r, 0);
    function_r->vendor = (uint16_t)id;
    function_r->device = (uint16_t)(id >> 16);
    function_r->class = (uint16_t)(pci_read32(function_r, PCI_CLASS_REVISION) >> 16);
    return function_r->vendor != 0xffff;
}

static unsigned functions_of(unsigned bus, unsigned device)
{
    struct pci_function first;

    if (!probe(bus, device, 0, &first))
        return 0;
    bool multi = (pci_read32(&first, PCI_HEADER) & PCI_HEADER_MULTIFUNCTION) != 0;
    return multi ? FUNCTIONS : 1;
}

static bool find(bool (*matches)(const struct pci_function *, uint32_t), uint32_t wanted,
                 struct pci_function *function_r)
{
    for (unsigned slot = 0; slot < BUSES * DEVICES; slot++) {
        unsigned functions = functions_of(slot / DEVICES, slot % DEVICES);
        for (unsigned i = 0; i < functions; i++)
            if (probe(slot / DEVICES, slot % DEVICES, i, function_r) &&
                matches(function_r, wanted))
                return true;
    }
    return false;
}

static bool matches_device(const struct pci_function *function, uint32_t wanted)
{
    return ((uint32_t)function->device << 16 | function->vendor) == wanted;
}

static bool matches_class(const struct pci_function *function, uint32_t wanted)
{
    return function->class == wanted;
}

bool pci_find_device(uint16_t vendor, uint16_t device, struct pci_function *function_r)
{
    return find(matches_device, (uint32_t)device << 16 | vendor, function_r);
}

bool pci_find_class(uint16_t class, struct pci_function *function_r)
{
    return find(matches_class, class, function_r);
}

void pci_enable(const struct pci_function *function)
{
    uint32_t command = pci_read32(function, PCI_COMMAND) & 0xffffu;

    pci_write32(function, PCI_COMMAND, command | COMMAND_MEMORY_MASTER);
}

volatile uint8_t *pci_map_bar(const struct pci_function *function, unsigned index)
{
    unsigned offset = PCI_BAR0 + 4 * index;
    uint32_t low = pci_read32(function, offset);

    if ((low & BAR_IO) != 0)
        return NULL;
    if ((low & BAR_TYPE) == BAR_TYPE_64 && pci_read32(function, offset + 4) != 0) {
        pci_write32(function, offset, MOVED_BAR_BASE + index * MOVED_BAR_STEP);
        pci_write32(function, offset + 4, 0);
        low = pci_read32(function, offset);
    }
    return (volatile uint8_t *)(uintptr_t)(low & ~0xfu);
}
