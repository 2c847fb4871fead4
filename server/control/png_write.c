/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/control/png_write.h"
#include "base/alloc.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

static void on_write(png_structp png, png_bytep data, size_t n)
{
    bytes_put(png_get_io_ptr(png), data, n);
}

static void on_flush(png_structp png)
{
    (void)png;
}

static void row_to_rgb(const uint32_t *row, int w, uint8_t *rgb)
{
    for (int x = 0; x < w; x++, rgb += 3) {
        rgb[0] = (uint8_t)(row[x] >> 16);
        rgb[1] = (uint8_t)(row[x] >> 8);
        rgb[2] = (uint8_t)row[x];
    }
}

static int write_all(png_structp png, png_infop info, const struct surface *s,
                     struct bytes *out, uint8_t *rgb)
{
    if (setjmp(png_jmpbuf(png)))
        return -EINVAL;
    png_set_write_fn(png, out, on_write, on_flush);
    png_set_IHDR(png, info, (png_uint_32)s->w, (png_uint_32)s->h, 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(png, 3);
    png_set_filter(png, 0, PNG_FILTER_NONE | PNG_FILTER_SUB | PNG_FILTER_UP);
    png_write_info(png, info);
    for (int y = 0; y < s->h; y++) {
        row_to_rgb(surface_at(s, 0, y), s->w, rgb);
        png_write_row(png, rgb);
    }
    png_write_end(png, NULL);
    return 0;
}

int png_write_surface(const struct surface *s, struct bytes *out)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    int r = -EINVAL;
    if (info && s->w > 0 && s->h > 0) {
        uint8_t *rgb = alloc_zero((size_t)s->w, 3);
        r = write_all(png, info, s, out, rgb);
        free(rgb);
    }
    png_destroy_write_struct(&png, &info);
    return r;
}
