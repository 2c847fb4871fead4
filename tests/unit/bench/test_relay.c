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
    unsigned port; /* of the relay */
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
    w->port = relay_init(&w->relay, address, link);
    assert_int_not_equal(w->port, 0);
    w->client = connect_to(w->port);
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

/* Whether one byte that is sent now arrives within some steps. */
static bool arrives(struct world *w, int from, int to)
{
    char byte = 'x';
    bool got = false;
    assert_int_equal(send(from, &byte, 1, MSG_NOSIGNAL), 1);
    for (int step = 0; !got && step < 50; step++) {
        relay_step(&w->relay, 1000);
        got = recv(to, &byte, 1, MSG_DONTWAIT) == 1;
    }
    return got;
}

static void what_is_held_arrives_when_it_is_mended(void **state)
{
    struct world w;
    char bytes[2] = "";
    (void)state;
    begin(&w, &(struct relay_link){0});
    assert_true(relay_command(&w.relay, "hold 127.0.0.1"));
    assert_false(arrives(&w, w.client, w.server));
    assert_true(relay_command(&w.relay, "mend 127.0.0.1"));
    assert_true(arrives(&w, w.client, w.server));
    assert_int_equal(recv(w.server, bytes, 1, 0), 1); /* the first, or the second */
    pass(&w, w.server, w.client);
    end(&w);
}

static void only_those_from_an_address_are_held(void **state)
{
    struct world w;
    (void)state;
    begin(&w, &(struct relay_link){0});
    assert_true(relay_command(&w.relay, "hold 127.0.0.2"));
    assert_true(arrives(&w, w.client, w.server));
    assert_true(relay_command(&w.relay, "hold"));
    assert_false(arrives(&w, w.client, w.server));
    assert_true(relay_command(&w.relay, "mend 127.0.0.1"));
    assert_true(arrives(&w, w.server, w.client));
    end(&w);
}

static void what_is_cut_is_closed_until_it_is_mended(void **state)
{
    struct world w;
    char byte;
    (void)state;
    begin(&w, &(struct relay_link){0});
    assert_true(relay_command(&w.relay, "cut"));
    assert_int_equal(w.relay.n, 0);
    assert_true(recv(w.client, &byte, 1, 0) <= 0);
    assert_true(recv(w.server, &byte, 1, 0) <= 0);
    close(w.client);
    w.client = connect_to(w.port);
    relay_step(&w.relay, 1000);
    assert_true(recv(w.client, &byte, 1, 0) <= 0);
    assert_true(relay_command(&w.relay, "mend"));
    close(w.client);
    w.client = connect_to(w.port);
    while (!w.relay.n)
        relay_step(&w.relay, 1000);
    end(&w);
}

static void other_words_are_no_commands(void **state)
{
    static const char *const words[] = {"",        "hold on", "cut 1.2.3",
                                        "latency", "rate x",  "stall 5"};
    struct world w;
    (void)state;
    begin(&w, &(struct relay_link){0});
    for (size_t i = 0; i < COUNT(words); i++)
        assert_false(relay_command(&w.relay, words[i]));
    assert_true(relay_command(&w.relay, "latency 1"));
    assert_true(relay_command(&w.relay, "rate 20000"));
    assert_true(relay_command(&w.relay, "stall 1 5"));
    pass(&w, w.server, w.client);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_go_over_any_link_unchanged),
        cmocka_unit_test(the_end_of_a_connection_is_passed_on),
        cmocka_unit_test(what_was_sent_before_the_end_arrives),
        cmocka_unit_test(what_is_held_arrives_when_it_is_mended),
        cmocka_unit_test(only_those_from_an_address_are_held),
        cmocka_unit_test(what_is_cut_is_closed_until_it_is_mended),
        cmocka_unit_test(other_words_are_no_commands),
    };
    return cmocka_run_group_tests_name("relay", tests, NULL, NULL);
}
