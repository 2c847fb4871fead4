/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/verifier.h with a verifier that lies. The test is its own fake program: started with
 * VERIFIER_FAKE, it agrees to the set-up and answers the first request with those bytes.
 */
#include <config.h>
#include "auth/verifier/packet.h"
#include "server/verifier.h"
#include "tests/unit/hex.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { CHANNEL = 3, PATIENCE_S = 60 };

static void fake_send(const char *hex, int passed)
{
    struct bytes packet;
    hex_init(&packet, hex);
    packet_send(CHANNEL, packet.data, packet.len, passed);
    bytes_fini(&packet);
}

/* The answers of a text, parted by ';'; one that begins with '+' brings a descriptor. */
static void fake_answer(const char *text)
{
    char copy[512], *rest = copy;
    snprintf(copy, sizeof(copy), "%s", text);
    for (char *one; (one = strsep(&rest, ";"));)
        fake_send(one + (*one == '+'), *one == '+' ? 0 : -1);
}

static int fake(const char *text)
{
    static uint8_t packet[VERIFIER_REQUEST_MOST];
    while (packet_receive(CHANNEL, packet, sizeof(packet), 0, NULL) > 0) {
        if (packet[0] == VERIFIER_SEAL)
            fake_send("0b 00000000", -1);
        else if (packet[0] > VERIFIER_SEAL)
            fake_answer(text);
    }
    return 0;
}

struct heard {
    unsigned n;
    struct verifier_answer answer;
};

static void on_answer(void *self, const struct verifier_answer *answer)
{
    struct heard *h = self;
    h->n++;
    h->answer = *answer;
}

/* Asks once; runs until there is an answer and, unless it is to live, the verifier is given up.
 */
static struct heard ask(const char *text, bool connect, bool lives)
{
    static const char *const service = "a";
    static const struct verifier_socket_row socket = {"/a", false};
    const struct verifier_options options = {.program = "/proc/self/exe",
                                             .services = &service,
                                             .n_services = 1,
                                             .sockets = &socket,
                                             .n_sockets = 1};
    const char *why = NULL;
    struct heard h = {0};
    struct verifier *v = NULL;
    sd_event *loop = NULL;
    time_t end = time(NULL) + PATIENCE_S;
    assert_true(sd_event_new(&loop) >= 0);
    setenv("VERIFIER_FAKE", text, 1);
    assert_int_equal(verifier_start(&v, loop, &options, &why), 0);
    unsetenv("VERIFIER_FAKE");
    if (connect)
        verifier_connect(v, 0, "", on_answer, &h);
    else
        verifier_check(v, service, "alice", "secret", "", on_answer, &h);
    while (h.n == 0 || verifier_alive(v) != lives) {
        assert_true(time(NULL) < end);
        assert_true(sd_event_run(loop, 10000) >= 0);
    }
    assert_int_equal(h.n, 1);
    pid_t pid = verifier_pid(v);
    verifier_stop(&v);
    waitpid(pid, NULL, 0);
    sd_event_unref(loop);
    return h;
}

static void true_answers_are_taken(void **state)
{
    (void)state;
    struct heard h = ask("0c 00000001 01 00 0001 00 00000000 00", false, true);
    assert_int_equal(h.answer.result, VERIFIER_WRONG);
    h = ask("+0f 00000001 00000000 0001 00", true, true);
    assert_int_equal(h.answer.error, 0);
    assert_true(h.answer.fd >= 0);
    close(h.answer.fd);
}

static void lies_end_the_connection(void **state)
{
    (void)state;
    static const struct row {
        const char *text;
        bool connect;
    } rows[] = {
        {"0c 00000002 00 00 0001 00 00000000 00", false}, /* to a question never asked */
        {"0c 00000000 00 00 0001 00 00000000 00", false},
        {"0e 00000001 00000000 0001 00 00000000 00", false}, /* to another kind of question */
        {"0b 00000001", false},
        {"06 00000001 00000000 0001 00 0001 00 0001 00", false}, /* a request */
        {"0c 00000001 00 00 0001 00 00000000", false},           /* cut */
        {"ff", false},
        {"0c 00000001 01 01 0001 00 00000000 00", false},  /* a session for a wrong password */
        {"+0c 00000001 00 00 0001 00 00000000 00", false}, /* a descriptor for nothing */
        {"0f 00000001 00000000 0001 00", true},            /* none where one is said */
        {"+0f 00000001 00000002 0001 00", true},           /* an error with one */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct heard h = ask(rows[i].text, rows[i].connect, false);
        if (!rows[i].connect)
            assert_int_equal(h.answer.result, VERIFIER_GONE);
        assert_int_equal(h.answer.error, -EPIPE);
        assert_int_equal(h.answer.fd, -1);
    }
}

static void a_second_answer_ends_the_connection(void **state)
{
    (void)state;
    static const char text[] = "0c 00000001 00 00 0002 'a' 00 00000000 00;"
                               "0c 00000001 00 00 0002 'a' 00 00000000 00";
    struct heard h = ask(text, false, false);
    assert_int_equal(h.answer.result, VERIFIER_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(true_answers_are_taken),
        cmocka_unit_test(lies_end_the_connection),
        cmocka_unit_test(a_second_answer_ends_the_connection),
    };
    const char *text = getenv("VERIFIER_FAKE");
    if (text)
        return fake(text);
    return cmocka_run_group_tests_name("verifier/answers", tests, NULL, NULL);
}
