/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/etcd/etcd_keys.h"
#include "server/etcd/etcd_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void expect(json_t *json, const char *text)
{
    char *is = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    assert_string_equal(is, text);
    free(is);
    json_decref(json);
}

static void requests_are_in_base64_and_numbers_in_strings(void **state)
{
    (void)state;
    const struct store_condition conditions[] = {{"x", 3}};
    const struct store_change changes[] = {{.key = "x", .value = "1", .lease = 7},
                                           {.key = "a", .to = "b"}};
    expect(etcd_range("p/", "foo", NULL), "{\"key\":\"cC9mb28=\"}");
    expect(etcd_range("p/", "a", "b"),
           "{\"key\":\"cC9h\",\"limit\":\"5000\",\"range_end\":\"cC9i\"}");
    expect(etcd_range_below("p/", "", true),
           "{\"key\":\"cC8=\",\"keys_only\":true,\"limit\":\"5000\",\"range_end\":\"cDA=\"}");
    expect(etcd_watch_below("p/", "a/", 12),
           "{\"create_request\":{\"key\":\"cC9hLw==\",\"range_end\":\"cC9hMA==\","
           "\"start_revision\":\"12\"}}");
    expect(etcd_put("", "k", "", 0), "{\"key\":\"aw==\",\"value\":\"\"}");
    expect(etcd_txn("", conditions, 1, changes, 2),
           "{\"compare\":[{\"key\":\"eA==\",\"result\":\"EQUAL\",\"target\":\"VERSION\","
           "\"version\":\"3\"}],\"success\":[{\"request_put\":{\"key\":\"eA==\",\"lease\":"
           "\"7\",\"value\":\"MQ==\"}},{\"request_delete_range\":{\"key\":\"YQ==\","
           "\"range_end\":\"Yg==\"}}]}");
    expect(etcd_grant(1), "{\"TTL\":\"1\"}");
    expect(etcd_grant(2500000), "{\"TTL\":\"2\"}");
    expect(etcd_lease(UINT64_MAX), "{\"ID\":\"18446744073709551615\"}");
}

static void the_end_of_a_prefix_is_behind_all_that_begin_with_it(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"a", "b"}, {"a\xff", "b"}, {"a/\xff\xff", "a0"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t *below = etcd_range_below(rows[i][0], "", false);
        json_t *end = etcd_range(rows[i][1], "", NULL);
        assert_string_equal(json_string_value(json_object_get(below, "range_end")),
                            json_string_value(json_object_get(end, "key")));
        json_decref(below);
        json_decref(end);
    }
}

static void the_next_page_is_behind_the_last_key_and_of_the_same_revision(void **state)
{
    (void)state;
    static const char *const last[] = {
        "{\"header\":{\"revision\":\"9\"},\"kvs\":[{\"key\":\"cC9i\"}]}",
        "{\"header\":{\"revision\":\"9\"},\"more\":true}",
        "{\"header\":{\"revision\":\"9\"},\"more\":true,\"kvs\":[{\"key\":7}]}",
    };
    json_t *request = etcd_range("p/", "a", "z");
    json_t *answer = json_loads("{\"header\":{\"revision\":\"7\"},\"more\":true,"
                                "\"kvs\":[{\"key\":\"cC9h\"},{\"key\":\"cC9i\"}]}",
                                0, NULL);
    assert_true(etcd_range_next(request, answer));
    json_object_set_new(json_object_get(answer, "header"), "revision", json_string("8"));
    assert_true(etcd_range_next(request, answer));
    json_decref(answer);
    for (size_t i = 0; i < sizeof(last) / sizeof(last[0]); i++) {
        answer = json_loads(last[i], 0, NULL);
        assert_false(etcd_range_next(request, answer));
        json_decref(answer);
    }
    expect(request, "{\"key\":\"cC9iAA==\",\"limit\":\"5000\",\"range_end\":\"cC96\","
                    "\"revision\":\"7\"}");
}

/* The key and value that are read, or why they are not. */
static void a_key_is_read_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *json, *key, *value;
        unsigned version;
    } rows[] = {
        {"{\"key\":\"cC9mb28=\",\"version\":\"2\",\"value\":\"YmFy\"}", "foo", "bar", 2},
        {"{\"key\":\"cC9mb28=\",\"version\":2}", "foo", "", 2},
        {"{\"key\":\"cC9mb28=\",\"value\":\"AAA=\"}", "foo", NULL, 0}, /* zero bytes */
        {"{\"key\":\"cC9mb28=\",\"value\":\"*\"}", "foo", NULL, 0},
        {"{\"key\":\"cC9mb28=\",\"value\":7,\"version\":\"-\"}", "foo", NULL, 0},
        {"{\"key\":\"Zm9v\"}", NULL, NULL, 0},  /* another prefix */
        {"{\"key\":\"cC8A\"}", NULL, NULL, 0},  /* a zero byte */
        {"{\"key\":\"cC9m*\"}", NULL, NULL, 0}, /* no base64 */
        {"{\"key\":{}}", NULL, NULL, 0},
        {"{}", NULL, NULL, 0},
        {"[]", NULL, NULL, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct etcd_kv kv;
        json_t *json = json_loads(rows[i].json, 0, NULL);
        assert_non_null(json);
        assert_int_equal(etcd_kv_read(json, "p/", &kv), rows[i].key != NULL);
        if (rows[i].key)
            assert_string_equal(kv.key, rows[i].key);
        assert_int_equal(kv.value != NULL, rows[i].value != NULL);
        if (rows[i].value)
            assert_string_equal(kv.value, rows[i].value);
        assert_int_equal(kv.version, rows[i].version);
        etcd_kv_fini(&kv);
        json_decref(json);
    }
}

static void failures_are_known_by_their_code(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        enum etcd_failure failure;
        const char *text;
    } rows[] = {
        {"{\"header\":{}}", ETCD_FINE, NULL},
        {"{\"error\":\"x\",\"message\":\"no leader\",\"code\":14}", ETCD_UNAVAILABLE,
         "no leader"},
        {"{\"error\":\"x\",\"code\":5}", ETCD_NOT_FOUND, "etcd gives no reason"},
        {"{\"error\":{\"grpc_code\":16,\"message\":\"who\"}}", ETCD_UNAUTHENTICATED, "who"},
        {"{\"error\":\"x\",\"message\":\"etcdserver: user name is empty\",\"code\":3}",
         ETCD_UNAUTHENTICATED,
         "etcd wants a login: name user and password-file in section cluster"},
        {"{\"error\":\"x\"}", ETCD_UNKNOWN, NULL},
        {"{\"error\":\"x\",\"code\":99}", ETCD_UNKNOWN, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t *json = json_loads(rows[i].json, 0, NULL);
        const char *text = NULL;
        assert_int_equal(etcd_failure_of(json, &text), rows[i].failure);
        if (rows[i].text)
            assert_string_equal(text, rows[i].text);
        json_decref(json);
    }
}

static void numbers_may_be_absent_or_nonsense(void **state)
{
    (void)state;
    json_t *json = json_loads("{\"a\":\"12\",\"b\":13,\"c\":-1,\"d\":[],\"e\":\"x\","
                              "\"header\":{\"revision\":\"77\"}}",
                              0, NULL);
    assert_int_equal(etcd_number(json, "a"), 12);
    assert_int_equal(etcd_number(json, "b"), 13);
    assert_int_equal(etcd_number(json, "c"), 0);
    assert_int_equal(etcd_number(json, "d"), 0);
    assert_int_equal(etcd_number(json, "e"), 0);
    assert_int_equal(etcd_number(json, "f"), 0);
    assert_int_equal(etcd_revision(json), 77);
    json_decref(json);
}

/* ---- keys that were told of ---- */

static void collect(void *self, const char *key)
{
    strcat(self, key);
    strcat(self, " ");
}

static void a_list_tells_what_is_new_and_what_is_gone(void **state)
{
    (void)state;
    struct etcd_keys keys = {0};
    char gone[64] = "";
    etcd_keys_begin(&keys);
    assert_true(etcd_keys_set(&keys, "a", 1));
    assert_true(etcd_keys_set(&keys, "b", 2));
    assert_true(etcd_keys_set(&keys, "c", 3));
    etcd_keys_end(&keys, collect, gone);
    assert_string_equal(gone, "");
    etcd_keys_begin(&keys);
    assert_false(etcd_keys_set(&keys, "b", 2));
    assert_true(etcd_keys_set(&keys, "d", 9));
    etcd_keys_end(&keys, collect, gone);
    assert_string_equal(gone, "a c ");
    assert_true(etcd_keys_remove(&keys, "d"));
    assert_false(etcd_keys_remove(&keys, "d"));
    etcd_keys_fini(&keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_in_base64_and_numbers_in_strings),
        cmocka_unit_test(the_end_of_a_prefix_is_behind_all_that_begin_with_it),
        cmocka_unit_test(the_next_page_is_behind_the_last_key_and_of_the_same_revision),
        cmocka_unit_test(a_key_is_read_or_refused),
        cmocka_unit_test(failures_are_known_by_their_code),
        cmocka_unit_test(numbers_may_be_absent_or_nonsense),
        cmocka_unit_test(a_list_tells_what_is_new_and_what_is_gone),
    };
    return cmocka_run_group_tests_name("etcd words", tests, NULL, NULL);
}
