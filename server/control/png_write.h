/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A surface as a PNG file in memory: 8-bit RGB, without loss. Pure; any thread. */
#ifndef HF_SERVER_CONTROL_PNG_WRITE_H
#define HF_SERVER_CONTROL_PNG_WRITE_H

#include "base/bytes.h"
#include "framebuffer/surface.h"

/* Appends the file. 0, or -EINVAL for an empty surface or when libpng fails (out may hold a
 * part of it). */
int png_write_surface(const struct surface *s, struct bytes *out);

#endif
