/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/link_name.h"

#include <string.h>

#define ALPHANUMERIC "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

bool link_node_name_good(const char *node)
{
    size_t n = strlen(node);
    return n <= LINK_NODE_NAME_MOST && strspn(node, ALPHANUMERIC "._-") == n &&
           strspn(node, ALPHANUMERIC) > 0;
}
