/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VBE: the Bochs display interface of QEMU's VGA devices (ports 0x1ce and 0x1cf, frame buffer
 * at BAR 0; QEMU docs/specs/standard-vga). Modes of 32 bits per pixel, BGRX. */
#ifndef HF_GUEST_VBE_H
#define HF_GUEST_VBE_H

#include <stdint.h>

struct vbe {
    uint32_t *pixels;
    uint32_t memory_size;
};

/* NULL, or why there is none. */
const char *vbe_find(struct vbe *vbe);

/* NULL, or why not; then the mode before stays on. The picture is black. */
const char *vbe_set_mode(const struct vbe *vbe, uint32_t w, uint32_t h);

/* Back to the VGA's own registers, some of which the mode has overwritten. */
void vbe_disable(void);

#endif
