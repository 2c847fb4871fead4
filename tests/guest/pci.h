/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI: finding functions and reading their configuration by ports 0xcf8 and 0xcfc. */
#ifndef HF_GUEST_PCI_H
#define HF_GUEST_PCI_H

#include <stdbool.h>
#include <stdint.h>

#define PCI_VENDOR_VIRTIO 0x1af4u
#define PCI_DEVICE_VIRTIO_GPU 0x1050u
#define PCI_CLASS_VGA 0x0300u

#define PCI_COMMAND 0x04u
#define PCI_CAPABILITIES 0x34u
#define PCI_INTERRUPT_LINE 0x3cu

struct pci_function {
    uint32_t address; /* as port 0xcf8 wants it */
    uint16_t vendor;
    uint16_t device;
    uint16_t class; /* class and subclass */
};

uint32_t pci_read32(const struct pci_function *function, unsigned offset);
uint8_t pci_read8(const struct pci_function *function, unsigned offset);
void pci_write32(const struct pci_function *function, unsigned offset, uint32_t value);

/* First function with this vendor and device. */
bool pci_find_device(uint16_t vendor, uint16_t device, struct pci_function *function_r);
/* First function of this class and subclass. */
bool pci_find_class(uint16_t class, struct pci_function *function_r);

/* Lets the function answer to memory accesses and master the bus. */
void pci_enable(const struct pci_function *function);

/* Where memory BAR `index` is. A 64-bit BAR above 4 GB is first moved below, because the guest
 * runs without paging. NULL if it is not a memory BAR or not set up. */
volatile uint8_t *pci_map_bar(const struct pci_function *function, unsigned index);

#endif
