/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of other nodes, by a store in memory and by links that the test plays. */
#include <config.h>
#include "server/cluster/directory.h"
#include "base/alloc.h"
#include "server/cluster/peer.h"
#include "server/cluster/record.h"
#include "server/config.h"
#include "server/machine/machine.h"
#include "tests/unit/server/cluster/still_peers.h"
#include "tests/unit/server/waiting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DEADLINE_US (60 * UINT64_C(1000000))
#define UUID "11111111-2222-3333-4444-555555555555"
#define KEY "uuid:" UUID

struct fixture {
    struct cluster cluster; /* first */
    struct config config;
    struct directory directory;
    struct store *store;
    char told[4096]; /* what was made and unmade, each with a space behind */
    int answers;
};

static void tell(struct fixture *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void tell(struct fixture *f, const char *format, ...)
{
    size_t n = strlen(f->told);
    va_list args;
    va_start(args, format);
    vsnprintf(f->told + n, sizeof(f->told) - n, format, args);
    va_end(args);
}

/* ---- what is told ---- */

static struct peer *new_peer(struct cluster *c, const char *node, const char *address)
{
    tell((struct fixture *)c, "+%s@%s ", node, address);
    return still_peer_new(c, node, address);
}

static void set_address(struct peer *p, const char *address)
{
    tell((struct fixture *)p->cluster, "%s@%s ", p->node, address);
    still_peer_set_address(p, address);
}

static void keep_peer(struct peer *p, bool on)
{
    tell((struct fixture *)p->cluster, "%s%s ", on ? "keep:" : "leave:", p->node);
}

static void free_peer(struct peer **peer)
{
    tell((struct fixture *)(*peer)->cluster, "-%s ", (*peer)->node);
    still_peer_free(peer);
}

static void tell_place(struct cluster *c, char sign, const struct cluster_place *p)
{
    tell((struct fixture *)c, "%c%s/%s=%s ", sign, p->peer->node, p->name,
         place_state_name(p->state));
}

static void open_place(struct cluster *c, struct cluster_place *p)
{
    tell_place(c, '+', p);
}

static void close_place(struct cluster *c, struct cluster_place *p)
{
    tell_place(c, '-', p);
}

static void place_changed(struct cluster *c, struct cluster_place *p)
{
    tell_place(c, '!', p);
}

static void own_gone(struct cluster *c)
{
    tell((struct fixture *)c, "ourselves ");
}

static const struct directory_ops ops = {
    .new_peer = new_peer,
    .set_address = set_address,
    .keep_peer = keep_peer,
    .free_peer = free_peer,
    .open_place = open_place,
    .close_place = close_place,
    .place_changed = place_changed,
    .own_gone = own_gone,
};

/* ---- the store ---- */

static void on_answer(void *self, const struct store_answer *a)
{
    struct fixture *f = self;
    assert_int_equal(a->err, 0);
    f->answers++;
}

/* What was told since the last call, when all that the store was asked is answered. */
static const char *told(struct fixture *f)
{
    static char text[sizeof(f->told)];
    const uint64_t end_us = waiting_end_us();
    f->answers = 0;
    f->store->ops->get(f->store, "x", NULL, on_answer, f);
    while (f->answers < 1)
        waiting_turn(f->cluster.loop, end_us);
    strcpy(text, f->told);
    f->told[0] = 0;
    return text;
}

/* Waits until this is told, alone. */
static void until(struct fixture *f, const char *text)
{
    const uint64_t end_us = waiting_end_us();
    while (!f->told[0])
        waiting_turn(f->cluster.loop, end_us);
    assert_string_equal(told(f), text);
}

static void put(struct fixture *f, const char *key, const char *value)
{
    f->store->ops->put(f->store, key, value, 0, NULL, NULL);
}

static void gone(struct fixture *f, const char *key)
{
    f->store->ops->delete (f->store, key, NULL, NULL, NULL);
}

static void put_node(struct fixture *f, const char *name)
{
    char *key = alloc_printf(RECORD_NODES "%s", name);
    put(f, key, "{\"address\":\"10.0.0.1:5999\",\"version\":\"1\",\"draining\":false}");
    free(key);
}

static void put_place(struct fixture *f, const char *node, const char *state)
{
    char *key = alloc_printf(RECORD_PLACES "%s/" KEY, node);
    char *value = alloc_printf("{\"name\":\"web1\",\"uuid\":\"" UUID "\",\"state\":\"%s\","
                               "\"epoch\":1}",
                               state);
    put(f, key, value);
    free(key);
    free(value);
}

static void set_store_away(struct fixture *f, bool away)
{
    f->cluster.store_away = away;
    directory_store_away(&f->directory);
}

/* ---- links ---- */

static struct peer *peer(struct fixture *f, const char *name)
{
    struct known_node *n = directory_node(&f->directory, name);
    assert_non_null(n);
    return n->peer;
}

static void link_tells(struct fixture *f, const char *node, enum place_state state)
{
    struct cluster_place place = {.key = (char[]){KEY},
                                  .name = (char[]){"web1"},
                                  .has_uuid = true,
                                  .state = state,
                                  .epoch = 2};
    assert_true(machine_uuid_parse(UUID, place.uuid));
    directory_told_place(&f->directory, peer(f, node), &place);
}

static int set_up(void **state)
{
    static char address[] = "10.0.0.9:5999";
    struct fixture *f = calloc(1, sizeof(*f));
    char *why = NULL;
    f->config.cluster_advertise = address;
    f->cluster.config = &f->config;
    strcpy(f->cluster.node, "me");
    assert_true(sd_event_new(&f->cluster.loop) >= 0);
    assert_int_equal(store_sqlite_open(&f->store, f->cluster.loop, ":memory:", &why), 0);
    directory_start(&f->directory, &f->cluster, f->store, &ops, "1");
    f->directory.grace_us = 0;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    directory_stop(&f->directory);
    assert_null(f->cluster.peers);
    assert_null(f->cluster.places);
    f->store->ops->close(f->store);
    sd_event_unref(f->cluster.loop);
    free(f);
    return 0;
}

/* ---- tests ---- */

static void a_node_in_the_store_is_a_peer_and_its_machines_are_places(void **state)
{
    struct fixture *f = *state;
    put_node(f, "b");
    put_place(f, "b", "running");
    put_node(f, "me");
    put_place(f, "me", "running");
    assert_string_equal(told(f), "+b@10.0.0.1:5999 keep:b +b/web1=running ");
    struct cluster_place *p = directory_place(&f->directory, peer(f, "b"), KEY);
    assert_ptr_equal(p, f->cluster.places);
    assert_true(p->has_uuid && p->epoch == 1 && !p->by_link);
    put_place(f, "b", "paused");
    assert_string_equal(told(f), "!b/web1=paused ");
    gone(f, RECORD_PLACES "b/" KEY);
    assert_string_equal(told(f), "-b/web1=paused ");
    assert_null(directory_place(&f->directory, peer(f, "b"), KEY));
}

static void what_was_in_the_store_before_us_is_known_too(void **state)
{
    struct fixture *f = *state;
    put_node(f, "b");
    put_place(f, "b", "running");
    (void)told(f);
    directory_stop(&f->directory);
    assert_string_equal(told(f), "-b/web1=running -b ");
    directory_start(&f->directory, &f->cluster, f->store, &ops, "1");
    assert_string_equal(told(f), "+b@10.0.0.1:5999 keep:b +b/web1=running ");
}

static void places_may_be_told_before_their_node(void **state)
{
    struct fixture *f = *state;
    put_place(f, "b", "running");
    assert_string_equal(told(f), "");
    put_node(f, "b");
    assert_string_equal(told(f), "+b@10.0.0.1:5999 keep:b +b/web1=running ");
}

static void our_own_record_is_missed_when_somebody_deletes_it(void **state)
{
    struct fixture *f = *state;
    put_node(f, "me");
    assert_string_equal(told(f), "");
    gone(f, RECORD_NODES "me");
    assert_string_equal(told(f), "ourselves ");
}

static void records_that_cannot_be_read_are_passed_over(void **state)
{
    struct fixture *f = *state;
    static const char *const rows[][2] = {
        {"node/b", "{}"},
        {"node/b", "[1"},
        {"node/b/c", "{\"address\":\"10.0.0.1:5999\"}"},
        {"node/", "{\"address\":\"10.0.0.1:5999\"}"},
        {"node/..", "{\"address\":\"10.0.0.1:5999\"}"},
        {"place/c", "{\"state\":\"running\"}"},
        {"place/c/", "{\"state\":\"running\"}"},
        {"place/c/x:1", "{\"state\":\"running\"}"},
        {"place/c/name:", "{\"state\":\"running\"}"},
        {"place/c/name:a", "{\"state\":\"happy\"}"},
        {"place/c/name:a", "{}"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        put(f, rows[i][0], rows[i][1]);
    put_node(f, "c");
    assert_string_equal(told(f), "+c@10.0.0.1:5999 keep:c ");
}

static void a_link_that_is_up_counts_more_than_the_store(void **state)
{
    struct fixture *f = *state;
    put_node(f, "b");
    put_place(f, "b", "running");
    (void)told(f);
    directory_peer_up(&f->directory, peer(f, "b"));
    link_tells(f, "b", PLACE_SWITCHING);
    put_place(f, "b", "paused");
    assert_string_equal(told(f), "!b/web1=switching ");
    assert_true(f->cluster.places->by_link);
    directory_told_gone(&f->directory, peer(f, "b"), KEY);
    put_place(f, "b", "running");
    assert_string_equal(told(f), "-b/web1=switching ");
    /* the link's last word is gone with it: the store has another */
    directory_peer_down(&f->directory, peer(f, "b"));
    assert_string_equal(told(f), "+b/web1=running ");
}

static void what_a_link_told_stays_when_it_breaks_until_the_store_says_more(void **state)
{
    struct fixture *f = *state;
    put_node(f, "b");
    (void)told(f);
    directory_peer_up(&f->directory, peer(f, "b"));
    link_tells(f, "b", PLACE_RUNNING);
    directory_peer_down(&f->directory, peer(f, "b"));
    assert_string_equal(told(f), "+b/web1=running ");
    assert_false(f->cluster.places->by_link);
    put_place(f, "b", "gone-elsewhere");
    assert_string_equal(told(f), "!b/web1=gone-elsewhere ");
}

static void a_node_is_forgotten_when_its_record_and_its_link_are_gone(void **state)
{
    struct fixture *f = *state;
    put_node(f, "b");
    put_place(f, "b", "running");
    (void)told(f);
    directory_peer_up(&f->directory, peer(f, "b"));
    link_tells(f, "b", PLACE_RUNNING);
    gone(f, RECORD_NODES "b");
    gone(f, RECORD_PLACES "b/" KEY);
    assert_string_equal(told(f), "!b/web1=running ");
    assert_non_null(f->cluster.places);
    directory_peer_down(&f->directory, peer(f, "b"));
    assert_string_equal(told(f), "");
    sd_event_source_set_time_relative(f->directory.tick, 0);
    until(f, "-b/web1=running -b ");
    assert_null(directory_node(&f->directory, "b"));
}

static void a_lease_that_ends_takes_the_node_with_it(void **state)
{
    struct fixture *f = *state;
    f->store->ops->lease(f->store, 0, DEADLINE_US * 10, NULL, NULL);
    f->store->ops->put(f->store, RECORD_NODES "b", "{\"address\":\"10.0.0.1:5999\"}", 1, NULL,
                       NULL);
    assert_string_equal(told(f), "+b@10.0.0.1:5999 keep:b ");
    f->store->ops->lease(f->store, 1, 0, NULL, NULL);
    until(f, "-b ");
}

static void nothing_is_forgotten_while_the_store_is_away(void **state)
{
    struct fixture *f = *state;
    put_node(f, "b");
    (void)told(f);
    set_store_away(f, true);
    gone(f, RECORD_NODES "b");
    sd_event_source_set_time_relative(f->directory.tick, 0);
    assert_string_equal(told(f), "");
    f->directory.tick_us = 1000;
    sd_event_source_set_time_relative(f->directory.tick, 0);
    set_store_away(f, false);
    until(f, "-b ");
}

static void a_node_that_moves_is_dialed_where_it_is(void **state)
{
    struct fixture *f = *state;
    put_node(f, "b");
    put(f, RECORD_NODES "b", "{\"address\":\"10.0.0.2:5999\",\"draining\":true}");
    assert_string_equal(told(f), "+b@10.0.0.1:5999 keep:b b@10.0.0.2:5999 ");
    assert_true(peer(f, "b")->draining);
}

static void places_that_a_link_does_not_tell_again_go(void **state)
{
    struct fixture *f = *state;
    put_node(f, "b");
    (void)told(f);
    directory_peer_up(&f->directory, peer(f, "b"));
    link_tells(f, "b", PLACE_RUNNING);
    directory_peer_down(&f->directory, peer(f, "b"));
    directory_peer_up(&f->directory, peer(f, "b"));
    assert_string_equal(told(f), "+b/web1=running ");
    sd_event_source_set_time_relative(f->directory.tick, 0);
    until(f, "-b/web1=running ");
}

static unsigned count(const char *text, const char *word)
{
    unsigned n = 0;
    for (; (text = strstr(text, word)); text++)
        n++;
    return n;
}

static void the_next_takes_the_place_of_one_that_goes(struct fixture *f)
{
    char *key = alloc_printf(RECORD_NODES "%s", f->directory.last_kept->name);
    char *line = alloc_printf("-%s ", f->directory.last_kept->name);
    gone(f, key);
    assert_string_equal(told(f), line);
    free(key);
    free(line);
    uint64_t last = f->directory.last_kept->rank;
    const uint64_t end_us = waiting_end_us();
    sd_event_source_set_time_relative(f->directory.tick, 0);
    while (f->directory.n_kept < CLUSTER_LINKS_MOST)
        waiting_turn(f->cluster.loop, end_us);
    assert_true(f->directory.last_kept->rank > last);
}

static void only_so_many_links_are_kept_and_so_many_nodes_known(void **state)
{
    struct fixture *f = *state;
    char name[16];
    unsigned kept = 0;
    for (unsigned i = 0; i < CLUSTER_NODES_MOST + 2; i++) {
        snprintf(name, sizeof(name), "n%u", i);
        put_node(f, name);
        if (i % 64 == 63) {
            const char *all = told(f);
            kept += count(all, "keep:") - count(all, "leave:");
            assert_true(kept <= CLUSTER_LINKS_MOST);
        }
    }
    (void)told(f);
    assert_int_equal(kept, CLUSTER_LINKS_MOST);
    assert_int_equal(f->directory.by_name.n, CLUSTER_NODES_MOST);
    the_next_takes_the_place_of_one_that_goes(f);
}

/* The names of those whose links a node of this name keeps, in the order of their rank. */
static unsigned kept_by(struct fixture *f, const char *own, bool kept_r[200])
{
    char name[16];
    unsigned n = 0;
    snprintf(f->cluster.node, sizeof(f->cluster.node), "%s", own);
    for (unsigned i = 0; i < 200; i++) {
        snprintf(name, sizeof(name), "n%u", i);
        put_node(f, name);
    }
    (void)told(f);
    for (const struct known_node *k = f->directory.first; k; k = k->next) {
        kept_r[atoi(k->name + 1)] = k->kept;
        n += k->kept;
    }
    for (unsigned i = 0; i < 200; i++) {
        snprintf(name, sizeof(name), RECORD_NODES "n%u", i);
        gone(f, name);
    }
    sd_event_source_set_time_relative(f->directory.tick, 0);
    (void)told(f);
    return n;
}

static void each_node_keeps_links_to_others_than_the_next(void **state)
{
    struct fixture *f = *state;
    bool first[200] = {false}, second[200] = {false};
    unsigned same = 0;
    assert_int_equal(kept_by(f, "host-a", first), CLUSTER_LINKS_MOST);
    assert_int_equal(kept_by(f, "host-b", second), CLUSTER_LINKS_MOST);
    for (unsigned i = 0; i < 200; i++)
        same += first[i] && second[i];
    assert_true(same < CLUSTER_LINKS_MOST * 3 / 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_node_in_the_store_is_a_peer_and_its_machines_are_places),
        TEST(what_was_in_the_store_before_us_is_known_too),
        TEST(places_may_be_told_before_their_node),
        TEST(our_own_record_is_missed_when_somebody_deletes_it),
        TEST(records_that_cannot_be_read_are_passed_over),
        TEST(a_link_that_is_up_counts_more_than_the_store),
        TEST(what_a_link_told_stays_when_it_breaks_until_the_store_says_more),
        TEST(a_node_is_forgotten_when_its_record_and_its_link_are_gone),
        TEST(a_lease_that_ends_takes_the_node_with_it),
        TEST(nothing_is_forgotten_while_the_store_is_away),
        TEST(a_node_that_moves_is_dialed_where_it_is),
        TEST(places_that_a_link_does_not_tell_again_go),
        TEST(only_so_many_links_are_kept_and_so_many_nodes_known),
        TEST(each_node_keeps_links_to_others_than_the_next),
    };
    return cmocka_run_group_tests_name("directory", tests, NULL, NULL);
}
