/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people are told about nodes, and where they are sent from one that is drained. */
#include <config.h>
#include "base/alloc.h"
#include "server/cluster/cluster_parts.h"
#include "server/cluster/peer.h"
#include "server/config.h"
#include "server/machine/machine.h"
#include "tests/unit/server/cluster/still_peers.h"
#include "tests/unit/server/waiting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

struct fixture {
    struct cluster cluster; /* first */
    struct cluster_parts parts;
    struct config config;
    struct store *store;
    bool answered;
    char told[512];
};

/* ---- a link whose other end is nobody ---- */

static bool on_up(void *self, struct link *link, const char *node, const char **why_r)
{
    (void)self;
    (void)link;
    (void)node;
    (void)why_r;
    return true;
}

static const char *on_message(void *self, enum link_type type, struct reader *payload)
{
    (void)self;
    (void)type;
    (void)payload;
    return NULL;
}

static void on_down(void *self, const char *why)
{
    (void)self;
    (void)why;
}

static const struct link_owner_ops link_ops = {on_up, on_message, on_down};

/* ---- setting up ---- */

static void on_answer(void *self, const struct store_answer *a)
{
    (void)a;
    ((struct fixture *)self)->answered = true;
}

static void settle(struct fixture *f)
{
    const uint64_t end_us = waiting_end_us();
    f->answered = false;
    f->store->ops->get(f->store, "x", NULL, on_answer, f);
    while (!f->answered)
        waiting_turn(f->cluster.loop, end_us);
}

static struct peer *add(struct fixture *f, const char *name, const char *address,
                        const char *machine)
{
    char *key = alloc_printf("node/%s", name),
         *place = alloc_printf("place/%s/%s", name, machine);
    char *value = alloc_printf("{\"address\":\"%s\",\"version\":\"7\"}", address);
    f->store->ops->put(f->store, key, value, 0, NULL, NULL);
    f->store->ops->put(f->store, place, "{\"state\":\"running\"}", 0, NULL, NULL);
    free(key);
    free(place);
    free(value);
    settle(f);
    return cluster_peer(&f->cluster, name);
}

/* Its link counts as up; the other end of it is nobody. */
static void connect_peer(struct fixture *f, struct peer *peer)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
                     0);
    struct stream *stream = stream_from_fd(fds[0]), *other = stream_from_fd(fds[1]);
    const struct link_options options = {
        .loop = f->cluster.loop, .node = "me", .dialed = true, .ops = &link_ops};
    peer->link = link_new(&stream, &options);
    stream_close(&other);
    cluster_peer_up(&f->cluster, peer);
}

static int set_up(void **state)
{
    static char address[] = "10.0.0.9:5999";
    struct fixture *f = calloc(1, sizeof(*f));
    char *why = NULL;
    f->cluster.parts = &f->parts;
    f->cluster.config = &f->config;
    f->config.cluster_advertise = address;
    strcpy(f->cluster.node, "me");
    assert_true(sd_event_new(&f->cluster.loop) >= 0);
    assert_int_equal(store_sqlite_open(&f->store, f->cluster.loop, ":memory:", &why), 0);
    directory_start(&f->parts.directory, &f->cluster, f->store, &still_peers, "1");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    directory_stop(&f->parts.directory);
    f->store->ops->close(f->store);
    sd_event_unref(f->cluster.loop);
    free(f);
    return 0;
}

/* ---- tests ---- */

static void note(void *to, const struct cluster_node *n)
{
    struct fixture *f = to;
    size_t at = strlen(f->told);
    snprintf(f->told + at, sizeof(f->told) - at, "%s%s@%s %s %zu%s; ", n->node,
             n->self ? "!" : "", n->address, n->link, n->machines,
             n->draining ? " draining" : "");
}

static void nodes_are_told_by_name_and_ourselves_first(void **state)
{
    struct fixture *f = *state;
    add(f, "c", "10.0.0.3:5999", "name:web1");
    connect_peer(f, add(f, "a", "10.0.0.1:5999", "name:web1"));
    add(f, "b", "10.0.0.2:5999", "name:web2")->draining = true;
    cluster_each_node(&f->cluster, note, f);
    assert_string_equal(f->told, "me!@10.0.0.9:5999 up 0; a@10.0.0.1:5999 up 1; "
                                 "b@10.0.0.2:5999 connecting 1 draining; "
                                 "c@10.0.0.3:5999 connecting 1; ");
    const struct cluster_counts n = cluster_count(&f->cluster);
    assert_int_equal(n.nodes, 4);
    assert_int_equal(n.links_up, 1);
    assert_int_equal(n.machines, 3);
}

static void who_is_not_drained_refuses_nobody(void **state)
{
    struct fixture *f = *state;
    char text[CLUSTER_REFUSAL_SIZE];
    assert_null(cluster_refusal(NULL, NULL, text));
    assert_null(cluster_refusal(&f->cluster, NULL, text));
}

static void viewers_are_sent_where_the_machine_is(void **state)
{
    struct fixture *f = *state;
    struct machine web2 = {.name = (char[]){"web2"}};
    char text[CLUSTER_REFUSAL_SIZE];
    f->cluster.draining = true;
    assert_string_equal(cluster_refusal(&f->cluster, &web2, text),
                        "this host is being drained: connect to another one");
    connect_peer(f, add(f, "a", "10.0.0.1:5999", "name:web1"));
    assert_string_equal(cluster_refusal(&f->cluster, &web2, text),
                        "this host is being drained: connect to a (10.0.0.1)");
    struct peer *b = add(f, "b", "[fd00::2]:5999", "name:web2");
    assert_string_equal(cluster_refusal(&f->cluster, &web2, text),
                        "this host is being drained: connect to a (10.0.0.1)");
    connect_peer(f, b);
    assert_string_equal(cluster_refusal(&f->cluster, &web2, text),
                        "this host is being drained: connect to b ([fd00::2])");
    b->draining = true;
    assert_string_equal(cluster_refusal(&f->cluster, &web2, text),
                        "this host is being drained: connect to a (10.0.0.1)");
}

/* As a daemon of this name that is started on what the store has. */
static void start_again(struct fixture *f)
{
    f->cluster.draining = false;
    f->parts.drain_said = false;
    cluster_learn_draining(&f->cluster);
}

static void draining_lasts_until_somebody_ends_it(void **state)
{
    struct fixture *f = *state;
    f->cluster.store = f->store;
    start_again(f);
    settle(f);
    assert_false(f->cluster.draining);
    cluster_set_draining(&f->cluster, true);
    start_again(f);
    settle(f);
    assert_true(f->cluster.draining);
    strcpy(f->cluster.node, "you"); /* another node is not */
    start_again(f);
    settle(f);
    assert_false(f->cluster.draining);
    strcpy(f->cluster.node, "me");
    start_again(f);
    cluster_set_draining(&f->cluster, false); /* sooner than the store answers */
    settle(f);
    assert_false(f->cluster.draining);
    start_again(f);
    settle(f);
    assert_false(f->cluster.draining);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nodes_are_told_by_name_and_ourselves_first),
        TEST(who_is_not_drained_refuses_nobody),
        TEST(viewers_are_sent_where_the_machine_is),
        TEST(draining_lasts_until_somebody_ends_it),
    };
    return cmocka_run_group_tests_name("nodes", tests, NULL, NULL);
}
