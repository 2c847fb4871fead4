/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/etcd/etcd_words.h"
#include "base/alloc.h"

#include <inttypes.h>
#include <nettle/base64.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- texts ---- */

static json_t *encoded(const uint8_t *bytes, size_t n)
{
    char *text = alloc_zero(BASE64_ENCODE_RAW_LENGTH(n) + 1, 1);
    base64_encode_raw(text, n, bytes);
    json_t *json = json_string(text);
    free(text);
    return json;
}

static json_t *encoded_text(const char *prefix, const char *text)
{
    char *whole = alloc_printf("%s%s", prefix, text);
    json_t *json = encoded((const uint8_t *)whole, strlen(whole));
    free(whole);
    return json;
}

/* The first key behind all that begin with this text. */
static json_t *encoded_end(const char *prefix, const char *below)
{
    char *end = alloc_printf("%s%s", prefix, below);
    size_t n = strlen(end);
    while (n > 0 && (uint8_t)end[n - 1] == 0xff)
        n--;
    if (n > 0)
        end[n - 1] = (char)((uint8_t)end[n - 1] + 1);
    json_t *json = encoded((const uint8_t *)end, n > 0 ? n : 1);
    free(end);
    return json;
}

/* NULL when it is no base64 or too long; n_r without the zero behind. */
static char *decoded(const json_t *json, size_t *n_r)
{
    struct base64_decode_ctx context;
    size_t n = json_string_length(json);
    *n_r = 0;
    if (!json_is_string(json) || n > BASE64_ENCODE_RAW_LENGTH(ETCD_TEXT_MOST))
        return NULL;
    char *text = alloc_zero(BASE64_DECODE_LENGTH(n) + 1, 1);
    base64_decode_init(&context);
    if (base64_decode_update(&context, n_r, (uint8_t *)text, n, json_string_value(json)) &&
        base64_decode_final(&context)) {
        text[*n_r] = 0;
        return text;
    }
    free(text);
    return NULL;
}

static json_t *number_text(uint64_t number)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRIu64, number);
    return json_string(text);
}

/* ---- requests ---- */

json_t *etcd_delete(const char *prefix, const char *from, const char *to)
{
    json_t *request = json_pack("{s:o}", "key", encoded_text(prefix, from));
    if (to)
        json_object_set_new(request, "range_end", encoded_text(prefix, to));
    return request;
}

static json_t *a_page(json_t *request)
{
    json_object_set_new(request, "limit", number_text(ETCD_PAGE));
    return request;
}

json_t *etcd_range(const char *prefix, const char *from, const char *to)
{
    json_t *request = etcd_delete(prefix, from, to);
    return to ? a_page(request) : request;
}

bool etcd_range_next(json_t *request, const json_t *answer)
{
    const json_t *kvs = json_object_get(answer, "kvs");
    size_t shown = json_array_size(kvs), n = 0;
    if (!json_is_true(json_object_get(answer, "more")) || !shown)
        return false;
    char *last = decoded(json_object_get(json_array_get(kvs, shown - 1), "key"), &n);
    if (!last)
        return false;
    /* The next key that there can be is the last one and a zero byte. */
    json_object_set_new(request, "key", encoded((const uint8_t *)last, n + 1));
    if (!json_object_get(request, "revision"))
        json_object_set_new(request, "revision", number_text(etcd_revision(answer)));
    free(last);
    return true;
}

static json_t *below_range(const char *prefix, const char *below)
{
    return json_pack("{s:o, s:o}", "key", encoded_text(prefix, below), "range_end",
                     encoded_end(prefix, below));
}

json_t *etcd_range_below(const char *prefix, const char *below, bool keys_only)
{
    json_t *request = a_page(below_range(prefix, below));
    if (keys_only)
        json_object_set_new(request, "keys_only", json_true());
    return request;
}

json_t *etcd_watch_below(const char *prefix, const char *below, uint64_t revision)
{
    json_t *create = below_range(prefix, below);
    if (revision)
        json_object_set_new(create, "start_revision", number_text(revision));
    return json_pack("{s:o}", "create_request", create);
}

json_t *etcd_put(const char *prefix, const char *key, const char *value, uint64_t lease)
{
    json_t *request = json_pack("{s:o, s:o}", "key", encoded_text(prefix, key), "value",
                                encoded_text("", value));
    if (lease)
        json_object_set_new(request, "lease", number_text(lease));
    return request;
}

static json_t *condition_json(const char *prefix, const struct store_condition *c)
{
    return json_pack("{s:o, s:s, s:s, s:o}", "key", encoded_text(prefix, c->key), "target",
                     "VERSION", "result", "EQUAL", "version", number_text(c->version));
}

static json_t *change_json(const char *prefix, const struct store_change *c)
{
    if (c->value)
        return json_pack("{s:o}", "request_put", etcd_put(prefix, c->key, c->value, c->lease));
    return json_pack("{s:o}", "request_delete_range", etcd_delete(prefix, c->key, c->to));
}

json_t *etcd_txn(const char *prefix, const struct store_condition *conditions,
                 size_t n_conditions, const struct store_change *changes, size_t n_changes)
{
    json_t *compare = json_array(), *success = json_array();
    for (size_t i = 0; i < n_conditions; i++)
        json_array_append_new(compare, condition_json(prefix, &conditions[i]));
    for (size_t i = 0; i < n_changes; i++)
        json_array_append_new(success, change_json(prefix, &changes[i]));
    return json_pack("{s:o, s:o}", "compare", compare, "success", success);
}

json_t *etcd_grant(uint64_t ttl_us)
{
    return json_pack("{s:o}", "TTL", number_text(ttl_us < 1000000 ? 1 : ttl_us / 1000000));
}

json_t *etcd_lease(uint64_t id)
{
    return json_pack("{s:o}", "ID", number_text(id));
}

/* ---- answers ---- */

uint64_t etcd_number(const json_t *object, const char *key)
{
    const json_t *number = json_object_get(object, key);
    if (json_is_integer(number))
        return json_integer_value(number) < 0 ? 0 : (uint64_t)json_integer_value(number);
    return json_is_string(number) ? strtoull(json_string_value(number), NULL, 10) : 0;
}

uint64_t etcd_revision(const json_t *answer)
{
    return etcd_number(json_object_get(answer, "header"), "revision");
}

bool etcd_kv_read(const json_t *json, const char *prefix, struct etcd_kv *kv_r)
{
    size_t n = 0, value_n = 0, prefix_n = strlen(prefix);
    char *key = decoded(json_object_get(json, "key"), &n);
    *kv_r = (struct etcd_kv){0};
    if (!key || n < prefix_n || strlen(key) != n || memcmp(key, prefix, prefix_n) != 0) {
        free(key);
        return false;
    }
    memmove(key, key + prefix_n, n - prefix_n + 1);
    kv_r->key = key;
    kv_r->version = etcd_number(json, "version");
    kv_r->mod_revision = etcd_number(json, "mod_revision");
    const json_t *value = json_object_get(json, "value");
    kv_r->value = value ? decoded(value, &value_n) : alloc_text(""); /* absent is empty */
    if (kv_r->value && strlen(kv_r->value) != value_n) {
        free(kv_r->value);
        kv_r->value = NULL;
    }
    return true;
}

void etcd_kv_fini(struct etcd_kv *kv)
{
    free(kv->key);
    free(kv->value);
    *kv = (struct etcd_kv){0};
}

enum etcd_failure etcd_failure_of(const json_t *answer, const char **text_r)
{
    const json_t *error = json_object_get(answer, "error");
    const json_t *object = json_is_object(error) ? error : answer; /* streams nest it */
    const char *text = json_string_value(json_object_get(object, "message"));
    uint64_t code = etcd_number(object, "code");
    if (!code)
        code = etcd_number(object, "grpc_code");
    if (error && text && strcmp(text, "etcdserver: user name is empty") == 0) {
        /* To who shows no token, although nothing is wrong with what is asked. */
        text = "etcd wants a login: name user and password-file in section cluster";
        code = ETCD_UNAUTHENTICATED;
    }
    if (text_r)
        *text_r = text ? text : "etcd gives no reason";
    if (!error)
        return ETCD_FINE;
    return code > 0 && code <= 16 ? (enum etcd_failure)code : ETCD_UNKNOWN;
}
