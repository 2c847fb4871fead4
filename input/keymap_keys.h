/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keys that stand in the same place on every layout: keypad, function, navigation, modifier
 * and media keys, by X11 key symbol. Knows no layout.
 */
#ifndef HF_INPUT_KEYMAP_KEYS_H
#define HF_INPUT_KEYMAP_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "input/keymap.h"

/* The key of a key symbol that no layout moves; false when it depends on the layout or there is
 * none. */
bool keymap_keys_find(uint32_t keysym, struct keymap_key *key_r);

#endif
