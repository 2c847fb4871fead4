/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pixel: taking one pixel value from a source in each of the three forms that encodings use:
 * PIXEL, CPIXEL (TRLE, ZRLE) and TPIXEL (Tight).
 */
#ifndef HF_TESTS_CLIENT_PIXEL_H
#define HF_TESTS_CLIENT_PIXEL_H

#include "tests/client/format.h"
#include "tests/client/source.h"

/* The value is 0 after a fault of the source. */
uint32_t client_pixel_take(struct client_source *source, const struct client_format *format);
uint32_t client_pixel_take_c(struct client_source *source, const struct client_format *format);
uint32_t client_pixel_take_t(struct client_source *source, const struct client_format *format);

/* How many bytes a CPIXEL or a TPIXEL has: 1 to 4. */
unsigned client_pixel_c_bytes(const struct client_format *format);
unsigned client_pixel_t_bytes(const struct client_format *format);

#endif
