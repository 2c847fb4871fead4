/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What makes links may do with them; for link*.c only. */
#ifndef HF_SERVER_CLUSTER_LINK_PRIVATE_H
#define HF_SERVER_CLUSTER_LINK_PRIVATE_H

#include "server/cluster/link.h"

/* Ends it; `down` is told why (copied) when the loop comes round. A link without a stream
 * (link_new with NULL inside) does nothing but wait for that. */
void link_break(struct link *link, const char *why);

#endif
