/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks what QEMU says of its picture (org.qemu.Display1.Listener and its Unix.Map: Scanout,
 * Update, ScanoutMap, UpdateMap, CursorDefine) before a byte of it is read: sizes, strides,
 * offsets and lengths against each other. Pure. Every function gives 0, or -EINVAL (-E2BIG:
 * larger than we hold) and *why_r, static text; outputs only on success.
 */
#ifndef HF_SERVER_ATTACH_SCANOUT_H
#define HF_SERVER_ATTACH_SCANOUT_H

#include <stddef.h>
#include <stdint.h>

#include "framebuffer/rect.h"
#include "framebuffer/source_format.h"

/* Pixels that may be read: rows of r.w * 4 bytes, `stride` bytes apart, the last one ends
 * within the data. */
struct scanout_pixels {
    struct rect r;
    size_t stride;
    enum source_format format;
};

/* A picture of memory that QEMU shares: pixel x, y stands at offset + y * stride + 4 * x of the
 * file. */
struct scanout_map {
    int w, h; /* px */
    uint64_t offset;
    size_t stride;
    enum source_format format;
};

/* The arguments of Scanout; r begins at 0, 0. */
int scanout_check_full(uint32_t w, uint32_t h, uint32_t stride, uint32_t pixman, size_t len,
                       struct scanout_pixels *pixels_r, const char **why_r);
/* The arguments of Update. Whether r lies in the head is for the caller to ask. */
int scanout_check_update(int32_t x, int32_t y, int32_t w, int32_t h, uint32_t stride,
                         uint32_t pixman, size_t len, struct scanout_pixels *pixels_r,
                         const char **why_r);
/* The arguments of ScanoutMap, for a file of file_size bytes. */
int scanout_check_map(uint32_t offset, uint32_t w, uint32_t h, uint32_t stride, uint32_t pixman,
                      int64_t file_size, struct scanout_map *map_r, const char **why_r);
/* The arguments of UpdateMap. */
int scanout_check_update_map(int32_t x, int32_t y, int32_t w, int32_t h,
                             const struct scanout_map *map, struct rect *r_r,
                             const char **why_r);
/* The arguments of CursorDefine: w x h words of 4 bytes. */
int scanout_check_cursor(int32_t w, int32_t h, size_t len, const char **why_r);

#endif
