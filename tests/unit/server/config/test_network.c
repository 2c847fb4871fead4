/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/network.h"
#include "server/address.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void an_address_is_in_the_networks_that_hold_it(void **state)
{
    (void)state;
    static const struct {
        const char *network, *peer;
        bool in;
    } rows[] = {
        {"10.0.0.7", "10.0.0.7:1", true},
        {"10.0.0.7", "10.0.0.8:1", false},
        {"10.0.0.7", "[::ffff:10.0.0.7]:1", true},
        {"::ffff:10.0.0.7", "10.0.0.7:1", true},
        {"10.0.0.0/24", "10.0.0.255:1", true},
        {"10.0.0.0/24", "10.0.1.0:1", false},
        {"10.0.0.128/25", "10.0.0.127:1", false},
        {"10.0.0.128/25", "10.0.0.128:1", true},
        {"0.0.0.0/0", "203.0.113.9:1", true},
        {"0.0.0.0/0", "[2001:db8::1]:1", false},
        {"2001:db8::/32", "[2001:db8:ffff::1]:1", true},
        {"2001:db8::/32", "[2001:db9::1]:1", false},
        {"::/0", "[2001:db9::1]:1", true},
        {"::1", "[::1]:1", true},
        {"::1", "127.0.0.1:1", false},
        {"::/0", "unix:/x", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct network n;
        struct address a;
        assert_int_equal(network_parse(rows[i].network, &n), 0);
        assert_int_equal(address_parse(rows[i].peer, &a, NULL), 0);
        assert_int_equal(network_has(&n, &a.sa), rows[i].in);
    }
}

static void what_is_no_network_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "/",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.1/24",
        "10.0.0.0/8/8",
        "10.0.0.0/-1",
        "10.0.0.0/ 8",
        "10.0.0.0/0008",
        "10.0.0",
        "10.0.0.7:80",
        "[::1]",
        "::/129",
        "2001:db8::1/32",
        "localhost",
        "aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct network n;
        assert_int_equal(network_parse(rows[i], &n), -EINVAL);
    }
}

static void a_list_has_what_one_of_it_has(void **state)
{
    (void)state;
    struct text_list list = {0};
    struct address a;
    assert_int_equal(address_parse("10.0.0.7:9", &a, NULL), 0);
    assert_false(network_list_has(&list, &a.sa));
    text_list_add(&list, "no network");
    text_list_add(&list, "192.0.2.0/24");
    assert_false(network_list_has(&list, &a.sa));
    text_list_add(&list, "10.0.0.0/8");
    assert_true(network_list_has(&list, &a.sa));
    text_list_fini(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_in_the_networks_that_hold_it),
        cmocka_unit_test(what_is_no_network_is_refused),
        cmocka_unit_test(a_list_has_what_one_of_it_has),
    };
    return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
