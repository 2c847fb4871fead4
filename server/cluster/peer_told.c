/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a peer says: of itself and its places, else to whom its machine belongs. */
#include <config.h>
#include "server/attach/node.h"
#include "server/cluster/cluster.h"
#include "server/cluster/peer_private.h"
#include "server/cluster/peer_seats.h"
#include "server/cluster/peer_views.h"

#include <string.h>

static void take_place(struct own *o, const struct machine_msg *msg)
{
    struct machine_msg_place place = msg->place;
    struct cluster_place told = {
        .peer = &o->peer,
        .key = place.key,
        .name = place.name,
        .has_uuid = place.has_uuid,
        .state = place.state,
        .epoch = place.epoch,
        .by_link = true,
    };
    memcpy(told.uuid, place.uuid, sizeof(told.uuid));
    cluster_told_place(o->peer.cluster, &o->peer, &told);
}

static const char *take_about_node(struct own *o, enum link_type type,
                                   const struct machine_msg *msg)
{
    if (type == LINK_NODE)
        o->peer.draining = msg->on;
    else if (type == LINK_PLACE)
        take_place(o, msg);
    else
        cluster_told_gone(o->peer.cluster, &o->peer, msg->place.key);
    return NULL;
}

static const char *take_about_machine(struct own *o, enum link_type type,
                                      const struct machine_msg *msg)
{
    struct peer_machine *pm = peer_machine_find(&o->peer, msg->machine);
    if (pm && pm->open)
        node_place_told(pm, type, msg);
    return NULL;
}

typedef const char *taker(struct own *o, enum link_type type, const struct machine_msg *msg);

static taker *taker_of(enum link_type type)
{
    if (type >= LINK_PLACE && type <= LINK_NODE)
        return take_about_node;
    return type >= LINK_STATE && type <= LINK_INPUT_BACK ? take_about_machine : NULL;
}

const char *peer_on_message(void *self, enum link_type type, struct reader *payload)
{
    struct own *o = self;
    struct machine_msg msg;
    taker *take = taker_of(type);
    if (type >= LINK_VIEW_SIZE && type <= LINK_BLOCK)
        return peer_view_message(&o->peer, type, payload);
    if (type >= LINK_SEAT_JOINED && type <= LINK_VERDICT)
        return peer_seat_message(&o->peer, type, payload);
    if (!take)
        return "a message that is not for the node that called";
    const char *why = machine_msg_read(payload, type, &msg);
    return why ? why : take(o, type, &msg);
}
