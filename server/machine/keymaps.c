/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/keymaps.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

struct named_keymap {
    struct named_keymap *next;
    char *name;
    struct keymap *map;
    unsigned refs;
};

static struct named_keymap *load(struct keymaps *all, const char *name)
{
    struct keymap *map = NULL;
    if (keymap_new(&map, name) < 0)
        return NULL;
    struct named_keymap *k = ALLOC(struct named_keymap);
    k->name = alloc_text(name);
    k->map = map;
    k->next = all->first;
    all->first = k;
    return k;
}

struct keymap *keymaps_get(struct keymaps *all, const char *name)
{
    struct named_keymap *k = all->first;
    while (k && strcmp(k->name, name) != 0)
        k = k->next;
    if (!k)
        k = load(all, name);
    if (!k)
        return NULL;
    k->refs++;
    return k->map;
}

void keymaps_put(struct keymaps *all, struct keymap **map)
{
    struct named_keymap **at = &all->first;
    while (*at && (*at)->map != *map)
        at = &(*at)->next;
    *map = NULL;
    if (!*at || --(*at)->refs)
        return;
    struct named_keymap *k = *at;
    *at = k->next;
    keymap_free(&k->map);
    free(k->name);
    free(k);
}
