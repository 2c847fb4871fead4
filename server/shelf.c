/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/shelf.h"
#include "base/alloc.h"

#include <stdlib.h>

struct shelf_item {
    struct shelf_item *next, **link;          /* of its bucket */
    struct shelf_item *newer, *older;         /* by use */
    struct shelf_item *beside, **beside_link; /* of its section */
    struct shelf_section *section;
    int block;
    uint64_t hash;
    size_t size;
    struct piece *piece;
};

bool shelf_memory_is_scarce(void)
{
    return blob_bytes_live() > BLOB_BYTES_MOST;
}

static struct shelf_item **bucket_of(struct shelf *s, int block, uint64_t hash)
{
    enum { BUCKETS = sizeof(s->buckets) / sizeof(s->buckets[0]) };
    return &s->buckets[((hash ^ (uint64_t)block) * 0x9e3779b97f4a7c15 >> 32) % BUCKETS];
}

/* ---- by use ---- */

static void unlink_use(struct shelf *s, struct shelf_item *item)
{
    *(item->newer ? &item->newer->older : &s->newest) = item->older;
    *(item->older ? &item->older->newer : &s->oldest) = item->newer;
}

static void link_newest(struct shelf *s, struct shelf_item *item)
{
    item->newer = NULL;
    item->older = s->newest;
    *(s->newest ? &s->newest->newer : &s->oldest) = item;
    s->newest = item;
}

/* ---- coming and going ---- */

static void push(struct shelf_item **list, struct shelf_item *item)
{
    item->next = *list;
    if (item->next)
        item->next->link = &item->next;
    item->link = list;
    *list = item;
}

static void push_beside(struct shelf_item **list, struct shelf_item *item)
{
    item->beside = *list;
    if (item->beside)
        item->beside->beside_link = &item->beside;
    item->beside_link = list;
    *list = item;
}

static void drop(struct shelf *s, struct shelf_item *item)
{
    unlink_use(s, item);
    *item->link = item->next;
    if (item->next)
        item->next->link = item->link;
    *item->beside_link = item->beside;
    if (item->beside)
        item->beside->beside_link = item->beside_link;
    s->bytes -= item->size;
    s->n--;
    piece_unref(&item->piece);
    free(item);
}

static struct shelf_item *find(struct shelf_section *section, const struct encode_class *class,
                               int block, uint64_t hash)
{
    struct shelf_item *item = *bucket_of(section->shelf, block, hash);
    while (item && !(item->section == section && item->block == block && item->hash == hash &&
                     encode_class_equal(&item->piece->class, class)))
        item = item->next;
    return item;
}

struct piece *shelf_find(struct shelf_section *section, const struct encode_class *class,
                         int block, uint64_t hash)
{
    struct shelf *s = section->shelf;
    struct shelf_item *item = find(section, class, block, hash);
    s->hits += item != NULL;
    s->misses += !item;
    if (!item)
        return NULL;
    unlink_use(s, item);
    link_newest(s, item);
    return item->piece;
}

void shelf_keep(struct shelf_section *section, int block, uint64_t hash, struct piece *piece)
{
    struct shelf *s = section->shelf;
    struct shelf_item *before = find(section, &piece->class, block, hash);
    if (before)
        drop(s, before);
    struct shelf_item *item = ALLOC(struct shelf_item);
    item->section = section;
    item->block = block;
    item->hash = hash;
    item->piece = piece_ref(piece);
    item->size = sizeof(*item) + piece_size(piece);
    push(bucket_of(s, block, hash), item);
    push_beside(&section->items, item);
    link_newest(s, item);
    s->bytes += item->size;
    s->n++;
    shelf_trim(s);
}

void shelf_forget(struct shelf_section *section)
{
    while (section->items)
        drop(section->shelf, section->items);
}

void shelf_trim(struct shelf *s)
{
    while (s->oldest && (s->bytes > SHELF_BYTES_MOST || shelf_memory_is_scarce()))
        drop(s, s->oldest);
}
