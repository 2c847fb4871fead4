/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/peer_seats.h"
#include "server/cluster/cluster.h"

void peer_seats_start(struct cluster *c)
{
    (void)c;
}

void peer_seats_stop(struct cluster *c)
{
    (void)c;
}

const char *peer_seat_message(struct peer *peer, enum link_type type, struct reader *payload)
{
    (void)peer;
    (void)type;
    (void)payload;
    return NULL;
}

void peer_seats_up(struct peer_machine *pm)
{
    (void)pm;
}

void peer_seats_down(struct peer_machine *pm)
{
    (void)pm;
}

void peer_seats_follow(struct cluster *c, struct machine *m)
{
    (void)c;
    (void)m;
}
