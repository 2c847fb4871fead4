/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/record.h"
#include "server/cluster/cluster.h"
#include "server/cluster/link_name.h"
#include "server/machine/machine.h"

#include <jansson.h>
#include <string.h>

/* ---- writing ---- */

static char *text_of(json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return text;
}

char *node_record_text(const struct node_record *r)
{
    return text_of(json_pack("{s:s, s:s, s:s, s:b}", "address", r->address, "version",
                             r->version, "instance", r->instance, "draining", r->draining));
}

char *place_record_text(const struct place_record *r)
{
    char uuid[37] = "";
    json_t *object = json_pack("{s:s, s:I}", "state", place_state_name(r->state), "epoch",
                               (json_int_t)r->epoch);
    json_t *name = json_string(r->name);
    if (name) /* bytes that are no UTF-8 stay out */
        json_object_set_new(object, "name", name);
    if (r->has_uuid) {
        machine_uuid_text(r->uuid, uuid);
        json_object_set_new(object, "uuid", json_string(uuid));
    }
    return text_of(object);
}

/* ---- reading ---- */

static bool take_text(const json_t *object, const char *name, char out[RECORD_TEXT_MOST])
{
    const char *text = json_string_value(json_object_get(object, name));
    out[0] = 0;
    if (!text || strlen(text) >= RECORD_TEXT_MOST)
        return false;
    strcpy(out, text);
    return true;
}

bool node_record_read(const char *text, struct node_record *r)
{
    json_t *object = json_loads(text, 0, NULL);
    bool good = object && take_text(object, "address", r->address);
    if (good) {
        take_text(object, "version", r->version);
        take_text(object, "instance", r->instance);
        r->draining = json_is_true(json_object_get(object, "draining"));
    }
    json_decref(object);
    return good;
}

static bool take_state(const json_t *object, enum place_state *state_r)
{
    const char *text = json_string_value(json_object_get(object, "state"));
    for (enum place_state s = PLACE_CONNECTING; text && s <= PLACE_LOST; s++)
        if (strcmp(text, place_state_name(s)) == 0) {
            *state_r = s;
            return true;
        }
    return false;
}

bool place_record_read(const char *text, struct place_record *r)
{
    json_t *object = json_loads(text, 0, NULL);
    bool good = object && take_state(object, &r->state);
    if (good) {
        const char *uuid = json_string_value(json_object_get(object, "uuid"));
        json_int_t epoch = json_integer_value(json_object_get(object, "epoch"));
        take_text(object, "name", r->name);
        r->has_uuid = uuid && machine_uuid_parse(uuid, r->uuid);
        r->epoch = epoch > 0 ? (uint64_t)epoch : 0;
    }
    json_decref(object);
    return good;
}

/* ---- keys ---- */

static bool take_node(const char *from, size_t n, char *node_r, size_t size)
{
    if (n >= size)
        return false;
    memcpy(node_r, from, n);
    node_r[n] = 0;
    return link_node_name_good(node_r);
}

bool record_node_of(const char *key, char *node_r, size_t size)
{
    size_t n = strlen(RECORD_NODES);
    return strncmp(key, RECORD_NODES, n) == 0 &&
           take_node(key + n, strlen(key + n), node_r, size);
}

bool record_place_of(const char *text, char *node_r, size_t size, const char **key_r)
{
    size_t n = strlen(RECORD_PLACES);
    if (strncmp(text, RECORD_PLACES, n) != 0)
        return false;
    size_t n_node = strcspn(text + n, "/");
    const char *key = text + n + n_node;
    if (*key != '/' || !take_node(text + n, n_node, node_r, size))
        return false;
    *key_r = ++key;
    return strlen(key) <= CLUSTER_KEY_MOST && strlen(key) > 5 &&
           (strncmp(key, "uuid:", 5) == 0 || strncmp(key, "name:", 5) == 0);
}
