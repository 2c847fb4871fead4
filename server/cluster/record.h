/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nodes write about themselves and their machines into the store: keys node/NAME and
 * place/NAME/KEY, values in JSON. Members that a later version adds are passed over. Pure.
 */
#ifndef HF_SERVER_CLUSTER_RECORD_H
#define HF_SERVER_CLUSTER_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/attach/attach.h"

#define RECORD_NODES "node/"
#define RECORD_PLACES "place/"

enum { RECORD_TEXT_MOST = 256 }; /* bytes of a text in it, with the zero */

struct node_record {
    char address[RECORD_TEXT_MOST];  /* where the node is dialed */
    char version[RECORD_TEXT_MOST];  /* of its program */
    char instance[RECORD_TEXT_MOST]; /* another with each start of the daemon */
    bool draining;
};

struct place_record {
    char name[RECORD_TEXT_MOST];
    uint8_t uuid[16];
    bool has_uuid;
    enum place_state state;
    uint64_t epoch;
};

/* Caller frees. */
char *node_record_text(const struct node_record *r);
char *place_record_text(const struct place_record *r);
/* False: it is no such record. */
bool node_record_read(const char *text, struct node_record *r_r);
bool place_record_read(const char *text, struct place_record *r_r);

/* The name in "node/NAME"; false: it is no good name. */
bool record_node_of(const char *key, char *node_r, size_t size);
/* Splits "place/NAME/KEY"; *key_r is lent from `text`. False: it is none, or its KEY is longer
 * than CLUSTER_KEY_MOST or no "uuid:..." or "name:...". */
bool record_place_of(const char *text, char *node_r, size_t size, const char **key_r);

#endif
