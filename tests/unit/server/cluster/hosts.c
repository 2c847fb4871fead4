/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/cluster/hosts.h"
#include "base/alloc.h"
#include "server/cluster/peer_seats.h"
#include "server/cluster/peer_views.h"
#include "server/cluster/served_seats.h"
#include "server/part.h"
#include "tests/unit/server/waiting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- what stands in cluster.c: what links tell is believed ---- */

static struct host *host_of(const struct cluster *c)
{
    return (struct host *)c;
}

struct peer *cluster_peer(const struct cluster *c, const char *node)
{
    struct peer *p = c->peers;
    while (p && strcmp(p->node, node) != 0)
        p = p->next;
    return p;
}

struct cluster_place *cluster_place_find(const struct cluster *c, const struct peer *peer,
                                         const char *key)
{
    struct cluster_place *p = c->places;
    while (p && !(p->peer == peer && strcmp(p->key, key) == 0))
        p = p->next;
    return p;
}

void cluster_peer_up(struct cluster *c, struct peer *peer)
{
    (void)peer;
    host_of(c)->n_up++;
}

void cluster_peer_down(struct cluster *c, struct peer *peer)
{
    (void)peer;
    host_of(c)->n_down++;
}

static void open_place(struct cluster *c, const struct cluster_place *p)
{
    const char *why = NULL;
    char *text = alloc_printf("node:%s/%s", p->peer->node, p->key);
    if (machines_open_node_place(c->machines, text, &why) < 0)
        fail_msg("%s: %s", text, why);
    free(text);
}

void cluster_told_place(struct cluster *c, struct peer *peer, const struct cluster_place *told)
{
    struct cluster_place *p = cluster_place_find(c, peer, told->key);
    if (p) {
        p->state = told->state;
        return;
    }
    p = ALLOC(struct cluster_place);
    *p = *told;
    p->key = alloc_text(told->key);
    p->name = alloc_text(told->name);
    p->next = c->places;
    c->places = p;
    open_place(c, p);
}

static void place_free(struct cluster *c, struct cluster_place *p)
{
    struct cluster_place **at = &c->places;
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    free(p->key);
    free(p->name);
    free(p);
}

void cluster_told_gone(struct cluster *c, struct peer *peer, const char *key)
{
    struct cluster_place *p = cluster_place_find(c, peer, key);
    if (!p)
        return;
    char *text = alloc_printf("node:%s/%s", peer->node, key);
    machines_close_node_place(c->machines, text);
    free(text);
    place_free(c, p);
}

/* ---- sessions: not of these tests ---- */

#ifndef HOSTS_WITH_SESSIONS
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

const char *served_seat_message(struct served *served, enum link_type type,
                                struct reader *payload)
{
    (void)served;
    (void)type;
    (void)payload;
    return NULL;
}

void served_seats_begin(struct served_machine *sm)
{
    (void)sm;
}

void served_seats_end(struct served_machine *sm)
{
    (void)sm;
}

bool served_may_type(struct served_machine *sm, bool press, uint64_t *owner_r)
{
    (void)press;
    *owner_r = 1;
    return host_of(sm->served->cluster)->may_type;
}

bool served_may_look(const struct served_machine *sm)
{
    return host_of(sm->served->cluster)->may_look;
}

bool served_is_late(const struct served_machine *sm)
{
    (void)sm;
    return false;
}

uint64_t served_driver(const struct served_machine *sm)
{
    return sm->hands.owner;
}
#endif

/* ---- hosts ---- */

static void on_places(void *self, struct machine *m)
{
#ifdef HOSTS_WITH_SESSIONS
    peer_seats_follow(self, m);
#endif
    served_machine_changed(self, m);
}

static void on_removed(void *self, struct machine *m)
{
#ifdef HOSTS_WITH_SESSIONS
    peer_seats_gone(self, m);
#endif
    served_machine_gone(self, m);
}

static void host_start(struct host *h, sd_event *loop, const char *name)
{
    *h = (struct host){.may_type = true, .may_look = true};
    h->config = config_builtin();
    assert_int_equal(loop_pool_start(&h->workers, loop, 1, &part_scratch_ops), 0);
    h->fanout = (struct fanout_shared){.loop = loop, .pool = h->workers.pool, .n_workers = 1};
    h->cluster.loop = loop;
    h->cluster.config = h->config;
    h->cluster.machines = &h->machines;
    snprintf(h->cluster.node, sizeof(h->cluster.node), "%s", name);
    h->machines.cluster = &h->cluster;
    h->machines.keep_view = peer_views_keep;
    h->machines.keeper_self = &h->fanout;
    h->machines.pool = h->workers.pool;
    h->machines.on_places = on_places;
    h->machines.on_removed = on_removed;
    h->machines.self = h;
    machines_start(&h->machines, loop, h->config);
    for (int i = 0; i < HOSTS; i++)
        h->lines[i].far = h->lines[i].near = -1;
}

static int number_of(struct hosts *all, const struct host *h)
{
    return h == &all->a ? 0 : h == &all->b ? 1 : 2;
}

static void know(struct hosts *all, struct host *from, struct host *to)
{
    from->lines[number_of(all, to)].peer = peer_new(&from->cluster, to->cluster.node, NULL);
}

void hosts_start(struct hosts *all)
{
    struct host *hosts[] = {&all->a, &all->b, &all->g};
    static const char *const names[] = {"a", "b", "g"};
    assert_true(sd_event_new(&all->loop) >= 0);
    for (int i = 0; i < HOSTS; i++)
        host_start(hosts[i], all->loop, names[i]);
    for (int i = 0; i < HOSTS; i++) {
        for (int k = 0; k < HOSTS; k++) {
            if (i != k)
                know(all, hosts[i], hosts[k]);
        }
    }
}

static void host_stop(struct host *h)
{
    machines_stop(&h->machines);
    served_stop(&h->cluster);
    while (h->cluster.peers) {
        struct peer *p = h->cluster.peers;
        peer_free(&p);
    }
    for (int i = 0; i < HOSTS; i++) {
        link_free(&h->lines[i].door);
        if (h->lines[i].near >= 0)
            close(h->lines[i].near);
    }
    while (h->cluster.places)
        place_free(&h->cluster, h->cluster.places);
    loop_pool_stop(&h->workers);
    config_free(&h->config);
}

void hosts_stop(struct hosts *all)
{
    host_stop(&all->a);
    host_stop(&all->b);
    host_stop(&all->g);
    sd_event_unref(all->loop);
}

void hosts_wait(struct hosts *all, bool (*done)(void *self), void *self)
{
    wait_until(all->loop, done, self);
}

void hosts_settle(struct hosts *all)
{
    const uint64_t end_us = waiting_end_us();
    while (sd_event_run(all->loop, 0) > 0)
        assert_true(waiting_clock_us() < end_us);
}

/* ---- lines ---- */

struct door {
    struct hosts *all;
    struct host *to;
    struct host_line *line;
};

static bool on_door_up(void *self, struct link *link, const char *node, const char **why_r)
{
    struct door *d = self;
    (void)why_r;
    d->line->door = NULL;
    served_new(&d->to->cluster, link, node);
    free(d);
    return true;
}

static const char *on_door_message(void *self, enum link_type type, struct reader *payload)
{
    (void)self;
    (void)payload;
    fail_msg("message %d before the link was up", (int)type);
    return NULL;
}

static void on_door_down(void *self, const char *why)
{
    (void)self;
    fail_msg("the link never was up: %s", why);
}

static const struct link_owner_ops door_ops = {on_door_up, on_door_message, on_door_down};

static bool is_joined(void *self)
{
    struct host_line *line = self;
    return line->peer->link && !line->door;
}

static void forget_near(struct host_line *line)
{
    if (line->near >= 0)
        close(line->near);
    line->near = -1;
}

void hosts_join(struct hosts *all, struct host *from, struct host *to)
{
    int fds[2];
    struct host_line *line = &from->lines[number_of(all, to)];
    struct door *d = ALLOC(struct door);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
                     0);
    forget_near(line);
    line->near = dup(fds[0]);
    struct stream *near = stream_from_fd(fds[0]), *far = stream_from_fd(fds[1]);
    *d = (struct door){all, to, line};
    line->far = fds[1];
    struct link_options options = {
        .loop = all->loop, .node = to->cluster.node, .ops = &door_ops, .self = d};
    line->door = link_new(&far, &options);
    peer_take_stream(line->peer, &near);
    hosts_wait(all, is_joined, line);
    hosts_settle(all);
}

static bool is_cut(void *self)
{
    struct host_line *line = self;
    return !line->peer->link;
}

void hosts_cut(struct hosts *all, struct host *from, struct host *to)
{
    struct host_line *line = &from->lines[number_of(all, to)];
    assert_int_equal(shutdown(line->far, SHUT_RDWR), 0);
    line->far = -1;
    hosts_wait(all, is_cut, line);
    hosts_settle(all);
}

void hosts_join_again(struct hosts *all, struct host *from, struct host *to)
{
    struct host_line *line = &from->lines[number_of(all, to)];
    int near = line->near; /* as long as it is open, the other end hears nothing */
    line->near = -1;
    assert_int_equal(shutdown(line->far, SHUT_WR), 0);
    hosts_wait(all, is_cut, line);
    hosts_join(all, from, to);
    close(near);
}

/* ---- the machine "m" ---- */

struct machine *host_machine(const struct host *h)
{
    return machines_find(&h->machines, "m");
}

struct fake_place *host_attach(struct host *h, const char *address)
{
    const char *why = NULL;
    char place[64];
    snprintf(place, sizeof(place), "fake:%s", address);
    assert_int_equal(machines_attach(&h->machines, "m", place, &why), 0);
    return fake_place_find(address);
}

struct place *host_place(const struct host *h, const struct host *other)
{
    const struct machine *m = host_machine(h);
    char start[80];
    int n = snprintf(start, sizeof(start), "node:%s/", other->cluster.node);
    for (struct place *p = m ? m->places : NULL; p; p = p->next) {
        if (strncmp(p->text, start, (size_t)n) == 0)
            return p;
    }
    return NULL;
}
