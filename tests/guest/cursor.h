/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cursor: the built-in pointer images, 64x64 pixels of premultiplied ARGB. Pure. */
#ifndef HF_GUEST_CURSOR_H
#define HF_GUEST_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#define CURSOR_SIZE 64u

/* Draws the shape of this name; false if there is none. */
bool cursor_draw(const char *name, uint32_t pixels_r[CURSOR_SIZE * CURSOR_SIZE]);

#endif
