/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/machine_msg_private.h"

#include <string.h>

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

static const char *read_place(struct reader *r, struct machine_msg *msg)
{
    struct machine_msg_place *p = &msg->place;
    bool bad = false;
    p->state = (enum place_state)machine_msg_read_below(r, PLACE_LOST + 1, &bad);
    p->has_uuid = machine_msg_read_below(r, 2, &bad);
    const uint8_t *uuid = reader_bytes(r, 16);
    if (uuid)
        memcpy(p->uuid, uuid, 16);
    p->epoch = link_read_u64(r);
    p->ran = link_read_u64(r);
    const char *why = machine_msg_read_key(r, p->key);
    if (why || bad)
        return why ? why : MACHINE_MSG_BAD_VALUE;
    return link_read_text(r, p->name, sizeof(p->name)) ? NULL : "a name that is none";
}

static void put_place_gone(struct bytes *b, const struct machine_msg *msg)
{
    link_put_text(b, msg->place.key, MACHINE_MSG_KEY_MOST);
}

static const char *read_place_gone(struct reader *r, struct machine_msg *msg)
{
    return machine_msg_read_key(r, msg->place.key);
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
    msg->state.state = (enum place_state)machine_msg_read_below(r, PLACE_LOST + 1, &bad);
    msg->state.ran = link_read_u64(r);
    bad |= !link_read_text(r, msg->state.why, sizeof(msg->state.why));
    return bad ? MACHINE_MSG_BAD_VALUE : NULL;
}

static void put_event_told(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, (uint8_t)msg->event);
}

static const char *read_event_told(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->event = (enum place_event)machine_msg_read_below(r, PLACE_RESET + 1, &bad);
    return bad ? MACHINE_MSG_BAD_VALUE : NULL;
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
    head->can_resize = machine_msg_read_below(r, 2, &bad);
    return !bad && ((!head->w && !head->h) || surface_size_ok(head->w, head->h));
}

static const char *read_heads(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    unsigned n = machine_msg_read_below(r, HEADS_MOST + 1, &bad);
    if (bad)
        return "more heads than a machine may have";
    for (msg->heads.n = 0; msg->heads.n < n; msg->heads.n++) {
        if (!read_head(r, &msg->heads.heads[msg->heads.n]))
            return "a head of a size that there is not";
    }
    return NULL;
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

const struct machine_msg_row machine_msg_told_rows[LINK_TYPES] = {
    [LINK_PLACE] = {false, put_place, read_place},
    [LINK_PLACE_GONE] = {false, put_place_gone, read_place_gone},
    [LINK_NODE] = {false, machine_msg_put_on, machine_msg_read_on},
    [LINK_STATE] = {true, put_state, read_state},
    [LINK_EVENT] = {true, put_event_told, read_event_told},
    [LINK_HEADS] = {true, put_heads, read_heads},
    [LINK_LEDS] = {true, put_leds, read_leds},
    [LINK_ABSOLUTE] = {true, machine_msg_put_on, machine_msg_read_on},
    [LINK_COMPLETE] = {true, machine_msg_put_nothing, machine_msg_read_nothing},
    [LINK_PROBLEM] = {true, put_problem, read_problem},
};
