/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * picture: a framebuffer as a client keeps it: for each pixel the value on the wire, what it
 * looks like as RGB888, and whether the server has ever told it. Knows pixel formats, no
 * encodings.
 */
#ifndef HF_TESTS_CLIENT_PICTURE_H
#define HF_TESTS_CLIENT_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/client/fault.h"
#include "tests/client/format.h"

/* More pixels than this are refused before memory is taken. */
#define CLIENT_PICTURE_MOST_PIXELS (64u << 20)

struct client_picture {
    int width_px, height_px;
    uint32_t *value;                      /* of the wire, meaningless bits 0 */
    uint8_t *rgb;                         /* 3 bytes a pixel, no padding */
    bool *known;                          /* has been sent since the size last changed */
    const struct client_format *format;   /* kept by the owner */
    const struct client_colours *colours; /* kept by the owner; NULL for true colour only */
    struct client_fault *fault;           /* kept by the owner */
};

/* How two pictures differ. Fields below count are 0 when count is 0. */
struct client_difference {
    uint64_t count;                           /* of pixels beyond the tolerance */
    int x_px, y_px;                           /* the first one, in reading order */
    uint8_t got[3], want[3];                  /* there */
    int left_px, top_px, right_px, bottom_px; /* bounding box, right and bottom excluded */
    int worst;                                /* largest difference of one intensity */
    bool size_differs;                        /* then nothing else was compared */
};

/* An empty picture of 0 by 0. */
void client_picture_init(struct client_picture *picture, struct client_fault *fault,
                         const struct client_format *format,
                         const struct client_colours *colours);
void client_picture_fini(struct client_picture *picture);

/* Gives the picture a new size and forgets its pixels. A size beyond the limit is a fault. */
bool client_picture_resize(struct client_picture *picture, int width_px, int height_px);

/* Whether a rectangle lies wholly inside. */
bool client_picture_holds(const struct client_picture *picture, int x_px, int y_px,
                          int width_px, int height_px);

/*
 * Writing: coordinates must lie inside. A value whose colour-map entry is not set is a fault.
 * Copying pixels that the server has never sent is a fault too (rfbproto, Screen Model).
 */
void client_picture_put(struct client_picture *picture, int x_px, int y_px, uint32_t value);
void client_picture_put_rgb(struct client_picture *picture, int x_px, int y_px,
                            const uint8_t *rgb);
void client_picture_fill(struct client_picture *picture, int x_px, int y_px, int width_px,
                         int height_px, uint32_t value);
void client_picture_copy(struct client_picture *picture, int from_x_px, int from_y_px, int x_px,
                         int y_px, int width_px, int height_px);

/* Draws every known pixel anew after the colour map has changed. */
void client_picture_recolour(struct client_picture *picture);

/* Finds new values for the RGB888 that is shown, after the format has changed. */
void client_picture_reformat(struct client_picture *picture);

/* Whether every pixel has been sent. */
bool client_picture_is_complete(const struct client_picture *picture);

/*
 * Whether the picture shows rgb (stride bytes from row to row), each intensity within tolerance
 * of what a conversion of rgb through the pixel format gives; see client_format_round_trip.
 * Pixels never sent differ. difference_r may be NULL.
 */
bool client_picture_compare(const struct client_picture *picture, const uint8_t *rgb,
                            int width_px, int height_px, size_t stride, int tolerance,
                            struct client_difference *difference_r);

/* A sentence about a difference, cut to size bytes. */
void client_difference_describe(const struct client_difference *difference, char *text,
                                size_t size);

#endif
