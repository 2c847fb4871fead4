/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What nodes may be called: it stands in certificates, in keys of the store and in names of
 * files. Pure. */
#ifndef HF_SERVER_CLUSTER_LINK_NAME_H
#define HF_SERVER_CLUSTER_LINK_NAME_H

#include <stdbool.h>

enum { LINK_NODE_NAME_MOST = 64 }; /* bytes, without the zero */

/* 1 to LINK_NODE_NAME_MOST letters, digits, '.', '-' and '_', the first a letter or a digit. */
bool link_node_name_good(const char *node);

#endif
