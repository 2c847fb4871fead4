/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "server/cluster/record.h"
#include "server/machine/machine.h"
#include "tests/bench/synthetic.h"

#include <stdio.h>

const char *const record_names[RECORDS] = {"node", "place", "home", "session"};

/* Of a machine. */
#define UUID "7d1c5b0e-4e0a-4c55-9d3b-0000%08x"

char *record_key(enum record kind, const char *node, unsigned machine)
{
    switch (kind) {
    case RECORD_NODE:
        return alloc_printf(RECORD_NODES "%s", node);
    case RECORD_PLACE:
        return alloc_printf(RECORD_PLACES "%s/uuid:" UUID, node, machine);
    case RECORD_HOME:
        return alloc_printf("home/uuid:" UUID, machine);
    default:
        return alloc_printf("session/uuid:" UUID "/%020u", machine, machine);
    }
}

static char *node_value(void)
{
    /* Where nobody listens: a daemon that reads it finds the node away at once. */
    return node_record_text(&(struct node_record){
        .address = "127.0.0.1:1", .version = "0.1.0", .instance = "7d1c5b0e4e0a4c55"});
}

static char *place_value(unsigned machine, unsigned turn)
{
    struct place_record r = {.has_uuid = true, .state = PLACE_RUNNING, .epoch = turn};
    char uuid[37];
    snprintf(uuid, sizeof(uuid), UUID, machine);
    machine_uuid_parse(uuid, r.uuid);
    snprintf(r.name, sizeof(r.name), "server-%u", machine);
    return place_record_text(&r);
}

static char *session_value(unsigned machine, unsigned turn)
{
    return alloc_printf("{\"user\":\"user%u\",\"machine\":\"server-%u\",\"uuid\":\"" UUID
                        "\",\"role\":\"drive\",\"role-set\":false,\"driving\":true,"
                        "\"place\":0,\"since-us\":1795366800000000,\"active-us\":"
                        "179536680%07u,\"epoch\":%u}",
                        machine % 1000, machine, machine, turn % 10000000, turn);
}

char *record_value(enum record kind, const char *node, unsigned machine, unsigned turn)
{
    switch (kind) {
    case RECORD_NODE:
        return node_value();
    case RECORD_PLACE:
        return place_value(machine, turn);
    case RECORD_HOME:
        return alloc_printf("{\"node\":\"%s\",\"epoch\":%u}", node, turn);
    default:
        return session_value(machine, turn);
    }
}
