/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/machine_msg.h"
#include "base/alloc.h"
#include "server/cluster/link.h"

#include <stdlib.h>
#include <string.h>

#define BAD_VALUE "a value that there is not"

/* ---- pieces ---- */

static void put_signed(struct bytes *b, int v)
{
    bytes_put_u32(b, (uint32_t)v);
}

static int read_signed(struct reader *r)
{
    return (int)(int32_t)reader_u32(r);
}

/* A number below `n`; what is not sets *bad. */
static unsigned read_below(struct reader *r, unsigned n, bool *bad)
{
    unsigned v = reader_u8(r);
    *bad |= v >= n;
    return v;
}

static void put_event(struct bytes *b, const struct input_event *e)
{
    bytes_put_u8(b, (uint8_t)e->kind);
    bytes_put_u8(b, e->down);
    bytes_put_u8(b, (uint8_t)e->head);
    bytes_put_u8(b, 0);
    put_signed(b, e->a);
    put_signed(b, e->b);
}

static bool event_ok(const struct input_event *e)
{
    switch (e->kind) {
    case INPUT_KEY:
        return e->a > 0 && e->a < 256;
    case INPUT_BUTTON:
        return e->a >= 0 && e->a < BUTTON_COUNT;
    case INPUT_MOVE_TO:
        return e->a >= 0 && e->a < SURFACE_SIDE_MOST && e->b >= 0 && e->b < SURFACE_SIDE_MOST;
    case INPUT_MOVE_BY:
        return input_bound(e->a) == e->a && input_bound(e->b) == e->b;
    }
    return false;
}

static bool read_event(struct reader *r, struct input_event *e)
{
    bool bad = false;
    e->kind = (enum input_kind)read_below(r, INPUT_BUTTON + 1, &bad);
    e->down = read_below(r, 2, &bad);
    e->head = read_below(r, HEADS_MOST, &bad);
    reader_skip(r, 1);
    e->a = read_signed(r);
    e->b = read_signed(r);
    return r->more || (!bad && event_ok(e));
}

/* ---- each message: how it is put and read, after the machine's number ---- */

typedef void putter(struct bytes *b, const struct machine_msg *msg);
typedef const char *reading(struct reader *r, struct machine_msg *msg);

static void put_nothing(struct bytes *b, const struct machine_msg *msg)
{
    (void)b;
    (void)msg;
}

static const char *read_nothing(struct reader *r, struct machine_msg *msg)
{
    (void)r;
    (void)msg;
    return NULL;
}

static void put_on(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, msg->on);
}

static const char *read_on(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->on = read_below(r, 2, &bad);
    return bad ? BAD_VALUE : NULL;
}

static void put_place(struct bytes *b, const struct machine_msg *msg)
{
    const struct machine_msg_place *p = &msg->place;
    bytes_put_u8(b, (uint8_t)p->state);
    bytes_put_u8(b, p->has_uuid);
    bytes_put(b, p->uuid, 16);
    link_put_u64(b, p->epoch);
    link_put_u64(b, p->ran);
    link_put_text(b, p->key, MACHINE_MSG_KEY_MOST);
    link_put_text(b, p->name, MACHINE_MSG_NAME_MOST);
}

static const char *read_key(struct reader *r, char *key)
{
    if (!link_read_text(r, key, MACHINE_MSG_KEY_MOST + 1))
        return "a machine's key that is none";
    bool ok = strncmp(key, "uuid:", 5) == 0 || strncmp(key, "name:", 5) == 0;
    return ok && key[5] ? NULL : "a machine's key that is none";
}

static const char *read_place(struct reader *r, struct machine_msg *msg)
{
    struct machine_msg_place *p = &msg->place;
    bool bad = false;
    p->state = (enum place_state)read_below(r, PLACE_LOST + 1, &bad);
    p->has_uuid = read_below(r, 2, &bad);
    const uint8_t *uuid = reader_bytes(r, 16);
    if (uuid)
        memcpy(p->uuid, uuid, 16);
    p->epoch = link_read_u64(r);
    p->ran = link_read_u64(r);
    const char *why = read_key(r, p->key);
    if (why || bad)
        return why ? why : BAD_VALUE;
    return link_read_text(r, p->name, sizeof(p->name)) ? NULL : "a name that is none";
}

static void put_place_gone(struct bytes *b, const struct machine_msg *msg)
{
    link_put_text(b, msg->place.key, MACHINE_MSG_KEY_MOST);
}

static const char *read_place_gone(struct reader *r, struct machine_msg *msg)
{
    return read_key(r, msg->place.key);
}

static void put_open(struct bytes *b, const struct machine_msg *msg)
{
    link_put_text(b, msg->key, MACHINE_MSG_KEY_MOST);
}

static const char *read_open(struct reader *r, struct machine_msg *msg)
{
    return read_key(r, msg->key);
}

static void put_events(struct bytes *b, const struct input_event *events, size_t n)
{
    n = n < MACHINE_MSG_EVENTS_MOST ? n : MACHINE_MSG_EVENTS_MOST;
    bytes_put_u16(b, (uint16_t)n);
    for (size_t i = 0; i < n; i++)
        put_event(b, &events[i]);
}

static const char *read_events(struct reader *r, struct machine_msg *msg)
{
    unsigned n = reader_u16(r);
    if (n > MACHINE_MSG_EVENTS_MOST)
        return "too many input events at once";
    for (msg->input.n = 0; msg->input.n < n; msg->input.n++) {
        if (!read_event(r, &msg->input.events[msg->input.n]))
            return "an input event that there is not";
    }
    return NULL;
}

static void put_input(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, (uint8_t)msg->input.flags);
    put_events(b, msg->input.events, msg->input.n);
}

static const char *read_input(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->input.flags = read_below(r, (MACHINE_MSG_SURE | MACHINE_MSG_ADOPT) + 1, &bad);
    return bad ? BAD_VALUE : read_events(r, msg);
}

static void put_mode(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u32(b, msg->input.serial);
    bytes_put_u8(b, (uint8_t)msg->input.mode);
}

static const char *read_mode(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->input.serial = reader_u32(r);
    msg->input.mode = (enum input_mode)read_below(r, INPUT_HELD + 1, &bad);
    return bad ? BAD_VALUE : NULL;
}

static void put_back(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u32(b, msg->input.serial);
    put_events(b, msg->input.events, msg->input.n);
}

static const char *read_back(struct reader *r, struct machine_msg *msg)
{
    msg->input.serial = reader_u32(r);
    return read_events(r, msg);
}

static void put_resize(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, (uint8_t)msg->resize.head);
    bytes_put_u16(b, (uint16_t)msg->resize.w);
    bytes_put_u16(b, (uint16_t)msg->resize.h);
}

static const char *read_resize(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->resize.head = read_below(r, HEADS_MOST, &bad);
    msg->resize.w = reader_u16(r);
    msg->resize.h = reader_u16(r);
    return bad || !surface_size_ok(msg->resize.w, msg->resize.h) ? BAD_VALUE : NULL;
}

static void put_power(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, (uint8_t)msg->power);
}

static const char *read_power(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->power = (enum power_action)read_below(r, POWER_RESET + 1, &bad);
    return bad ? BAD_VALUE : NULL;
}

static void put_state(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, (uint8_t)msg->state.state);
    link_put_u64(b, msg->state.ran);
    link_put_text(b, msg->state.why, MACHINE_MSG_TEXT_MOST);
}

static const char *read_state(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->state.state = (enum place_state)read_below(r, PLACE_LOST + 1, &bad);
    msg->state.ran = link_read_u64(r);
    bad |= !link_read_text(r, msg->state.why, sizeof(msg->state.why));
    return bad ? BAD_VALUE : NULL;
}

static void put_event_told(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, (uint8_t)msg->event);
}

static const char *read_event_told(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->event = (enum place_event)read_below(r, PLACE_STOPPED + 1, &bad);
    return bad ? BAD_VALUE : NULL;
}

static void put_heads(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, (uint8_t)msg->heads.n);
    for (unsigned i = 0; i < msg->heads.n; i++) {
        bytes_put_u16(b, (uint16_t)msg->heads.heads[i].w);
        bytes_put_u16(b, (uint16_t)msg->heads.heads[i].h);
        bytes_put_u8(b, msg->heads.heads[i].can_resize);
    }
}

static bool read_head(struct reader *r, struct place_head *head)
{
    bool bad = false;
    *head = (struct place_head){.w = reader_u16(r), .h = reader_u16(r)};
    head->can_resize = read_below(r, 2, &bad);
    return !bad && ((!head->w && !head->h) || surface_size_ok(head->w, head->h));
}

static const char *read_heads(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    unsigned n = read_below(r, HEADS_MOST + 1, &bad);
    if (bad)
        return "more heads than a machine may have";
    for (msg->heads.n = 0; msg->heads.n < n; msg->heads.n++) {
        if (!read_head(r, &msg->heads.heads[msg->heads.n]))
            return "a head of a size that there is not";
    }
    return NULL;
}

static const char *read_image(struct reader *r, struct machine_msg *msg)
{
    struct machine_msg_pointer_image *i = &msg->image;
    bool bad = false;
    i->head = read_below(r, HEADS_MOST, &bad);
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

static void put_pointer(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, (uint8_t)msg->pointer.head);
    put_signed(b, msg->pointer.x);
    put_signed(b, msg->pointer.y);
    bytes_put_u8(b, msg->pointer.visible);
}

static const char *read_pointer(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->pointer.head = read_below(r, HEADS_MOST, &bad);
    msg->pointer.x = input_bound(read_signed(r));
    msg->pointer.y = input_bound(read_signed(r));
    msg->pointer.visible = read_below(r, 2, &bad);
    return bad ? BAD_VALUE : NULL;
}

static void put_leds(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, (uint8_t)msg->leds);
}

static const char *read_leds(struct reader *r, struct machine_msg *msg)
{
    msg->leds = reader_u8(r) & (LED_SCROLL | LED_NUM | LED_CAPS);
    return NULL;
}

static void put_problem(struct bytes *b, const struct machine_msg *msg)
{
    link_put_text(b, msg->text, MACHINE_MSG_TEXT_MOST);
}

static const char *read_problem(struct reader *r, struct machine_msg *msg)
{
    return link_read_text(r, msg->text, sizeof(msg->text)) ? NULL : "a text that is none";
}

static void put_image(struct bytes *b, const struct machine_msg *msg);

static const struct row {
    bool of_machine; /* its number comes first */
    putter *put;
    reading *read;
} rows[LINK_TYPES] = {
    [LINK_PLACE] = {false, put_place, read_place},
    [LINK_PLACE_GONE] = {false, put_place_gone, read_place_gone},
    [LINK_NODE] = {false, put_on, read_on},
    [LINK_OPEN] = {true, put_open, read_open},
    [LINK_CLOSE] = {true, put_nothing, read_nothing},
    [LINK_WATCH] = {true, put_on, read_on},
    [LINK_INPUT] = {true, put_input, read_input},
    [LINK_INPUT_MODE] = {true, put_mode, read_mode},
    [LINK_RESIZE] = {true, put_resize, read_resize},
    [LINK_POWER] = {true, put_power, read_power},
    [LINK_STATE] = {true, put_state, read_state},
    [LINK_EVENT] = {true, put_event_told, read_event_told},
    [LINK_HEADS] = {true, put_heads, read_heads},
    [LINK_POINTER_IMAGE] = {true, put_image, read_image},
    [LINK_POINTER] = {true, put_pointer, read_pointer},
    [LINK_LEDS] = {true, put_leds, read_leds},
    [LINK_ABSOLUTE] = {true, put_on, read_on},
    [LINK_COMPLETE] = {true, put_nothing, read_nothing},
    [LINK_PROBLEM] = {true, put_problem, read_problem},
    [LINK_INPUT_BACK] = {true, put_back, read_back},
};

static const struct row *row_of(enum link_type type)
{
    return (unsigned)type < LINK_TYPES && rows[type].put ? &rows[type] : NULL;
}

bool machine_msg_knows(enum link_type type)
{
    return row_of(type);
}

void machine_msg_put(struct bytes *b, enum link_type type, const struct machine_msg *msg)
{
    const struct row *row = row_of(type);
    if (row->of_machine)
        bytes_put_u32(b, msg->machine);
    row->put(b, msg);
}

const char *machine_msg_read(struct reader *r, enum link_type type, struct machine_msg *msg_r)
{
    const struct row *row = row_of(type);
    if (!row)
        return "no message about machines";
    msg_r->machine = row->of_machine ? reader_u32(r) : 0;
    const char *why = row->read(r, msg_r);
    if (r->more)
        return "a message that ends too early";
    if (!why && reader_left(r))
        return "a message with something behind its end";
    return why;
}

/* ---- for those who send ---- */

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

void machine_msg_put_events(struct bytes *b, enum link_type type, uint32_t machine,
                            uint32_t number, const struct input_event *events, size_t n)
{
    bytes_put_u32(b, machine);
    if (type == LINK_INPUT)
        bytes_put_u8(b, (uint8_t)number);
    else
        bytes_put_u32(b, number);
    put_events(b, events, n);
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
