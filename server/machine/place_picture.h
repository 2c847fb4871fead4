/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a place shows while its machine's viewers are shown something else: a machine on its way
 * to it, or its picture from before a switch. Knows no viewers and no machine.
 */
#ifndef HF_SERVER_MACHINE_PLACE_PICTURE_H
#define HF_SERVER_MACHINE_PLACE_PICTURE_H

#include "framebuffer/pointer_image.h"
#include "framebuffer/source_format.h"
#include "framebuffer/surface.h"
#include "server/attach/attach.h"

struct place_picture {
    struct surface heads[HEADS_MOST];
    struct pointer_image *pointer_image; /* NULL: none was told */
    bool pointer_told, pointer_visible;
    unsigned pointer_head;
    int pointer_x, pointer_y;
};

struct place_picture *place_picture_new(void);
/* NULL inside is allowed. */
void place_picture_free(struct place_picture **picture);
/* Heads of these sizes; one whose size is new is black. */
void place_picture_take_heads(struct place_picture *picture, const struct place_head *heads,
                              unsigned n);
/* As in attach_handler; what lies outside is dropped. */
void place_picture_take_pixels(struct place_picture *picture, unsigned head, struct rect r,
                               const void *src, size_t src_stride, enum source_format format);
void place_picture_blank(struct place_picture *picture, unsigned head);
/* The image is referenced. */
void place_picture_set_pointer_image(struct place_picture *picture,
                                     struct pointer_image *image);
void place_picture_point(struct place_picture *picture, unsigned head, int x, int y,
                         bool visible);

#endif
