/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/image.h"

#include <errno.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

static uint8_t *new_rgb(struct client_fault *fault, int width_px, int height_px)
{
    uint8_t *rgb = malloc(3 * (size_t)width_px * (size_t)height_px + 1);

    if (!rgb)
        client_fault_set(fault, -ENOMEM, "no memory for an image");
    return rgb;
}

static uint8_t *decompress(tjhandle handle, struct client_fault *fault, const uint8_t *data,
                           size_t size, int width_px, int height_px)
{
    int width = 0, height = 0, subsampling, colours;
    uint8_t *rgb;

    if (tjDecompressHeader3(handle, data, size, &width, &height, &subsampling, &colours) != 0) {
        client_fault_blame(fault, "a JPEG is broken: %s", tjGetErrorStr2(handle));
        return NULL;
    }
    if (width != width_px || height != height_px) {
        client_fault_blame(fault, "a JPEG of %dx%d for a rectangle of %dx%d", width, height,
                           width_px, height_px);
        return NULL;
    }
    rgb = new_rgb(fault, width_px, height_px);
    if (rgb && tjDecompress2(handle, data, size, rgb, width, 0, height, TJPF_RGB,
                             TJFLAG_STOPONWARNING | TJFLAG_ACCURATEDCT) != 0) {
        client_fault_blame(fault, "a JPEG is broken: %s", tjGetErrorStr2(handle));
        free(rgb);
        return NULL;
    }
    return rgb;
}

uint8_t *client_image_read_jpeg(struct client_fault *fault, const uint8_t *data, size_t size,
                                int width_px, int height_px)
{
    tjhandle handle;
    uint8_t *rgb;

    if (client_fault_is(fault))
        return NULL;
    handle = tjInitDecompress();
    if (!handle) {
        client_fault_set(fault, -ENOMEM, "the JPEG library does not start");
        return NULL;
    }
    rgb = decompress(handle, fault, data, size, width_px, height_px);
    tjDestroy(handle);
    return rgb;
}

/* A PNG ends with an empty IEND chunk: length 0, name, checksum. */
static bool ends_with_iend(const uint8_t *data, size_t size)
{
    static const uint8_t iend[12] = {0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82};

    return size >= sizeof iend && !memcmp(data + size - sizeof iend, iend, sizeof iend) &&
           memmem(data, size, iend, sizeof iend) == data + size - sizeof iend;
}

uint8_t *client_image_read_png(struct client_fault *fault, const uint8_t *data, size_t size,
                               int width_px, int height_px)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    uint8_t *rgb = NULL;

    if (client_fault_is(fault))
        return NULL;
    if (!png_image_begin_read_from_memory(&image, data, size))
        client_fault_blame(fault, "a PNG is broken: %s", image.message);
    else if (image.width != (png_uint_32)width_px || image.height != (png_uint_32)height_px)
        client_fault_blame(fault, "a PNG of %ux%u for a rectangle of %dx%d", image.width,
                           image.height, width_px, height_px);
    else if (image.format & PNG_FORMAT_FLAG_ALPHA)
        client_fault_blame(fault, "a PNG with transparency");
    else if (!ends_with_iend(data, size))
        client_fault_blame(fault, "a PNG does not end with its data");
    else
        rgb = new_rgb(fault, width_px, height_px);
    image.format = PNG_FORMAT_RGB;
    if (rgb && !png_image_finish_read(&image, NULL, rgb, 0, NULL)) {
        client_fault_blame(fault, "a PNG is broken: %s", image.message);
        free(rgb);
        rgb = NULL;
    }
    png_image_free(&image);
    return rgb;
}

int client_image_write_png(const char *path, const uint8_t *rgb, int width_px, int height_px)
{
    png_image image = {.version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_RGB};

    image.width = (png_uint_32)width_px;
    image.height = (png_uint_32)height_px;
    return png_image_write_to_file(&image, path, 0, rgb, 0, NULL) ? 0 : -EIO;
}
