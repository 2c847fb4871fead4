/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this node tells the store, which is one in memory; its machines are doubles. */
#include <config.h>
#include "server/cluster/registry.h"
#include "server/cluster/cluster.h"
#include "tests/unit/server/core/fake_attach.h"
#include "tests/unit/server/core/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UUID "11111111-2222-3333-4444-555555555555"

struct fixture {
    struct rig rig;
    struct store *store;
    struct registry registry;
    char have[16384]; /* what the store has of nodes and places */
    const char *want;
    bool asked;
    bool is_same;
};

/* Values are told by what stands in quotes behind this, or whole. */
static void note(struct fixture *f, const struct store_entry *e)
{
    struct place_record place;
    struct node_record node;
    size_t n = strlen(f->have), left = sizeof(f->have) - n;
    if (place_record_read(e->value, &place))
        snprintf(f->have + n, left, "%s=%s:%s%s ", e->key, place.name,
                 place_state_name(place.state), place.has_uuid ? "!" : "");
    else if (node_record_read(e->value, &node))
        snprintf(f->have + n, left, "%s=%s%s ", e->key, node.address,
                 node.draining ? ":draining" : "");
    else
        snprintf(f->have + n, left, "%s=%s ", e->key, e->value);
}

static void on_all(void *self, const struct store_answer *a)
{
    struct fixture *f = self;
    f->have[0] = 0;
    f->asked = false;
    for (size_t i = 0; i < a->n; i++)
        note(f, &a->entries[i]);
    f->is_same = strcmp(f->have, f->want) == 0;
}

static bool has(void *self)
{
    struct fixture *f = self;
    if (!f->asked && !f->is_same)
        f->store->ops->get(f->store, "n", "q", on_all, f);
    f->asked = !f->is_same;
    return f->is_same;
}

/* Waits until the store has this. */
static void until(struct fixture *f, const char *want)
{
    f->want = want;
    f->is_same = false;
    rig_wait(&f->rig, has, f);
}

static void on_places(void *self, struct machine *m)
{
    struct fixture *f = (struct fixture *)((char *)self - offsetof(struct fixture, rig));
    registry_machine_changed(&f->registry, m);
}

static void start(struct fixture *f)
{
    registry_start(&f->registry, f->rig.loop, f->store, &f->rig.machines, "a", "10.0.0.1:5999");
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    char *why = NULL;
    rig_start(&f->rig, NULL);
    f->rig.machines.on_places = f->rig.machines.on_removed = on_places;
    assert_int_equal(store_sqlite_open(&f->store, f->rig.loop, ":memory:", &why), 0);
    start(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    registry_stop(&f->registry);
    f->store->ops->close(f->store);
    rig_stop(&f->rig);
    free(f);
    return 0;
}

static struct fake_place *attach(struct fixture *f, const char *name, const char *address)
{
    const char *why = NULL;
    char place[64];
    snprintf(place, sizeof(place), "fake:%s", address);
    assert_int_equal(machines_attach(&f->rig.machines, name, place, &why), 0);
    return fake_place_find(address);
}

/* ---- tests ---- */

static void a_node_tells_its_address_and_its_machines(void **state)
{
    struct fixture *f = *state;
    until(f, "node/a=10.0.0.1:5999 ");
    struct fake_place *p = attach(f, "web1", "x");
    fake_says_state(p, PLACE_PAUSED);
    until(f, "node/a=10.0.0.1:5999 place/a/name:web1=web1:paused ");
    fake_runs(p, "web1", UUID, 100, 50);
    until(f, "node/a=10.0.0.1:5999 place/a/uuid:" UUID "=web1:running! ");
    fake_says_state(p, PLACE_PAUSED);
    until(f, "node/a=10.0.0.1:5999 place/a/uuid:" UUID "=web1:paused! ");
    assert_int_equal(machines_detach(&f->rig.machines, "web1"), 0);
    until(f, "node/a=10.0.0.1:5999 ");
}

static void a_machine_with_two_places_is_one_entry_with_the_best_state(void **state)
{
    struct fixture *f = *state;
    struct fake_place *source = attach(f, "web1", "x");
    fake_runs(source, "web1", UUID, 100, 50);
    struct fake_place *standby = attach(f, "web1", "y");
    fake_says_identity(standby, "web1", UUID);
    fake_says_state(standby, PLACE_INCOMING);
    until(f, "node/a=10.0.0.1:5999 place/a/uuid:" UUID "=web1:running! ");
    fake_says_state(source, PLACE_SWITCHING);
    fake_says_state(source, PLACE_GONE);
    fake_says_state(standby, PLACE_RUNNING);
    fake_says_state(source, PLACE_LOST);
    until(f, "node/a=10.0.0.1:5999 place/a/uuid:" UUID "=web1:running! ");
}

static void many_machines_are_told_in_many_transactions(void **state)
{
    struct fixture *f = *state;
    char name[16], want[16384] = "node/a=10.0.0.1:5999 ";
    for (unsigned i = 0; i < REGISTRY_CHANGES_MOST + 20; i++) {
        snprintf(name, sizeof(name), "m%03u", i);
        fake_says_state(attach(f, name, name), PLACE_RUNNING);
    }
    for (unsigned i = 0; i < REGISTRY_CHANGES_MOST + 20; i++) {
        size_t n = strlen(want);
        snprintf(want + n, sizeof(want) - n, "place/a/name:m%03u=m%03u:running ", i, i);
    }
    until(f, want);
}

static void what_an_earlier_daemon_left_is_deleted(void **state)
{
    struct fixture *f = *state;
    registry_stop(&f->registry);
    until(f, "");
    f->store->ops->put(f->store, "place/a/name:old", "{}", 0, NULL, NULL);
    f->store->ops->put(f->store, "place/ab/name:other", "{}", 0, NULL, NULL);
    start(f);
    until(f, "node/a=10.0.0.1:5999 place/ab/name:other={} ");
}

static void all_is_told_anew_when_the_lease_was_lost(void **state)
{
    struct fixture *f = *state;
    struct fake_place *p = attach(f, "web1", "x");
    fake_says_state(p, PLACE_RUNNING);
    until(f, "node/a=10.0.0.1:5999 place/a/name:web1=web1:running ");
    f->store->ops->lease(f->store, f->registry.lease, 0, NULL, NULL);
    until(f, "");
    fake_says_state(p, PLACE_PAUSED);
    until(f, "node/a=10.0.0.1:5999 place/a/name:web1=web1:paused ");
}

static void a_lost_lease_is_found_out_without_a_change(void **state)
{
    struct fixture *f = *state;
    until(f, "node/a=10.0.0.1:5999 ");
    f->store->ops->lease(f->store, f->registry.lease, 0, NULL, NULL);
    until(f, "");
    sd_event_source_set_time_relative(f->registry.renew, 0);
    until(f, "node/a=10.0.0.1:5999 ");
}

static void a_node_that_leaves_takes_its_entries_along(void **state)
{
    struct fixture *f = *state;
    fake_says_state(attach(f, "web1", "x"), PLACE_RUNNING);
    until(f, "node/a=10.0.0.1:5999 place/a/name:web1=web1:running ");
    registry_set_draining(&f->registry, true);
    until(f, "node/a=10.0.0.1:5999:draining place/a/name:web1=web1:running ");
    registry_stop(&f->registry);
    until(f, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_node_tells_its_address_and_its_machines),
        TEST(a_machine_with_two_places_is_one_entry_with_the_best_state),
        TEST(many_machines_are_told_in_many_transactions),
        TEST(what_an_earlier_daemon_left_is_deleted),
        TEST(all_is_told_anew_when_the_lease_was_lost),
        TEST(a_lost_lease_is_found_out_without_a_change),
        TEST(a_node_that_leaves_takes_its_entries_along),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
