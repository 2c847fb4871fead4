/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registry's parts: registry.c has its life, its lease and what is written,
 * registry_places.c what is to stand there.
 */
#ifndef HF_SERVER_CLUSTER_REGISTRY_PRIVATE_H
#define HF_SERVER_CLUSTER_REGISTRY_PRIVATE_H

#include "server/cluster/registry.h"

/* A machine that stands in the store, or shall. */
struct registered {
    struct text_map_entry entry; /* first */
    struct registered *next, **link;
    char *key;   /* "uuid:..." */
    char *value; /* as it is to be there; NULL: not at all */
    bool dirty;  /* it is not there so */
    bool wanted; /* mark of a scan */
};

/* ---- registry_places.c ---- */

/* NULL: none of that key. */
struct registered *registered_find(const struct registry *r, const char *key);
/* Unlists and frees. */
void registered_drop(struct registry *r, struct registered *e);
/* What writes e, or deletes it, as it is to be; the caller frees key and value. */
struct store_change registered_change(const struct registry *r, const struct registered *e);
/* Compares all with what the machines are now: what differs is dirty. */
void registry_scan(struct registry *r);

#endif
