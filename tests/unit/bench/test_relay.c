/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { BYTES = 100000, STEPS_MOST = 1000000 };

/* A server, a relay before it, and a client, all in this thread. */
struct world {
    struct relay relay;
    int listener, server, client;
};

static int connect_to(unsigned port)
{
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                             .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&in, sizeof(in)), 0);
    return fd;
}

static void begin(struct world *w, const struct relay_link *link)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(in);
    char address[32];
    w->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(w->listener, (struct sockaddr *)&in, len), 0);
    assert_int_equal(listen(w->listener, 4), 0);
    assert_int_equal(getsockname(w->listener, (struct sockaddr *)&in, &len), 0);
    snprintf(address, sizeof(address), "127.0.0.1:%u", ntohs(in.sin_port));
    unsigned port = relay_init(&w->relay, address, link);
    assert_int_not_equal(port, 0);
    w->client = connect_to(port);
    while (!w->relay.n)
        relay_step(&w->relay, 1000);
    w->server = accept(w->listener, NULL, NULL);
    assert_true(w->server >= 0);
}

static void end(struct world *w)
{
    close(w->client);
    close(w->server);
    close(w->listener);
    relay_fini(&w->relay);
}

/* Sends bytes at one end and expects them at the other. */
static void pass(struct world *w, int from, int to)
{
    static uint8_t out[BYTES], in[BYTES];
    size_t sent = 0, got = 0;
    for (size_t i = 0; i < BYTES; i++)
        out[i] = (uint8_t)(i * 2654435761u >> 9);
    for (int step = 0; got < BYTES && step < STEPS_MOST; step++) {
        ssize_t n = send(from, out + sent, BYTES - sent, MSG_DONTWAIT);
        sent += n > 0 ? (size_t)n : 0;
        relay_step(&w->relay, 1000);
        n = recv(to, in + got, BYTES - got, MSG_DONTWAIT);
        got += n > 0 ? (size_t)n : 0;
    }
    assert_int_equal(got, BYTES);
    assert_memory_equal(in, out, BYTES);
}

static void bytes_go_over_any_link_unchanged(void **state)
{
    static const struct relay_link links[] = {
        {0},
        {.rate_bps = 8000000},
        {.latency_us = 3000},
        {.rate_bps = 20000000, .latency_us = 1000, .stall_us = 1000, .stall_every_us = 5000},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(links); i++) {
        struct world w;
        begin(&w, &links[i]);
        pass(&w, w.server, w.client);
        pass(&w, w.client, w.server);
        end(&w);
    }
}

static void the_end_of_a_connection_is_passed_on(void **state)
{
    struct world w;
    char byte;
    (void)state;
    begin(&w, &(struct relay_link){0});
    shutdown(w.server, SHUT_WR);
    while (w.relay.n)
        relay_step(&w.relay, 1000);
    assert_int_equal(recv(w.client, &byte, 1, 0), 0);
    end(&w);
}

static void what_was_sent_before_the_end_arrives(void **state)
{
    struct world w;
    char bytes[8] = "";
    (void)state;
    begin(&w, &(struct relay_link){.latency_us = 20000});
    assert_int_equal(send(w.server, "goodbye", 7, 0), 7);
    shutdown(w.server, SHUT_WR);
    while (w.relay.n)
        relay_step(&w.relay, 1000);
    assert_int_equal(recv(w.client, bytes, 7, MSG_WAITALL), 7);
    assert_string_equal(bytes, "goodbye");
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_go_over_any_link_unchanged),
        cmocka_unit_test(the_end_of_a_connection_is_passed_on),
        cmocka_unit_test(what_was_sent_before_the_end_arrives),
    };
    return cmocka_run_group_tests_name("relay", tests, NULL, NULL);
}
