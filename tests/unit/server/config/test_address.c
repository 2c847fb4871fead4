/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/address.h"
#include "server/config_values.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/un.h>

#include <cmocka.h>

static void addresses_are_read_as_written(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int family;
        const char *host;
        int port;
        bool local;
    } rows[] = {
        {"127.0.0.1:5900", AF_INET, "127.0.0.1", 5900, true},
        {"127.3.4.5:1", AF_INET, "127.3.4.5", 1, true},
        {"localhost:0", AF_INET, "127.0.0.1", 0, true},
        {"0.0.0.0:65535", AF_INET, "0.0.0.0", 65535, false},
        {"10.0.0.7:05900", AF_INET, "10.0.0.7", 5900, false},
        {"[::]:5900", AF_INET6, "::", 5900, false},
        {"[::1]:5900", AF_INET6, "::1", 5900, true},
        {"[::ffff:127.0.0.1]:1", AF_INET6, "::ffff:127.0.0.1", 1, true},
        {"[::ffff:10.0.0.1]:1", AF_INET6, "::ffff:10.0.0.1", 1, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct address a;
        const char *why = "";
        char host[INET6_ADDRSTRLEN];
        assert_int_equal(address_parse(rows[i].text, &a, &why), 0);
        assert_int_equal(a.sa.ss_family, rows[i].family);
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        memcpy(&in, &a.sa, sizeof(in));
        memcpy(&in6, &a.sa, sizeof(in6));
        bool v6 = rows[i].family == AF_INET6;
        inet_ntop(rows[i].family, v6 ? (void *)&in6.sin6_addr : (void *)&in.sin_addr, host,
                  sizeof(host));
        assert_string_equal(host, rows[i].host);
        assert_int_equal(ntohs(v6 ? in6.sin6_port : in.sin_port), rows[i].port);
        assert_int_equal(address_is_local(&a), rows[i].local);
        assert_false(address_is_unix(&a));
    }
}

static void a_path_is_a_unix_socket(void **state)
{
    (void)state;
    struct address a;
    struct sockaddr_un un;
    assert_int_equal(address_parse("unix:/run/x.sock", &a, NULL), 0);
    memcpy(&un, &a.sa, sizeof(un));
    assert_string_equal(un.sun_path, "/run/x.sock");
    assert_true(address_is_unix(&a));
    assert_true(address_is_local(&a));
}

static void what_is_no_address_is_refused_with_a_cause(void **state)
{
    (void)state;
    char longest[5 + 108 + 1] = "unix:/";
    memset(longest + 6, 'a', 107);
    const char *const rows[] = {
        "",
        "5900",
        ":5900",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "1.2.3:5",
        "example.org:1",
        "[::1]",
        "[::1:5900",
        "::1:5900",
        "[]:1",
        "[:1",
        "unix:",
        "unix:x",
        "unix:/",
        "1.2.3.4:5x",
        "1.2.3.4: 5",
        "1.2.3.4:000001",
        longest,
        "[::1]x:5",
        "[127.0.0.1]:5",
        "*:5900",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *why = NULL;
        assert_int_equal(address_parse(rows[i], NULL, &why), -EINVAL);
        assert_non_null(why);
    }
    longest[5 + 107] = 0;
    assert_int_equal(address_parse(longest, NULL, NULL), 0);
}

static void durations_are_a_number_and_a_unit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        uint64_t us;
    } rows[] = {
        {"0s", true, 0},
        {"1ms", true, 1000},
        {"30s", true, 30000000},
        {"10m", true, 600000000},
        {"2h", true, 7200000000},
        {"90d", true, UINT64_C(90) * 86400000000},
        {"10000d", true, UINT64_C(10000) * 86400000000},
        {"10001d", false, 0},
        {"", false, 0},
        {"s", false, 0},
        {"10", false, 0},
        {"-1s", false, 0},
        {"1.5s", false, 0},
        {"10 s", false, 0},
        {"1us", false, 0},
        {"99999999999999999999s", false, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t us = 0;
        assert_int_equal(duration_parse(rows[i].text, &us), rows[i].good);
        assert_true(us == rows[i].us);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read_as_written),
        cmocka_unit_test(a_path_is_a_unix_socket),
        cmocka_unit_test(what_is_no_address_is_refused_with_a_cause),
        cmocka_unit_test(durations_are_a_number_and_a_unit),
    };
    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
