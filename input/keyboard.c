/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "input/keyboard.h"

static void send_key(struct keyboard *kb, uint8_t qnum, bool down)
{
    if (kb->sink.ops)
        kb->sink.ops->key(kb->sink.self, qnum, down);
}

static void press(struct keyboard *kb, struct hands *hands, uint8_t qnum)
{
    if (keystate_set(&hands->keys, qnum, true))
        kb->holders[qnum]++;
    send_key(kb, qnum, true);
}

static void release(struct keyboard *kb, struct hands *hands, uint8_t qnum)
{
    if (keystate_set(&hands->keys, qnum, false) && --kb->holders[qnum] == 0)
        send_key(kb, qnum, false);
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

void keyboard_lift(struct keyboard *kb, struct hands *hands)
{
    for (int qnum = 0; (qnum = keystate_next(&hands->keys, qnum)) >= 0;)
        release(kb, hands, (uint8_t)qnum);
}
