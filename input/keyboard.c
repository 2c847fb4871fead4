/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "input/keyboard.h"

#include <stddef.h>

/* Shift, Control, Alt and the logo keys, left and right. */
static const uint8_t modifiers[] = {0x2a, 0x36, 0x1d, 0x9d, 0x38, 0xb8, 0xdb, 0xdc};

static void send_key(struct keyboard *kb, uint8_t qnum, bool down)
{
    if (kb->sink.ops)
        kb->sink.ops->key(kb->sink.self, qnum, down);
}

static void count(struct keyboard *kb, uint8_t qnum, bool down)
{
    bool changed = down ? kb->holders[qnum]++ == 0 : --kb->holders[qnum] == 0;
    if (changed)
        send_key(kb, qnum, down);
}

static void list_hands(struct keyboard *kb, struct hands *hands)
{
    if (hands->link)
        return;
    hands->next = kb->hands;
    if (hands->next)
        hands->next->link = &hands->next;
    hands->link = &kb->hands;
    kb->hands = hands;
}

static void unlist_hands(struct hands *hands)
{
    *hands->link = hands->next;
    if (hands->next)
        hands->next->link = hands->link;
    hands->link = NULL;
    hands->next = NULL;
}

static void turn_hands(struct keyboard *kb, struct hands *hands, bool down)
{
    for (size_t i = 0; i < sizeof(modifiers); i++) {
        if (keystate_is_down(&hands->keys, modifiers[i]) &&
            keystate_set(&hands->lifted, modifiers[i], !down))
            count(kb, modifiers[i], down);
    }
}

void keyboard_turn(struct keyboard *kb, uint64_t owner)
{
    if (kb->owner == owner)
        return;
    kb->owner = owner;
    for (struct hands *h = kb->hands; h; h = h->next)
        if (h->owner != owner)
            turn_hands(kb, h, false);
    for (struct hands *h = kb->hands; h; h = h->next)
        if (h->owner == owner)
            turn_hands(kb, h, true);
}

static void press(struct keyboard *kb, struct hands *hands, uint8_t qnum)
{
    keyboard_turn(kb, hands->owner);
    list_hands(kb, hands);
    if (keystate_set(&hands->keys, qnum, true))
        kb->holders[qnum]++;
    send_key(kb, qnum, true);
}

static void release(struct keyboard *kb, struct hands *hands, uint8_t qnum)
{
    if (!keystate_set(&hands->keys, qnum, false))
        return;
    if (!keystate_set(&hands->lifted, qnum, false)) /* else the machine knows already */
        count(kb, qnum, false);
    if (!keystate_any(&hands->keys))
        unlist_hands(hands);
}

void keyboard_key(struct keyboard *kb, struct hands *hands, uint8_t qnum, bool down)
{
    if (qnum == 0)
        return;
    if (down)
        press(kb, hands, qnum);
    else
        release(kb, hands, qnum);
}

void keyboard_adopt(struct keyboard *kb, struct hands *hands, uint8_t qnum)
{
    if (qnum == 0 || !keystate_set(&hands->keys, qnum, true))
        return;
    list_hands(kb, hands);
    kb->holders[qnum]++;
}

bool keyboard_drop(struct keyboard *kb, struct hands *hands, uint8_t qnum)
{
    if (!keystate_set(&hands->keys, qnum, false))
        return false;
    if (!keystate_set(&hands->lifted, qnum, false))
        kb->holders[qnum]--;
    if (!keystate_any(&hands->keys))
        unlist_hands(hands);
    return kb->holders[qnum] == 0;
}

void keyboard_lift(struct keyboard *kb, struct hands *hands)
{
    for (int qnum = 0; (qnum = keystate_next(&hands->keys, qnum)) >= 0;)
        release(kb, hands, (uint8_t)qnum);
}
