/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/peer_views.h"

const char *peer_view_message(struct peer *peer, enum link_type type, struct reader *payload)
{
    (void)peer;
    (void)type;
    (void)payload;
    return NULL;
}

void peer_views_up(struct peer_machine *pm)
{
    (void)pm;
}

void peer_views_down(struct peer_machine *pm)
{
    (void)pm;
}
