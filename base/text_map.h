/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds things by a text that they bear. What is found embeds an entry; memory of things and
 * texts is the owner's. For texts that no stranger chooses. */
#ifndef HF_BASE_TEXT_MAP_H
#define HF_BASE_TEXT_MAP_H

#include <stddef.h>
#include <stdint.h>

struct text_map_entry {
    struct text_map_entry *next;
    const char *key; /* lent; stays what it is while the entry is in the map */
    uint32_t hash;
};

/* Of zeros: empty. */
struct text_map {
    struct text_map_entry **slots;
    size_t n_slots, n;
};

/* NULL: there is none. */
struct text_map_entry *text_map_find(const struct text_map *map, const char *key);
/* No entry has this key yet. */
void text_map_add(struct text_map *map, struct text_map_entry *entry, const char *key);
void text_map_remove(struct text_map *map, struct text_map_entry *entry);
/* Frees the map's own memory. */
void text_map_fini(struct text_map *map);

#endif
