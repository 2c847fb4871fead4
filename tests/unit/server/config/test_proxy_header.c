/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/proxy_header.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START "\r\n\r\n\0\r\nQUIT\n"
#define V4 "\xc0\x00\x02\x07\x0a\x00\x00\x01\xc7\x5a\x17\x0c"
#define V6                                                                                     \
    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"     \
    "\xc7\x5a\x17\x0c"

struct row {
    const char *bytes;
    size_t n;
    const char *peer; /* "" : the connection's own */
};

#define ROW(bytes, peer)                                                                       \
    {                                                                                          \
        bytes, sizeof(bytes) - 1, peer                                                         \
    }

static const struct row good[] = {
    ROW("PROXY TCP4 192.0.2.7 10.0.0.1 51034 5900\r\n", "192.0.2.7:51034"),
    ROW("PROXY TCP4 255.255.255.255 255.255.255.255 65535 0\r\n", "255.255.255.255:65535"),
    ROW("PROXY TCP6 2001:db8::7 2001:db8::1 51034 5900\r\n", "2001:db8::7:51034"),
    ROW("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:65535"),
    ROW("PROXY UNKNOWN\r\n", ""),
    ROW("PROXY UNKNOWN whatever the proxy says 1 2\r\n", ""),
    ROW(START "\x21\x11\0\x0c" V4, "192.0.2.7:51034"),
    ROW(START "\x21\x21\0\x24" V6, "2001:db8::7:51034"),
    ROW(START "\x21\x11\0\x13" V4 "\x04\0\4abcd", "192.0.2.7:51034"),
    ROW(START "\x20\x11\0\x0c" V4, ""),
    ROW(START "\x20\0\0\0", ""),
    ROW(START "\x20\xff\0\4abcd", ""),
    ROW(START "\x21\0\0\0", ""),
    ROW(START "\x21\x12\0\x0c" V4, ""),
};

static const struct row bad[] = {
    ROW("RFB 003.008\n", NULL),
    ROW("PROXY\r\n", NULL),
    ROW("proxy TCP4 1.2.3.4 1.2.3.4 1 1\r\n", NULL),
    ROW("PROXY TCP4 192.0.2.7 10.0.0.1 51034 5900\n", NULL),
    ROW("PROXY TCP4 192.0.2.7 10.0.0.1 51034 5900 \r\n", NULL),
    ROW("PROXY TCP4 192.0.2.7 10.0.0.1 51034 5900 1\r\n", NULL),
    ROW("PROXY TCP4  192.0.2.7 10.0.0.1 51034 5900\r\n", NULL),
    ROW("PROXY TCP4 192.0.2.7 10.0.0.1 51034\r\n", NULL),
    ROW("PROXY TCP4 192.0.2.7 10.0.0.1 65536 5900\r\n", NULL),
    ROW("PROXY TCP4 192.0.2.7 10.0.0.1 051 5900\r\n", NULL),
    ROW("PROXY TCP4 192.0.2.7 10.0.0.1 -1 5900\r\n", NULL),
    ROW("PROXY TCP4 192.0.2.7 10.0.0.1 1\0 5900\r\n", NULL),
    ROW("PROXY TCP4 2001:db8::7 2001:db8::1 51034 5900\r\n", NULL),
    ROW("PROXY TCP6 192.0.2.7 10.0.0.1 51034 5900\r\n", NULL),
    ROW("PROXY TCP4 host other 1 2\r\n", NULL),
    ROW("PROXY UDP4 192.0.2.7 10.0.0.1 51034 5900\r\n", NULL),
    ROW("PROXY \r\n", NULL),
    ROW("PROXY \n", NULL),
    ROW("\r\n\r\n\0\r\nQUIX\n\x21\x11\0\x0c" V4, NULL),
    ROW(START "\x11\x11\0\x0c" V4, NULL),
    ROW(START "\x22\x11\0\x0c" V4, NULL),
    ROW(START "\x21\x41\0\x0c" V4, NULL),
    ROW(START "\x21\x13\0\x0c" V4, NULL),
    ROW(START "\x21\x11\0\x0b" V4, NULL),
    ROW(START "\x21\x21\0\x0c" V4, NULL),
    ROW(START "\x21\x31\0\x0c" V4, NULL),
};

static void peer_text(const struct sockaddr_storage *peer, char text_r[80])
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    char host[INET6_ADDRSTRLEN] = "";
    uint16_t port = 0;
    text_r[0] = 0;
    if (peer->ss_family == AF_UNSPEC)
        return;
    memcpy(&in, peer, sizeof(in));
    memcpy(&in6, peer, sizeof(in6));
    bool v4 = peer->ss_family == AF_INET;
    inet_ntop(peer->ss_family, v4 ? (void *)&in.sin_addr : (void *)&in6.sin6_addr, host,
              sizeof(host));
    port = ntohs(v4 ? in.sin_port : in6.sin6_port);
    snprintf(text_r, 80, "%s:%u", host, port);
}

static void a_good_header_names_the_peer_and_leaves_what_follows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        uint8_t data[256];
        char text[80];
        const char *why;
        struct sockaddr_storage peer;
        memcpy(data, good[i].bytes, good[i].n);
        memcpy(data + good[i].n, "RFB", 3);
        struct reader in = reader_over(data, good[i].n + 3);
        assert_int_equal(proxy_header_parse(&in, &peer, &why), 1);
        assert_int_equal(reader_left(&in), 3);
        assert_false(in.more);
        peer_text(&peer, text);
        assert_string_equal(text, good[i].peer);
    }
}

static void every_proper_prefix_asks_for_more_and_takes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        for (size_t n = 0; n < good[i].n; n++) {
            char *copy = malloc(n + 1);
            const char *why;
            struct sockaddr_storage peer;
            memcpy(copy, good[i].bytes, n);
            struct reader in = reader_over(copy, n);
            assert_int_equal(proxy_header_parse(&in, &peer, &why), 0);
            assert_int_equal(reader_left(&in), n);
            assert_false(in.more);
            free(copy);
        }
}

static void what_is_no_header_is_refused_with_a_cause(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const char *why = NULL;
        struct sockaddr_storage peer = {.ss_family = AF_PACKET};
        struct reader in = reader_over(bad[i].bytes, bad[i].n);
        assert_int_equal(proxy_header_parse(&in, &peer, &why), -EINVAL);
        assert_non_null(why);
        assert_int_equal(peer.ss_family, AF_PACKET);
    }
}

static void a_header_that_is_too_long_is_not_waited_for(void **state)
{
    (void)state;
    char line[PROXY_TEXT_MOST];
    struct sockaddr_storage peer;
    const char *why = NULL;
    memset(line, 'x', sizeof(line));
    memcpy(line, "PROXY UNKNOWN ", 14);
    struct reader in = reader_over(line, sizeof(line) - 1);
    assert_int_equal(proxy_header_parse(&in, &peer, &why), 0);
    in = reader_over(line, sizeof(line));
    assert_int_equal(proxy_header_parse(&in, &peer, &why), -EINVAL);
    /* The length counts without the 16 bytes that it stands in. */
    in = reader_over(START "\x21\x11\x07\xf0", 16);
    assert_int_equal(proxy_header_parse(&in, &peer, &why), 0);
    in = reader_over(START "\x21\x11\x07\xf1", 16);
    assert_int_equal(proxy_header_parse(&in, &peer, &why), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_header_names_the_peer_and_leaves_what_follows),
        cmocka_unit_test(every_proper_prefix_asks_for_more_and_takes_nothing),
        cmocka_unit_test(what_is_no_header_is_refused_with_a_cause),
        cmocka_unit_test(a_header_that_is_too_long_is_not_waited_for),
    };
    return cmocka_run_group_tests_name("proxy_header", tests, NULL, NULL);
}
