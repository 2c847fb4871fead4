/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/ppm.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A number after white space and comments; -1 when there is none or it is beyond 65535. */
static int take_number(FILE *file)
{
    int c = getc(file);
    int number = -1;

    while (isspace(c) || c == '#') {
        if (c == '#')
            while ((c = getc(file)) != '\n' && c != EOF)
                continue;
        c = getc(file);
    }
    for (; isdigit(c) && number <= 65535; c = getc(file))
        number = (number < 0 ? 0 : number) * 10 + (c - '0');
    /* Exactly one white space follows; it is taken here, as the pixels begin behind it. */
    return isspace(c) && number <= 65535 ? number : -1;
}

static uint8_t *read_file(FILE *file, int *width_px_r, int *height_px_r)
{
    int width_px, height_px, most;
    uint8_t *rgb;
    size_t size;

    if (getc(file) != 'P' || getc(file) != '6')
        return NULL;
    width_px = take_number(file);
    height_px = take_number(file);
    most = take_number(file);
    if (width_px < 1 || height_px < 1 || most != 255)
        return NULL;
    size = 3 * (size_t)width_px * (size_t)height_px;
    rgb = malloc(size);
    if (rgb && fread(rgb, 1, size, file) != size) {
        free(rgb);
        return NULL;
    }
    *width_px_r = width_px;
    *height_px_r = height_px;
    return rgb;
}

uint8_t *client_ppm_read(const char *path, int *width_px_r, int *height_px_r,
                         const char **why_r)
{
    FILE *file = fopen(path, "rb");
    uint8_t *rgb;

    if (!file) {
        *why_r = strerrordesc_np(errno);
        return NULL;
    }
    rgb = read_file(file, width_px_r, height_px_r);
    if (!rgb)
        *why_r = "not a binary PPM of 8 bits";
    fclose(file);
    return rgb;
}

int client_ppm_write(const char *path, const uint8_t *rgb, int width_px, int height_px)
{
    size_t size = 3 * (size_t)width_px * (size_t)height_px;
    FILE *file = fopen(path, "wb");
    bool good;

    if (!file)
        return -errno;
    fprintf(file, "P6\n%d %d\n255\n", width_px, height_px);
    good = fwrite(rgb, 1, size, file) == size;
    return fclose(file) == 0 && good ? 0 : -EIO;
}
