/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes that find and lose each other by a real etcd, without links. */
#include <config.h>
#include "server/cluster/directory.h"
#include "server/cluster/peer.h"
#include "server/cluster/registry.h"
#include "server/etcd/store_etcd.h"
#include "server/machine/machines.h"
#include "tests/unit/server/cluster/still_peers.h"
#include "tests/unit/server/etcd/etcd_process.h"
#include "tests/unit/server/waiting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct node {
    struct cluster cluster; /* first */
    struct machines machines;
    struct registry registry;
    struct directory directory;
    struct directory_ops ops;
    struct store *store;
    unsigned found; /* how often another node was */
};

static struct etcd_process etcd;

/* ---- what is noted ---- */

static struct peer *note_peer(struct cluster *c, const char *node, const char *address)
{
    ((struct node *)c)->found++;
    return still_peer_new(c, node, address);
}

static void put_again(struct cluster *c)
{
    registry_put_again(&((struct node *)c)->registry);
}

/* ---- nodes ---- */

static void on_away(void *self, bool away, const char *why)
{
    struct node *n = self;
    (void)why;
    n->cluster.store_away = away;
    directory_store_away(&n->directory);
}

static void begin(struct node *n, sd_event *loop, const char *name)
{
    const char *why = NULL, *endpoints[] = {etcd.url};
    char address[64];
    const struct store_etcd_options options = {
        .endpoints = endpoints, .n_endpoints = 1, .away = on_away, .self = n};
    *n = (struct node){.cluster.loop = loop, .ops = still_peers};
    n->ops.new_peer = note_peer;
    n->ops.own_gone = put_again;
    snprintf(n->cluster.node, sizeof(n->cluster.node), "%s", name);
    snprintf(address, sizeof(address), "%s:5999", name);
    assert_int_equal(store_etcd_open(&n->store, loop, &options, &why), 0);
    registry_start(&n->registry, loop, n->store, &n->machines, n->cluster.node, address);
    directory_start(&n->directory, &n->cluster, n->store, &n->ops, n->registry.record.instance);
    n->directory.grace_us = 0;
    n->directory.tick_us = 100000;
}

static void end(struct node *n)
{
    registry_stop(&n->registry);
    directory_stop(&n->directory);
    n->store->ops->close(n->store);
}

static bool knows(const struct node *n, const char *name)
{
    const struct known_node *k = directory_node(&n->directory, name);
    return k && k->peer && k->in_store;
}

/* Until node knows that one, or does not any more. */
static void until(sd_event *loop, const struct node *n, const char *name, bool known)
{
    const uint64_t end_us = waiting_end_us();
    while (knows(n, name) != known)
        waiting_turn(loop, end_us);
}

static void until_found(sd_event *loop, const struct node *n, unsigned times)
{
    const uint64_t end_us = waiting_end_us();
    while (n->found < times)
        waiting_turn(loop, end_us);
}

static void until_away(sd_event *loop, const struct node *n, bool away)
{
    const uint64_t end_us = waiting_end_us();
    while (n->cluster.store_away != away)
        waiting_turn(loop, end_us);
}

static int set_up(void **state)
{
    sd_event *loop = NULL;
    assert_true(sd_event_new(&loop) >= 0);
    *state = loop;
    return 0;
}

static int tear_down(void **state)
{
    sd_event_unref(*state);
    return 0;
}

/* ---- tests ---- */

static void two_nodes_find_each_other_and_one_leaves(void **state)
{
    sd_event *loop = *state;
    struct node a, b;
    begin(&a, loop, "a");
    until(loop, &a, "b", false);
    begin(&b, loop, "b");
    until(loop, &a, "b", true);
    until(loop, &b, "a", true);
    assert_string_equal(directory_node(&b.directory, "a")->peer->address, "a:5999");
    end(&b);
    until(loop, &a, "b", false);
    end(&a);
}

static void a_node_that_is_silent_is_gone_with_its_lease_and_comes_back(void **state)
{
    sd_event *loop = *state;
    struct node a, b;
    begin(&a, loop, "a");
    begin(&b, loop, "b");
    until(loop, &a, "b", true);
    sd_event_source_set_enabled(b.registry.renew, SD_EVENT_OFF);
    until_found(loop, &a, 2); /* it hears that it is gone, and asks for another lease */
    end(&a);
    end(&b);
}

static void who_is_deleted_from_the_store_comes_back(void **state)
{
    sd_event *loop = *state;
    struct node a, b;
    begin(&a, loop, "a");
    begin(&b, loop, "b");
    until(loop, &a, "b", true);
    b.store->ops->delete (b.store, "node/b", NULL, NULL, NULL);
    until_found(loop, &a, 2);
    end(&a);
    end(&b);
}

static void an_etcd_that_crashes_and_comes_back_changes_nothing(void **state)
{
    sd_event *loop = *state;
    struct node a, b;
    begin(&a, loop, "a");
    begin(&b, loop, "b");
    until(loop, &a, "b", true);
    until(loop, &b, "a", true);
    struct peer *peer = directory_node(&a.directory, "b")->peer;
    etcd_process_kill(&etcd);
    until_away(loop, &a, true);
    until_away(loop, &b, true);
    assert_true(knows(&a, "b"));
    etcd_process_start(&etcd);
    until_away(loop, &a, false);
    until_away(loop, &b, false);
    assert_ptr_equal(directory_node(&a.directory, "b")->peer, peer);
    end(&b);
    until(loop, &a, "b", false);
    end(&a);
}

static void a_node_that_starts_without_etcd_is_known_when_that_is_there(void **state)
{
    sd_event *loop = *state;
    struct node a, b;
    begin(&a, loop, "a");
    etcd_process_kill(&etcd);
    begin(&b, loop, "b");
    until_away(loop, &b, true);
    etcd_process_start(&etcd);
    until(loop, &a, "b", true);
    until(loop, &b, "a", true);
    end(&a);
    end(&b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static int start_etcd(void **state)
{
    (void)state;
    etcd_process_init(&etcd);
    etcd_process_start(&etcd);
    return 0;
}

static int stop_etcd(void **state)
{
    (void)state;
    etcd_process_fini(&etcd);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_nodes_find_each_other_and_one_leaves),
        TEST(a_node_that_is_silent_is_gone_with_its_lease_and_comes_back),
        TEST(who_is_deleted_from_the_store_comes_back),
        TEST(an_etcd_that_crashes_and_comes_back_changes_nothing),
        TEST(a_node_that_starts_without_etcd_is_known_when_that_is_there),
    };
    return cmocka_run_group_tests_name("cluster_store", tests, start_etcd, stop_etcd);
}
