/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/base/groups.h"
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static void a_wiped_secret_is_gone(void **state)
{
    (void)state;
    char secret[] = "correct horse";
    const char zeros[sizeof(secret)] = {0};
    secret_wipe(secret, sizeof(secret));
    assert_memory_equal(secret, zeros, sizeof(secret));
    secret_wipe(NULL, 0);
}

static void secrets_are_equal_when_every_bit_is(void **state)
{
    (void)state;
    uint8_t a[16] = {0}, b[16] = {0};
    assert_true(secret_equal(a, b, sizeof(a)));
    for (unsigned bit = 0; bit < 8 * sizeof(a); bit++) {
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(secret_equal(a, b, sizeof(a)));
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(secret_equal(a, b, 0));
}

static void random_bytes_fill_all_and_differ(void **state)
{
    (void)state;
    uint8_t a[1000] = {0}, b[1000] = {0};
    secret_random(a, sizeof(a));
    secret_random(b, sizeof(b));
    assert_memory_not_equal(a, b, sizeof(a));
    assert_memory_not_equal(a + sizeof(a) - 32, (uint8_t[32]){0}, 32);
    secret_random(a, 0);
}

int test_secret(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wiped_secret_is_gone),
        cmocka_unit_test(secrets_are_equal_when_every_bit_is),
        cmocka_unit_test(random_bytes_fill_all_and_differ),
    };
    return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
