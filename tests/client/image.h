/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * image: JPEG and PNG files in memory to and from RGB888. Strict about sizes and ends. Knows
 * nothing of RFB.
 */
#ifndef HF_TESTS_CLIENT_IMAGE_H
#define HF_TESTS_CLIENT_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "tests/client/fault.h"

/*
 * RGB888 of a whole JPEG or PNG file that must be exactly width by height; NULL after a fault.
 * The caller frees. Warnings of the JPEG library are faults. A PNG with transparency is one
 * too.
 */
uint8_t *client_image_read_jpeg(struct client_fault *fault, const uint8_t *data, size_t size,
                                int width_px, int height_px);
uint8_t *client_image_read_png(struct client_fault *fault, const uint8_t *data, size_t size,
                               int width_px, int height_px);

/* Writes RGB888 without padding as a PNG file; 0 or -EIO. */
int client_image_write_png(const char *path, const uint8_t *rgb, int width_px, int height_px);

#endif
