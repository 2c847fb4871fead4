/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/machine_msg_private.h"
#include "base/alloc.h"

#include <stdlib.h>

static void put_shape(struct bytes *b, const struct machine_msg_pointer_image *i)
{
    bytes_put_u8(b, (uint8_t)i->head);
    bytes_put_u16(b, (uint16_t)i->w);
    bytes_put_u16(b, (uint16_t)i->h);
    bytes_put_u16(b, (uint16_t)i->hot_x);
    bytes_put_u16(b, (uint16_t)i->hot_y);
}

static void put_image(struct bytes *b, const struct machine_msg *msg)
{
    put_shape(b, &msg->image);
    bytes_put(b, msg->image.argb, (size_t)msg->image.w * (size_t)msg->image.h * 4);
}

static const char *read_image(struct reader *r, struct machine_msg *msg)
{
    struct machine_msg_pointer_image *i = &msg->image;
    bool bad = false;
    i->head = machine_msg_read_below(r, HEADS_MOST, &bad);
    i->w = reader_u16(r);
    i->h = reader_u16(r);
    i->hot_x = reader_u16(r);
    i->hot_y = reader_u16(r);
    bool hidden = !i->w && !i->h;
    bad |= !hidden && (!i->w || !i->h || i->w > POINTER_SIDE_MOST || i->h > POINTER_SIDE_MOST);
    if (bad)
        return "a pointer's shape that is none";
    i->argb = reader_bytes(r, (size_t)i->w * (size_t)i->h * 4);
    return NULL;
}

void machine_msg_put_pointer_image(struct bytes *b, uint32_t machine, unsigned head,
                                   const struct pointer_image *image)
{
    bytes_put_u32(b, machine);
    put_shape(b, &(struct machine_msg_pointer_image){.head = head,
                                                     .w = image->w,
                                                     .h = image->h,
                                                     .hot_x = image->hot_x,
                                                     .hot_y = image->hot_y});
    for (size_t i = 0; i < (size_t)image->w * (size_t)image->h; i++)
        bytes_put_u32(b, image->argb[i]);
}

struct pointer_image *machine_msg_pointer_image(const struct machine_msg_pointer_image *told)
{
    struct pointer_image *image = NULL;
    size_t n = (size_t)told->w * (size_t)told->h;
    uint32_t *argb = alloc_zero(n ? n : 1, sizeof(*argb));
    struct reader r = reader_over(told->argb, n * 4);
    for (size_t i = 0; i < n; i++)
        argb[i] = reader_u32(&r);
    pointer_image_new(&image, told->w, told->h, told->hot_x, told->hot_y, argb);
    free(argb);
    return image;
}

static void put_pointer(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, (uint8_t)msg->pointer.head);
    machine_msg_put_signed(b, msg->pointer.x);
    machine_msg_put_signed(b, msg->pointer.y);
    bytes_put_u8(b, msg->pointer.visible);
}

static const char *read_pointer(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->pointer.head = machine_msg_read_below(r, HEADS_MOST, &bad);
    msg->pointer.x = input_bound(machine_msg_read_signed(r));
    msg->pointer.y = input_bound(machine_msg_read_signed(r));
    msg->pointer.visible = machine_msg_read_below(r, 2, &bad);
    return bad ? MACHINE_MSG_BAD_VALUE : NULL;
}

const struct machine_msg_row machine_msg_pointer_rows[LINK_TYPES] = {
    [LINK_POINTER_IMAGE] = {true, put_image, read_image},
    [LINK_POINTER] = {true, put_pointer, read_pointer},
};
