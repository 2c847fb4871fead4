/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keymaps by name, each loaded once and shared by all machines of that layout. Knows no
 * machines. */
#ifndef HF_SERVER_MACHINE_KEYMAPS_H
#define HF_SERVER_MACHINE_KEYMAPS_H

#include "input/keymap.h"

struct named_keymap;

/* All that are in use; starts as zeroes. */
struct keymaps {
    struct named_keymap *first;
};

/* The map with that name, loaded when nobody has it; NULL when there is no such layout. Give it
 * back. */
struct keymap *keymaps_get(struct keymaps *all, const char *name);
/* The last one who gives it back frees it; *map becomes NULL. NULL inside is fine. */
void keymaps_put(struct keymaps *all, struct keymap **map);

#endif
