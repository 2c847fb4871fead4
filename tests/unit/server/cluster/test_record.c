/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/record.h"
#include "base/alloc.h"
#include "server/cluster/cluster.h"
#include "server/machine/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void what_a_node_writes_is_read(void **state)
{
    (void)state;
    const struct node_record r = {
        .address = "[fd00::1]:5999", .version = "0.1.0", .instance = "00ff", .draining = true};
    struct node_record back;
    char *text = node_record_text(&r);
    assert_true(node_record_read(text, &back));
    assert_string_equal(back.address, r.address);
    assert_string_equal(back.version, r.version);
    assert_string_equal(back.instance, r.instance);
    assert_true(back.draining);
    free(text);
}

static void what_is_written_of_a_machine_is_read(void **state)
{
    (void)state;
    for (enum place_state s = PLACE_CONNECTING; s <= PLACE_LOST; s++) {
        struct place_record r = {.name = "we\"b\xc3\xa9", .state = s, .epoch = 1u + s}, back;
        r.has_uuid =
            s % 2 && machine_uuid_parse("0d9a8c4e-1f67-4a53-8a39-5b1f6f2f4c11", r.uuid);
        char *text = place_record_text(&r);
        assert_true(place_record_read(text, &back));
        assert_string_equal(back.name, r.name);
        assert_int_equal(back.has_uuid, r.has_uuid);
        assert_true(!r.has_uuid || memcmp(back.uuid, r.uuid, sizeof(r.uuid)) == 0);
        assert_true(back.state == s && back.epoch == r.epoch);
        free(text);
    }
}

static void a_name_that_json_cannot_hold_is_left_out(void **state)
{
    (void)state;
    const struct place_record r = {.name = "we\xff", .state = PLACE_RUNNING};
    struct place_record back;
    char *text = place_record_text(&r);
    assert_true(place_record_read(text, &back));
    assert_string_equal(back.name, "");
    free(text);
}

static void what_is_no_record_is_not_read(void **state)
{
    (void)state;
    static const char *const nodes[] = {"", "{", "[]", "7", "{}", "{\"address\":7}"};
    static const char *const places[] = {
        "", "[]", "{}", "{\"state\":7}", "{\"state\":\"asleep\"}", "{\"name\":\"web1\"}"};
    struct node_record node;
    struct place_record place;
    for (size_t i = 0; i < COUNT(nodes); i++)
        assert_false(node_record_read(nodes[i], &node));
    for (size_t i = 0; i < COUNT(places); i++)
        assert_false(place_record_read(places[i], &place));
    char *text = alloc_printf("{\"address\":\"%0300d\"}", 1);
    assert_false(node_record_read(text, &node));
    free(text);
}

static void keys_are_split(void **state)
{
    (void)state;
    static const struct {
        const char *text, *node, *key; /* node NULL: it is none */
    } rows[] = {
        {"place/a/name:web1", "a", "name:web1"},
        {"place/host-a.example/uuid:1", "host-a.example", "uuid:1"},
        {"place/a/name:we b:1", "a", "name:we b:1"},
        {"place/a/name:", NULL, NULL},
        {"place/a/web1", NULL, NULL},
        {"place/a", NULL, NULL},
        {"place//name:web1", NULL, NULL},
        {"place/a b/name:web1", NULL, NULL},
        {"node/a", NULL, NULL},
    };
    char node[LINK_NODE_NAME_MOST + 1];
    const char *key;
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool good = record_place_of(rows[i].text, node, sizeof(node), &key);
        assert_int_equal(good, rows[i].node != NULL);
        if (!good)
            continue;
        assert_string_equal(node, rows[i].node);
        assert_string_equal(key, rows[i].key);
    }
    char *text = alloc_printf("place/a/name:%0*d", CLUSTER_KEY_MOST - 5, 1);
    assert_true(record_place_of(text, node, sizeof(node), &key));
    free(text);
    text = alloc_printf("place/a/name:%0*d", CLUSTER_KEY_MOST - 4, 1);
    assert_false(record_place_of(text, node, sizeof(node), &key));
    free(text);
    text = alloc_printf("node/%0*d", LINK_NODE_NAME_MOST, 1);
    assert_true(record_node_of(text, node, sizeof(node)));
    free(text);
    text = alloc_printf("node/%0*d", LINK_NODE_NAME_MOST + 1, 1);
    assert_false(record_node_of(text, node, sizeof(node)));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_node_writes_is_read),
        cmocka_unit_test(what_is_written_of_a_machine_is_read),
        cmocka_unit_test(a_name_that_json_cannot_hold_is_left_out),
        cmocka_unit_test(what_is_no_record_is_not_read),
        cmocka_unit_test(keys_are_split),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
