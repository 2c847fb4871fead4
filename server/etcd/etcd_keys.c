/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/etcd/etcd_keys.h"
#include "base/alloc.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct known {
    char *key;
    uint64_t revision;
    unsigned round; /* of the list that it was in last */
};

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct known *)a)->key, ((const struct known *)b)->key);
}

bool etcd_keys_set(struct etcd_keys *keys, const char *key, uint64_t revision)
{
    const struct known wanted = {.key = (char *)key};
    void *node = tfind(&wanted, &keys->root, by_key);
    struct known *k = node ? *(struct known **)node : NULL;
    bool news = !k || k->revision < revision;
    if (!k) {
        k = ALLOC(struct known);
        k->key = alloc_text(key);
        tsearch(k, &keys->root, by_key);
    }
    k->revision = news ? revision : k->revision;
    k->round = keys->round;
    return news;
}

static void free_known(void *self)
{
    struct known *k = self;
    free(k->key);
    free(k);
}

bool etcd_keys_remove(struct etcd_keys *keys, const char *key)
{
    const struct known wanted = {.key = (char *)key};
    void *node = tfind(&wanted, &keys->root, by_key);
    if (!node)
        return false;
    struct known *k = *(struct known **)node;
    tdelete(k, &keys->root, by_key);
    free_known(k);
    return true;
}

void etcd_keys_begin(struct etcd_keys *keys)
{
    keys->round++;
}

struct unseen {
    unsigned round;
    struct known **list;
    size_t n;
};

static void look(const void *node, VISIT visit, void *self)
{
    struct unseen *u = self;
    struct known *k = *(struct known *const *)node;
    if ((visit != postorder && visit != leaf) || k->round == u->round)
        return;
    u->list = alloc_resize(u->list, u->n + 1, sizeof(struct known *));
    u->list[u->n++] = k;
}

void etcd_keys_end(struct etcd_keys *keys, void (*gone)(void *self, const char *key),
                   void *self)
{
    struct unseen u = {.round = keys->round};
    twalk_r(keys->root, look, &u);
    for (size_t i = 0; i < u.n; i++)
        tdelete(u.list[i], &keys->root, by_key);
    for (size_t i = 0; i < u.n; i++) {
        gone(self, u.list[i]->key);
        free_known(u.list[i]);
    }
    free(u.list);
}

void etcd_keys_fini(struct etcd_keys *keys)
{
    tdestroy(keys->root, free_known);
    keys->root = NULL;
}
