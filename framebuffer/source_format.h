/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pixel layouts in which a machine's picture comes, named as QEMU names them (pixman
 * codes). */
#ifndef HF_FRAMEBUFFER_SOURCE_FORMAT_H
#define HF_FRAMEBUFFER_SOURCE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

/* Layouts of a 32-bit pixel, from the most significant byte of the host-order word. */
enum source_format {
    SOURCE_XRGB, /* PIXMAN_x8r8g8b8, a8r8g8b8: alpha is ignored */
    SOURCE_XBGR,
    SOURCE_BGRX,
    SOURCE_RGBX,
};

/* From a pixman code (the eight 32-bit ones that virtio-gpu passes on); -EINVAL for another. */
int source_format_from_pixman(uint32_t code, enum source_format *format_r);
/* n pixels at src (any alignment) as surface words. dst and src must not overlap. */
void source_format_convert(enum source_format format, uint32_t *dst, const void *src, size_t n);

#endif
