/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/served_views.h"

const char *served_view_message(struct served *served, enum link_type type,
                                struct reader *payload)
{
    (void)served;
    (void)type;
    (void)payload;
    return NULL;
}

void served_views_end(struct served_machine *sm)
{
    (void)sm;
}
