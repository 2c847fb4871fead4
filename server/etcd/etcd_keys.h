/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys that a watch has told of, each with its last revision: what a new list is compared
 * with. */
#ifndef HF_SERVER_ETCD_ETCD_KEYS_H
#define HF_SERVER_ETCD_ETCD_KEYS_H

#include <stdbool.h>
#include <stdint.h>

struct etcd_keys {
    void *root; /* of tsearch(3) */
    unsigned round;
};

/* False: this key is known with this revision or a newer one. It is seen in this round. */
bool etcd_keys_set(struct etcd_keys *keys, const char *key, uint64_t revision);
/* False: it was not known. */
bool etcd_keys_remove(struct etcd_keys *keys, const char *key);

/* A list begins; then every key of it is set; then those that were not are taken out, and told.
 */
void etcd_keys_begin(struct etcd_keys *keys);
void etcd_keys_end(struct etcd_keys *keys, void (*gone)(void *self, const char *key),
                   void *self);

void etcd_keys_fini(struct etcd_keys *keys);

#endif
