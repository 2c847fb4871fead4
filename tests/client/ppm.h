/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ppm: reading and writing RGB888 as binary PPM (P6, 8 bits). Knows nothing of RFB.
 */
#ifndef HF_TESTS_CLIENT_PPM_H
#define HF_TESTS_CLIENT_PPM_H

#include <stdint.h>

/* New memory of 3 * width * height bytes, for the caller to free, or NULL with *why_r (static)
 */
uint8_t *client_ppm_read(const char *path, int *width_px_r, int *height_px_r,
                         const char **why_r);

/* 0 or -errno. rgb has no padding. */
int client_ppm_write(const char *path, const uint8_t *rgb, int width_px, int height_px);

#endif
