/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/scanout.h"
#include "framebuffer/pointer_image.h"
#include "framebuffer/surface.h"

#include <errno.h>

enum { PIXEL = 4 }; /* bytes */

/* Bytes from the first pixel to behind the last one. w and h are within what a surface holds.
 */
static uint64_t span(int64_t w, int64_t h, uint32_t stride)
{
    return (uint64_t)(h - 1) * stride + (uint64_t)w * PIXEL;
}

static int check_layout(int64_t w, int64_t h, uint32_t stride, uint32_t pixman,
                        enum source_format *format_r, const char **why_r)
{
    if (w < 1 || h < 1) {
        *why_r = "a picture without pixels";
        return -EINVAL;
    }
    if (!surface_size_ok(w, h)) {
        *why_r = "a picture larger than 16384 px each way or 64 million pixels";
        return -E2BIG;
    }
    if (stride < (uint64_t)w * PIXEL) {
        *why_r = "rows that overlap";
        return -EINVAL;
    }
    *why_r = "a pixel format that is not one of the eight with 32 bits";
    return source_format_from_pixman(pixman, format_r);
}

static int check_rect(int32_t x, int32_t y, int32_t w, int32_t h, int64_t most_w,
                      int64_t most_h, const char **why_r)
{
    *why_r = "an update outside the picture";
    bool inside = x >= 0 && y >= 0 && w >= 1 && h >= 1 && (int64_t)x + w <= most_w &&
                  (int64_t)y + h <= most_h;
    return inside ? 0 : -EINVAL;
}

int scanout_check_full(uint32_t w, uint32_t h, uint32_t stride, uint32_t pixman, size_t len,
                       struct scanout_pixels *pixels_r, const char **why_r)
{
    enum source_format format;
    int r = check_layout(w, h, stride, pixman, &format, why_r);
    if (r < 0)
        return r;
    *why_r = "less data than its picture needs";
    if (span(w, h, stride) > len)
        return -EINVAL;
    *pixels_r = (struct scanout_pixels){{0, 0, (int)w, (int)h}, stride, format};
    return 0;
}

int scanout_check_update(int32_t x, int32_t y, int32_t w, int32_t h, uint32_t stride,
                         uint32_t pixman, size_t len, struct scanout_pixels *pixels_r,
                         const char **why_r)
{
    enum source_format format;
    int r = check_rect(x, y, w, h, SURFACE_SIDE_MOST, SURFACE_SIDE_MOST, why_r);
    if (r == 0)
        r = check_layout(w, h, stride, pixman, &format, why_r);
    if (r < 0)
        return r;
    *why_r = "less data than its update needs";
    if (span(w, h, stride) > len)
        return -EINVAL;
    *pixels_r = (struct scanout_pixels){{x, y, w, h}, stride, format};
    return 0;
}

int scanout_check_map(uint32_t offset, uint32_t w, uint32_t h, uint32_t stride, uint32_t pixman,
                      int64_t file_size, struct scanout_map *map_r, const char **why_r)
{
    enum source_format format;
    int r = check_layout(w, h, stride, pixman, &format, why_r);
    if (r < 0)
        return r;
    *why_r = "shared memory that is shorter than its picture";
    if (file_size < 0 || offset + span(w, h, stride) > (uint64_t)file_size)
        return -EINVAL;
    *map_r = (struct scanout_map){(int)w, (int)h, offset, stride, format};
    return 0;
}

int scanout_check_update_map(int32_t x, int32_t y, int32_t w, int32_t h,
                             const struct scanout_map *map, struct rect *r_r,
                             const char **why_r)
{
    int r = check_rect(x, y, w, h, map->w, map->h, why_r);
    if (r == 0)
        *r_r = (struct rect){x, y, w, h};
    return r;
}

int scanout_check_cursor(int32_t w, int32_t h, size_t len, const char **why_r)
{
    *why_r = "a pointer image larger than 512 px each way, or without pixels";
    if (w < 1 || h < 1 || w > POINTER_SIDE_MOST || h > POINTER_SIDE_MOST)
        return -EINVAL;
    *why_r = "less data than its pointer image needs";
    return len >= (size_t)w * (size_t)h * PIXEL ? 0 : -EINVAL;
}
