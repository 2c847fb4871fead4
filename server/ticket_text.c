/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/ticket_text.h"
#include "base/alloc.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_hex(const uint8_t *bytes, size_t n, char *text_r)
{
    for (size_t i = 0; i < n; i++)
        sprintf(text_r + i * 2, "%02x", bytes[i]);
}

static bool take_hex(const char *text, uint8_t *bytes_r, size_t n)
{
    if (!text || strlen(text) != n * 2 || strspn(text, "0123456789abcdef") != n * 2)
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned byte;
        sscanf(text + i * 2, "%2x", &byte);
        bytes_r[i] = (uint8_t)byte;
    }
    return true;
}

char *ticket_to_text(const struct ticket *t, int64_t ahead, const char *node)
{
    char hash[TICKET_HASH_SIZE * 2 + 1];
    put_hex(t->hash, sizeof(t->hash), hash);
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "hash", hash, "user", t->user,
                          "machine", t->machine, "role", role_name(t->role), "expires-us",
                          (json_int_t)((int64_t)t->expires_us + ahead), "session",
                          (json_int_t)t->session);
    if (o && node)
        json_object_set_new(o, "node", json_string(node));
    char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    return text;
}

static bool take_name(const json_t *o, const char *key, char name_r[AUTH_USER_MOST + 1])
{
    const char *text = json_string_value(json_object_get(o, key));
    if (!text || strlen(text) > AUTH_USER_MOST)
        return false;
    strcpy(name_r, text);
    return true;
}

static bool ticket_from_json(const json_t *o, int64_t ahead, struct ticket *t)
{
    const char *role = json_string_value(json_object_get(o, "role"));
    int64_t expires = json_integer_value(json_object_get(o, "expires-us")) - ahead;
    t->expires_us = expires > 0 ? (uint64_t)expires : 0;
    t->session = (uint64_t)json_integer_value(json_object_get(o, "session"));
    return take_hex(json_string_value(json_object_get(o, "hash")), t->hash, sizeof(t->hash)) &&
           take_name(o, "user", t->user) && take_name(o, "machine", t->machine) && role &&
           role_parse(role, &t->role) == 0;
}

bool ticket_from_text(const char *text, int64_t ahead, struct ticket *ticket_r, char **node_r)
{
    json_t *o = json_loads(text, 0, NULL);
    bool good = o && ticket_from_json(o, ahead, ticket_r);
    if (good && node_r)
        *node_r = alloc_text(json_string_value(json_object_get(o, "node")));
    json_decref(o);
    return good;
}
