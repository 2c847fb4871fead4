/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/base/groups.h"
#include "base/blob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct blob *blob_of(const char *text, size_t n)
{
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    bytes_put(&b, text, n);
    return blob_from_bytes(&b);
}

static void a_blob_takes_the_bytes_over(void **state)
{
    (void)state;
    struct bytes b;
    bytes_init(&b, 77);
    bytes_put(&b, "abc", 3);
    struct blob *blob = blob_from_bytes(&b);
    assert_int_equal(b.len, 0);
    assert_null(b.data);
    assert_int_equal(b.max, 77);
    assert_int_equal(blob->len, 3);
    assert_memory_equal(blob->data, "abc", 3);
    blob_unref(&blob);
    assert_null(blob);
    bytes_fini(&b);
}

static void bytes_count_as_live_until_the_last_reference_goes(void **state)
{
    (void)state;
    size_t before = blob_bytes_live();
    struct blob *a = blob_of("hello", 5), *b = blob_of("worlds", 6);
    struct blob *again = blob_ref(a);
    assert_ptr_equal(again, a);
    assert_int_equal(blob_bytes_live() - before, 11);
    blob_unref(&a);
    assert_int_equal(blob_bytes_live() - before, 11);
    assert_memory_equal(again->data, "hello", 5);
    blob_unref(&again);
    assert_int_equal(blob_bytes_live() - before, 6);
    blob_unref(&b);
    assert_int_equal(blob_bytes_live(), before);
}

static void empty_bytes_make_an_empty_blob(void **state)
{
    (void)state;
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    (void)bytes_reserve(&b, 10);
    struct blob *blob = blob_from_bytes(&b);
    assert_int_equal(blob->len, 0);
    blob_unref(&blob);
}

static void dropping_no_blob_does_nothing(void **state)
{
    (void)state;
    struct blob *none = NULL;
    blob_unref(&none);
    assert_null(none);
}

int test_blob(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_blob_takes_the_bytes_over),
        cmocka_unit_test(bytes_count_as_live_until_the_last_reference_goes),
        cmocka_unit_test(empty_bytes_make_an_empty_blob),
        cmocka_unit_test(dropping_no_blob_does_nothing),
    };
    return cmocka_run_group_tests_name("blob", tests, NULL, NULL);
}
