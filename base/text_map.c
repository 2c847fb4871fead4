/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/text_map.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a. */
static uint32_t hash_of(const char *key)
{
    uint32_t h = 2166136261u;
    for (; *key; key++)
        h = (h ^ (uint8_t)*key) * 16777619u;
    return h;
}

static struct text_map_entry **slot(const struct text_map *map, uint32_t hash)
{
    return &map->slots[hash & (map->n_slots - 1)];
}

struct text_map_entry *text_map_find(const struct text_map *map, const char *key)
{
    uint32_t hash = hash_of(key);
    struct text_map_entry *e = map->n ? *slot(map, hash) : NULL;
    while (e && !(e->hash == hash && strcmp(e->key, key) == 0))
        e = e->next;
    return e;
}

static void put(struct text_map *map, struct text_map_entry *e)
{
    struct text_map_entry **at = slot(map, e->hash);
    e->next = *at;
    *at = e;
}

static void grow(struct text_map *map)
{
    struct text_map before = *map;
    map->n_slots = before.n_slots ? before.n_slots * 2 : 16;
    map->slots = alloc_zero(map->n_slots, sizeof(*map->slots));
    for (size_t i = 0; i < before.n_slots; i++)
        for (struct text_map_entry *e = before.slots[i], *next; e; e = next) {
            next = e->next;
            put(map, e);
        }
    free(before.slots);
}

void text_map_add(struct text_map *map, struct text_map_entry *e, const char *key)
{
    if (map->n == map->n_slots)
        grow(map);
    e->key = key;
    e->hash = hash_of(key);
    put(map, e);
    map->n++;
}

void text_map_remove(struct text_map *map, struct text_map_entry *e)
{
    struct text_map_entry **at = slot(map, e->hash);
    while (*at != e)
        at = &(*at)->next;
    *at = e->next;
    map->n--;
}

void text_map_fini(struct text_map *map)
{
    free(map->slots);
    *map = (struct text_map){0};
}
