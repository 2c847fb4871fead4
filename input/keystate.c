/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "input/keystate.h"

enum { KEYS = 256 };

bool keystate_set(struct keystate *k, uint8_t qnum, bool down)
{
    if (keystate_is_down(k, qnum) == down)
        return false;
    k->down[qnum >> 6] ^= UINT64_C(1) << (qnum & 63);
    return true;
}

int keystate_next(const struct keystate *k, int from)
{
    for (int at = from > 0 ? from : 0; at < KEYS; at = (at / 64 + 1) * 64) {
        uint64_t left = k->down[at / 64] >> (at & 63);
        if (left)
            return at + __builtin_ctzll(left);
    }
    return -1;
}

bool keystate_any(const struct keystate *k)
{
    return (k->down[0] | k->down[1] | k->down[2] | k->down[3]) != 0;
}
