/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/served.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/cluster/cluster.h"
#include "server/cluster/peers.h"
#include "server/cluster/served_private.h"
#include "server/cluster/served_seats.h"
#include "server/cluster/served_views.h"
#include "server/cluster/serving.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IDS = 1024 }; /* buckets */

struct own {
    struct served served;
    struct served_own_machine *by_id[IDS];
};

static struct served_own_machine **bucket(const struct served *served, uint32_t id)
{
    return &((struct own *)served)->by_id[id % IDS];
}

struct served_machine *served_machine_find(const struct served *served, uint32_t id)
{
    struct served_own_machine *own = *bucket(served, id);
    while (own && own->sm.id != id)
        own = own->same;
    return own ? &own->sm : NULL;
}

void served_put(struct served *served, enum link_type type, const struct machine_msg *msg)
{
    struct bytes b;
    bytes_init(&b, LINK_MESSAGE_MOST);
    machine_msg_put(&b, type, msg);
    link_put(served->link, type, &b, NULL, 0);
    bytes_fini(&b);
}

/* ---- what it asks ---- */

static const char *open_machine(struct served *served, const struct machine_msg *msg)
{
    if (served->n_machines == SERVED_MACHINES_MOST)
        return "more machines than one link may ask for";
    if (served_machine_find(served, msg->machine))
        return "a machine's number that is taken";
    struct served_own_machine *own = ALLOC(struct served_own_machine);
    struct served_machine *sm = &own->sm;
    sm->served = served;
    sm->id = msg->machine;
    own->key = alloc_text(msg->key);
    own->same = *bucket(served, sm->id);
    *bucket(served, sm->id) = own;
    sm->next = served->machines;
    if (sm->next)
        sm->next->link = &sm->next;
    sm->link = &served->machines;
    served->machines = sm;
    served->n_machines++;
    served_machine_look(sm);
    return NULL;
}

static void close_machine(struct served_machine *sm)
{
    struct served *served = sm->served;
    struct served_own_machine *own = served_own_machine(sm), **same = bucket(served, sm->id);
    served_input_fini(sm);
    served_machine_unbind(sm);
    served_views_free(sm);
    while (*same != own)
        same = &(*same)->same;
    *same = own->same;
    *sm->link = sm->next;
    if (sm->next)
        sm->next->link = sm->link;
    served->n_machines--;
    free(own->key);
    free(own->problem);
    free(own);
}

static void take_close(struct served_machine *sm, const struct machine_msg *msg)
{
    (void)msg;
    close_machine(sm);
}

static void take_watch(struct served_machine *sm, const struct machine_msg *msg)
{
    served_machine_set_watching(sm, msg->on);
}

static const char *take_about_machine(struct served *served, enum link_type type,
                                      const struct machine_msg *msg)
{
    static void (*const rows[LINK_TYPES])(struct served_machine *,
                                          const struct machine_msg *) = {
        [LINK_CLOSE] = take_close,
        [LINK_WATCH] = take_watch,
        [LINK_INPUT] = served_input_take,
        [LINK_INPUT_MODE] = served_input_take_mode,
    };
    struct served_machine *sm = served_machine_find(served, msg->machine);
    if (!sm)
        return "a machine's number that was not opened";
    rows[type](sm, msg);
    return NULL;
}

static const char *on_message(void *self, enum link_type type, struct reader *payload)
{
    struct served *served = self;
    struct machine_msg msg;
    if (type >= LINK_VIEW_OPEN && type <= LINK_ACK)
        return served_view_message(served, type, payload);
    if (type >= LINK_SEAT_JOIN && type <= LINK_ACT)
        return served_seat_message(served, type, payload);
    if (type < LINK_OPEN || type > LINK_INPUT_MODE)
        return "a message that is not for the node that was called";
    const char *why = machine_msg_read(payload, type, &msg);
    if (why)
        return why;
    return type == LINK_OPEN ? open_machine(served, &msg)
                             : take_about_machine(served, type, &msg);
}

/* ---- life ---- */

static void on_down(void *self, const char *why)
{
    struct served *served = self;
    log_info("cluster: the link of %s ended: %s", served->node, why);
    served_free(&served);
}

static const struct link_owner_ops link_ops = {.message = on_message, .down = on_down};

static void tell_draining(struct served *served)
{
    struct machine_msg msg = {.on = served->cluster->draining};
    served_put(served, LINK_NODE, &msg);
}

/* A node that calls again has lost the link that it had, whether we have heard of that or not.
 */
static void end_before(struct cluster *cluster, const char *node)
{
    struct served *before = cluster->served;
    while (before && strcmp(before->node, node) != 0)
        before = before->next;
    if (before)
        log_info("cluster: %s calls again: its link before is over", node);
    served_free(&before);
}

struct served *served_new(struct cluster *cluster, struct link *link, const char *node)
{
    struct own *own = ALLOC(struct own);
    struct served *served = &own->served;
    end_before(cluster, node);
    served->cluster = cluster;
    served->link = link;
    snprintf(served->node, sizeof(served->node), "%s", node);
    link_set_owner(link, &link_ops, served);
    tell_draining(served);
    served_tell_all(served);
    served->next = cluster->served;
    served->prev = &cluster->served;
    if (served->next)
        served->next->prev = &served->next;
    cluster->served = served;
    struct peer *peer = cluster_peer(cluster, node);
    if (peer)
        peer_is_there(peer);
    return served;
}

void served_free(struct served **at)
{
    struct served *served = *at;
    *at = NULL;
    if (!served)
        return;
    *served->prev = served->next; /* nothing is told to it any more */
    if (served->next)
        served->next->prev = served->prev;
    while (served->machines)
        close_machine(served->machines);
    link_free(&served->link);
    sd_event_source_disable_unref(served->look);
    free(served);
}

void served_stop(struct cluster *cluster)
{
    while (cluster->served) {
        struct served *served = cluster->served;
        served_free(&served);
    }
}

void served_tell_draining(struct cluster *cluster)
{
    for (struct served *s = cluster->served; s; s = s->next)
        tell_draining(s);
}
