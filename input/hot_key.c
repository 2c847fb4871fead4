/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "input/hot_key.h"

#include <stddef.h>
#include <string.h>
#include <xkbcommon/xkbcommon-keysyms.h>

/* Alt sends Meta with Shift held, and what is Super here is Meta or Hyper elsewhere. */
static const struct {
    const char *name;
    uint32_t keysyms[4];
    uint32_t xt[2];
} rows[] = {
    {"ctrl", {XKB_KEY_Control_L, XKB_KEY_Control_R}, {0x1d, 0x9d}},
    {"shift", {XKB_KEY_Shift_L, XKB_KEY_Shift_R}, {0x2a, 0x36}},
    {"alt", {XKB_KEY_Alt_L, XKB_KEY_Alt_R, XKB_KEY_Meta_L, XKB_KEY_Meta_R}, {0x38, 0xb8}},
    {"super",
     {XKB_KEY_Super_L, XKB_KEY_Super_R, XKB_KEY_Hyper_L, XKB_KEY_Hyper_R},
     {0xdb, 0xdc}},
};

static bool has(const uint32_t *list, size_t n, uint32_t what)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i] && list[i] == what)
            return true;
    }
    return false;
}

static bool is_it(const char *name, uint32_t keysym, uint32_t xt)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].name, name) == 0)
            return keysym ? has(rows[i].keysyms, 4, keysym) : has(rows[i].xt, 2, xt);
    }
    return false;
}

/* The oldest press is forgotten when it was too long ago to be one of three. */
static void forget_old(struct hot_key *h, uint64_t within_us, uint64_t now_us)
{
    if (h->presses && now_us - h->first_us > within_us) {
        h->presses--;
        h->first_us = h->second_us;
    }
    if (h->presses && now_us - h->first_us > within_us)
        h->presses = 0;
}

static bool press(struct hot_key *h, uint64_t within_us, uint64_t now_us)
{
    forget_old(h, within_us, now_us);
    if (!h->presses)
        h->first_us = now_us;
    h->second_us = now_us;
    h->presses = (h->presses + 1) % 3;
    return h->presses == 0;
}

bool hot_key_event(struct hot_key *h, const char *name, uint64_t within_us, uint32_t keysym,
                   uint32_t xt, bool down, uint64_t now_us)
{
    if (!is_it(name, keysym, xt)) {
        if (down)
            *h = (struct hot_key){.held = h->held};
        return false;
    }
    bool repeated = down && h->held;
    h->held = down;
    return down && !repeated && press(h, within_us, now_us);
}
