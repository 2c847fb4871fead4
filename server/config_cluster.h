/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the section `cluster` holds: its kinds of values, and what of it can be judged when all
 * of it is known. Knows no file format. */
#ifndef HF_SERVER_CONFIG_CLUSTER_H
#define HF_SERVER_CONFIG_CLUSTER_H

#include "server/config.h"
#include "server/config_values.h"

enum { CONFIG_ENDPOINTS_MOST = 64 };

extern const struct value_kind value_endpoint; /* text_list: "http://10.0.0.5:2379" */
extern const struct value_kind value_node;     /* char *: see link_node_name_good */
/* char *: an address and a port that other hosts can dial, "10.0.0.1:5999" */
extern const struct value_kind value_advertise;
extern const struct value_kind value_node_listen; /* char *: where nodes are listened for */
extern const struct value_kind value_etcd_user;   /* char * */

/*
 * Whether the section has all that it needs; sets what follows from the rest. path and line
 * (where the section ends) are for `warnings`. NULL, or the fault: a text that the caller
 * frees.
 */
char *config_cluster_check(struct config *c, const char *path, int line);

/* config's section becomes what it is in `before`; whether it was another. */
bool config_cluster_keep(const struct config *before, struct config *config);

#endif
