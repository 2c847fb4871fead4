/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Key symbols to keys: how a keyboard of a given layout types an X11 keysym, found with
 * libxkbcommon, for clients that send keysyms only. Immutable; shared by all machines of that
 * layout.
 */
#ifndef HF_INPUT_KEYMAP_H
#define HF_INPUT_KEYMAP_H

#include <stdbool.h>
#include <stdint.h>

struct keymap;

enum { KEYMAP_SHIFT = 1, KEYMAP_ALTGR = 2 };

struct keymap_key {
    uint8_t qnum;      /* QEMU key number, never 0 */
    uint8_t modifiers; /* KEYMAP_* that must be held for this symbol */
    uint8_t matters;   /* KEYMAP_* that change what the key types; others may be held or not */
    bool caps_matters; /* a letter: Caps Lock swaps its case in the guest */
};

/*
 * Loads a layout: "us", "gb", "de(nodeadkeys)", "fr", ... as xkb names layout and variant. 0,
 * -ENOENT when xkb has no such layout, -EINVAL for a name with other characters than
 * [A-Za-z0-9_()-].
 */
int keymap_new(struct keymap **map_r, const char *name);
void keymap_free(struct keymap **map);
/*
 * The key for a keysym (X11 key symbols, Unicode ones 0x01000000 + code point included). Of
 * several ways to type it the one without AltGr wins, then the one with the fewest modifiers;
 * the key between left Shift and Z, which many keyboards lack, is taken only when nothing but
 * AltGr would do else. A character that only a dead key makes cannot be typed, the dead key
 * itself can. False when the layout cannot type it. Keypad, function, navigation and modifier
 * keys have fixed places; AltGr is there only where the layout has it.
 */
bool keymap_find(const struct keymap *map, uint32_t keysym, struct keymap_key *key_r);
/* A Unicode character's keysym (for `type`); 0 when there is none. */
uint32_t keymap_keysym_of(uint32_t code_point);
/* QEMU key number from a QEMU extended key event's code (XT with E0 as 0x80 | code or 0xe0xx);
 * 0: none. */
uint8_t keymap_qnum_from_xt(uint32_t xt_code);

#endif
