/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "server/cluster/link_frame.h"
#include "server/cluster/link_hello.h"
#include "tests/unit/server/cluster/link_pair.h"
#include "tests/unit/server/waiting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

/* Two ends, or one and a socket that the test writes to. */
struct fixture {
    sd_event *loop;
    struct link_end a, b;
    int raw; /* the other end of a's */
};

static int set_up(void **state)
{
    struct fixture *f = ALLOC(struct fixture);
    f->raw = -1;
    assert_true(sd_event_new(&f->loop) >= 0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    link_end_fini(&f->a);
    link_end_fini(&f->b);
    if (f->raw >= 0)
        close(f->raw);
    sd_event_unref(f->loop);
    free(f);
    return 0;
}

static struct fixture *pair_up(void **state)
{
    struct fixture *f = *state;
    link_pair_open(&f->a, &f->b, f->loop);
    wait_until(f->loop, link_end_is_up, &f->a);
    wait_until(f->loop, link_end_is_up, &f->b);
    link_pair_settle(f->loop);
    return f;
}

/* a alone, called by the test. */
static struct fixture *raw_with(void **state, const struct link_options *wishes)
{
    struct fixture *f = *state;
    int fds[2];
    link_pair_sockets(fds);
    struct stream *stream = stream_from_fd(fds[0]);
    struct link_options options = link_end_options(&f->a, f->loop, "a");
    if (wishes) {
        options.other = wishes->other;
        options.proof = wishes->proof;
        options.hello_ms = wishes->hello_ms;
        options.ping_ms = wishes->ping_ms;
        options.dead_ms = wishes->dead_ms;
    }
    f->a.link = link_new(&stream, &options);
    f->raw = fds[1];
    return f;
}

static void put_message(struct bytes *b, enum link_type type, const void *payload, size_t n)
{
    link_frame_put_head(b, type, n);
    bytes_put(b, payload, n);
}

static void put_hello(struct bytes *b, unsigned lowest, unsigned highest, const char *node)
{
    struct link_hello hello = {.lowest = lowest, .highest = highest};
    struct bytes payload;
    snprintf(hello.node, sizeof(hello.node), "%s", node);
    bytes_init(&payload, SIZE_MAX);
    link_hello_put(&payload, &hello);
    put_message(b, LINK_HELLO, payload.data, payload.len);
    bytes_fini(&payload);
}

static void send_raw(struct fixture *f, struct bytes *b)
{
    assert_int_equal(send(f->raw, b->data, b->len, MSG_NOSIGNAL), (ssize_t)b->len);
    bytes_fini(b);
}

static void send_hello(struct fixture *f, unsigned lowest, unsigned highest, const char *node)
{
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    put_hello(&b, lowest, highest, node);
    send_raw(f, &b);
}

/* What a has sent, and the last message's place in it. */
static const char *last_text(struct fixture *f, char text_r[256])
{
    uint8_t in[4096];
    ssize_t n = recv(f->raw, in, sizeof(in), 0);
    assert_true(n > 0);
    struct reader r = reader_over(in, (size_t)n);
    struct link_frame frame = {0};
    const char *why;
    while (link_frame_parse(&r, LINK_MESSAGE_MOST, &frame, &why) == PARSE_DONE)
        ;
    assert_int_equal(frame.type, LINK_BYE);
    assert_true(link_read_text(&frame.payload, text_r, 256));
    return text_r;
}

/* ---- greeting ---- */

static void both_ends_learn_who_the_other_is(void **state)
{
    struct fixture *f = pair_up(state);
    assert_string_equal(f->a.node, "b");
    assert_string_equal(f->b.node, "a");
    assert_int_equal(f->a.n_up, 1);
    assert_int_equal(f->b.n_up, 1);
    assert_int_equal(link_version(f->a.link), LINK_VERSION);
    assert_int_equal(f->a.n_down + f->b.n_down, 0);
}

static void nothing_is_told_before_the_loop_turns(void **state)
{
    struct fixture *f = *state;
    link_pair_open(&f->a, &f->b, f->loop);
    assert_int_equal(f->a.n_up + f->b.n_up, 0);
}

static bool has_rtt(void *self)
{
    return link_rtt_us(self) > 0;
}

static void a_round_trip_is_measured_at_once(void **state)
{
    struct fixture *f = pair_up(state);
    wait_until(f->loop, has_rtt, f->a.link);
    wait_until(f->loop, has_rtt, f->b.link);
}

static void greetings_that_do_not_fit_are_refused_with_a_text(void **state)
{
    static const struct {
        unsigned lowest, highest;
        const char *node, *other, *why;
    } rows[] = {
        {LINK_VERSION + 1, LINK_VERSION + 3, "b", "b",
         "node b speaks versions 3 to 5 of what nodes speak, and we 2 to 2"},
        {1, LINK_VERSION_LOWEST - 1, "b", "b",
         "node b speaks versions 1 to 1 of what nodes speak, and we 2 to 2"},
        {LINK_VERSION, LINK_VERSION, "c", "b", "it is node c, and b was dialed"},
        {LINK_VERSION, LINK_VERSION, "a", NULL, "two nodes have the same name"},
        {0, 1, "b", "b", "its greeting is not well-formed"},
        {2, 1, "b", "b", "its greeting is not well-formed"},
        {1, 1, "", NULL, "its name is not one that a node can have"},
        {1, 1, "b/../c", NULL, "its name is not one that a node can have"},
        {1, 1, "-b", NULL, "its name is not one that a node can have"},
        {1, 1, "b c", NULL, "its name is not one that a node can have"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[256];
        struct fixture *f = raw_with(state, &(struct link_options){.other = rows[i].other});
        send_hello(f, rows[i].lowest, rows[i].highest, rows[i].node);
        wait_until(f->loop, link_end_is_down, &f->a);
        assert_int_equal(f->a.n_up, 0);
        assert_string_equal(f->a.why, rows[i].why);
        assert_string_equal(last_text(f, text), rows[i].why);
        link_end_fini(&f->a);
        close(f->raw);
        f->raw = -1;
        f->a = (struct link_end){0};
    }
}

static void a_later_version_that_speaks_ours_is_welcome(void **state)
{
    struct fixture *f = raw_with(state, NULL);
    send_hello(f, 1, 7, "b");
    wait_until(f->loop, link_end_is_up, &f->a);
    assert_int_equal(link_version(f->a.link), LINK_VERSION);
}

static void a_longer_greeting_of_a_later_version_is_read(void **state)
{
    struct fixture *f = raw_with(state, NULL);
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    put_hello(&b, 1, 9, "b");
    bytes_put(&b, "more", 4);
    bytes_patch_u32(&b, 0, (uint32_t)(b.len - LINK_FRAME_HEAD));
    send_raw(f, &b);
    wait_until(f->loop, link_end_is_up, &f->a);
}

static bool proves_nothing(const struct stream *stream, const char *node, const char **why_r)
{
    assert_non_null(stream);
    assert_string_equal(node, "b");
    *why_r = "its certificate is another node's";
    return false;
}

static void a_name_that_is_not_proved_is_refused(void **state)
{
    struct fixture *f = raw_with(
        state, &(struct link_options){.proof = &(struct link_proof){.names = proves_nothing}});
    send_hello(f, LINK_VERSION, LINK_VERSION, "b");
    wait_until(f->loop, link_end_is_down, &f->a);
    assert_int_equal(f->a.n_up, 0);
    assert_string_equal(f->a.why, "its certificate is another node's");
}

static void who_does_not_greet_first_is_refused(void **state)
{
    static const struct {
        enum link_type type;
        uint32_t length; /* announced */
        const char *why;
    } rows[] = {
        {LINK_PING, 8, "it did not say who it is"},
        {LINK_PLACE, 8, "it did not say who it is"},
        {LINK_UNIT, 64 << 20, "a message that is longer than it may be"},
        {LINK_UNIT, 1025, "a message that is longer than it may be"},
        {0, 8, "a message of no known type"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture *f = raw_with(state, NULL);
        struct bytes b;
        bytes_init(&b, SIZE_MAX);
        link_frame_put_head(&b, rows[i].type, rows[i].length);
        bytes_put_zero(&b, 8);
        send_raw(f, &b);
        wait_until(f->loop, link_end_is_down, &f->a);
        assert_string_equal(f->a.why, rows[i].why);
        link_end_fini(&f->a);
        close(f->raw);
        f->raw = -1;
        f->a = (struct link_end){0};
    }
}

static void who_is_not_welcome_hears_why(void **state)
{
    struct fixture *f = *state;
    f->b.unwelcome = "we have a link with you already";
    link_pair_open(&f->a, &f->b, f->loop);
    wait_until(f->loop, link_end_is_down, &f->b);
    wait_until(f->loop, link_end_is_down, &f->a);
    assert_string_equal(f->b.why, "we have a link with you already");
    assert_string_equal(f->a.why, "the other end closed it: 'we have a link with you already'");
}

static void the_other_ends_text_is_made_fit_for_a_log(void **state)
{
    struct fixture *f = raw_with(state, NULL);
    struct bytes b, payload;
    bytes_init(&b, SIZE_MAX);
    bytes_init(&payload, SIZE_MAX);
    link_put_text(&payload, "x' \x1b[2J\xff\n", 200);
    put_message(&b, LINK_BYE, payload.data, payload.len);
    bytes_fini(&payload);
    send_raw(f, &b);
    wait_until(f->loop, link_end_is_down, &f->a);
    assert_string_equal(f->a.why, "the other end closed it: 'x' ?[2J?"
                                  "?'");
}

/* ---- silence ---- */

static void who_says_nothing_is_not_waited_for(void **state)
{
    struct fixture *f = raw_with(state, &(struct link_options){.hello_ms = 1});
    wait_until(f->loop, link_end_is_down, &f->a);
    assert_int_equal(f->a.n_up, 0);
    assert_string_equal(f->a.why, "it did not say in time who it is");
}

static void who_falls_silent_is_gone(void **state)
{
    struct fixture *f = raw_with(state, &(struct link_options){.ping_ms = 1, .dead_ms = 100});
    send_hello(f, LINK_VERSION, LINK_VERSION, "b");
    wait_until(f->loop, link_end_is_down, &f->a);
    assert_int_equal(f->a.n_up, 1);
    assert_string_equal(f->a.why, "nothing came from the other end for too long");
}

/* ---- messages ---- */

static void put_text_message(struct link *link, enum link_type type, const char *text)
{
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    bytes_put(&b, text, strlen(text));
    link_put(link, type, &b, NULL, 0);
    assert_int_equal(b.len, 0);
    assert_null(b.data);
}

static bool has_three(void *self)
{
    return ((struct link_end *)self)->n_messages == 3;
}

static void messages_arrive_whole_and_in_order(void **state)
{
    struct fixture *f = pair_up(state);
    struct bytes content;
    bytes_init(&content, SIZE_MAX);
    bytes_put(&content, "blob", 4);
    struct blob *blob = blob_from_bytes(&content);
    struct blob *const blobs[] = {blob, blob};
    put_text_message(f->a.link, LINK_OPEN, "first");
    bytes_put(&content, "head ", 5);
    link_put(f->a.link, LINK_UNIT, &content, blobs, 2);
    link_put(f->a.link, LINK_CLOSE, NULL, NULL, 0);
    blob_unref(&blob);
    assert_int_equal(link_unsent(f->a.link), 3 * 8 + 5 + 5 + 8);
    assert_int_equal(f->b.n_messages, 0);
    wait_until(f->loop, has_three, &f->b);
    assert_int_equal(f->b.types[0], LINK_OPEN);
    assert_int_equal(f->b.types[1], LINK_UNIT);
    assert_int_equal(f->b.types[2], LINK_CLOSE);
    assert_int_equal(f->b.received.len, 18);
    assert_memory_equal(f->b.received.data, "firsthead blobblob", 18);
    link_pair_settle(f->loop);
    assert_int_equal(link_unsent(f->a.link), 0);
}

static bool has_a_long_one(void *self)
{
    return ((struct link_end *)self)->n_messages == 1;
}

static void the_longest_message_passes(void **state)
{
    struct fixture *f = pair_up(state);
    struct bytes content;
    bytes_init(&content, SIZE_MAX);
    bytes_put_zero(&content, LINK_MESSAGE_MOST);
    struct blob *blob = blob_from_bytes(&content);
    link_put(f->a.link, LINK_UNIT, NULL, &blob, 1);
    blob_unref(&blob);
    wait_until(f->loop, has_a_long_one, &f->b);
    assert_int_equal(f->b.received.len, LINK_MESSAGE_MOST);
    assert_int_equal(link_sent(f->a.link) >= LINK_MESSAGE_MOST, 1);
}

static void a_greeting_and_messages_may_come_in_any_pieces(void **state)
{
    struct fixture *f = raw_with(state, NULL);
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    put_hello(&b, LINK_VERSION, LINK_VERSION, "b");
    put_message(&b, LINK_OPEN, "one", 3);
    put_message(&b, LINK_INPUT, "two", 3);
    put_message(&b, LINK_CLOSE, "", 0);
    for (size_t i = 0; i < b.len; i++) {
        assert_int_equal(send(f->raw, b.data + i, 1, MSG_NOSIGNAL), 1);
        link_pair_settle(f->loop);
    }
    bytes_fini(&b);
    wait_until(f->loop, has_three, &f->a);
    assert_memory_equal(f->a.received.data, "onetwo", 6);
    assert_int_equal(f->a.n_down, 0);
}

static void what_cannot_be_a_message_ends_the_link(void **state)
{
    static const struct {
        uint8_t bytes[8];
        const char *why;
    } rows[] = {
        {{0, 0, 0, 0, 0}, "a message of no known type"},
        {{0, 0, 0, 0, 255}, "a message of no known type"},
        {{0, 0, 0, 0, LINK_OPEN, 1}, "a message of no known type"},
        {{0, 0, 0, 0, LINK_OPEN, 0, 0, 1}, "a message of no known type"},
        {{0, 0, 8, 1, LINK_OPEN}, "a message that is longer than it may be"},
        {{4, 0, 0, 1, LINK_UNIT}, "a message that is longer than it may be"},
        {{255, 255, 255, 255, LINK_UNIT}, "a message that is longer than it may be"},
        {{0, 0, 0, 0, LINK_PING}, "a PING without its time"},
        {{0, 0, 0, 0, LINK_PONG}, "a PONG without its time"},
        {{0, 0, 0, 0, LINK_HELLO}, "it said twice who it is"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture *f = raw_with(state, NULL);
        struct bytes b;
        bytes_init(&b, SIZE_MAX);
        put_hello(&b, LINK_VERSION, LINK_VERSION, "b");
        bytes_put(&b, rows[i].bytes, 8);
        send_raw(f, &b);
        wait_until(f->loop, link_end_is_down, &f->a);
        assert_int_equal(f->a.n_messages, 0);
        assert_string_equal(f->a.why, rows[i].why);
        link_end_fini(&f->a);
        close(f->raw);
        f->raw = -1;
        f->a = (struct link_end){0};
    }
}

static void an_owner_that_objects_ends_the_link(void **state)
{
    struct fixture *f = pair_up(state);
    f->b.objection = "there is no such machine number";
    put_text_message(f->a.link, LINK_OPEN, "x");
    put_text_message(f->a.link, LINK_OPEN, "y");
    wait_until(f->loop, link_end_is_down, &f->b);
    wait_until(f->loop, link_end_is_down, &f->a);
    assert_int_equal(f->b.n_messages, 1);
    assert_string_equal(f->b.why, "there is no such machine number");
    assert_non_null(strstr(f->a.why, "there is no such machine number"));
}

static void a_flood_of_pings_gets_few_answers_while_nobody_reads(void **state)
{
    struct fixture *f = raw_with(state, NULL);
    struct bytes b;
    send_hello(f, LINK_VERSION, LINK_VERSION, "b");
    wait_until(f->loop, link_end_is_up, &f->a);
    for (unsigned round = 0; round < 64; round++) {
        bytes_init(&b, SIZE_MAX);
        for (unsigned i = 0; i < 1000; i++)
            put_message(&b, LINK_PING, "\0\0\0\0\0\0\0\1", 8);
        send_raw(f, &b);
        link_pair_settle(f->loop);
    }
    assert_int_equal(f->a.n_down, 0);
    assert_true(link_unsent(f->a.link) <= 64);
}

static void more_than_the_bound_in_the_queue_ends_the_link(void **state)
{
    struct fixture *f = raw_with(state, NULL);
    send_hello(f, LINK_VERSION, LINK_VERSION, "b");
    wait_until(f->loop, link_end_is_up, &f->a);
    struct bytes content;
    bytes_init(&content, SIZE_MAX);
    bytes_put_zero(&content, LINK_MESSAGE_MOST);
    struct blob *blob = blob_from_bytes(&content);
    for (unsigned i = 0; i < LINK_UNSENT_MOST / LINK_MESSAGE_MOST + 1; i++)
        link_put(f->a.link, LINK_UNIT, NULL, &blob, 1);
    blob_unref(&blob);
    assert_true(link_unsent(f->a.link) <= LINK_UNSENT_MOST);
    assert_int_equal(f->a.n_down, 0);
    wait_until(f->loop, link_end_is_down, &f->a);
    assert_non_null(strstr(f->a.why, "takes too little"));
    assert_int_equal(blob_bytes_live(), 0);
}

static void a_message_of_ours_that_is_too_long_is_not_sent(void **state)
{
    struct fixture *f = pair_up(state);
    struct bytes content;
    bytes_init(&content, SIZE_MAX);
    bytes_put_zero(&content, link_frame_most(LINK_OPEN) + 1);
    link_put(f->a.link, LINK_OPEN, &content, NULL, 0);
    assert_null(content.data);
    wait_until(f->loop, link_end_is_down, &f->a);
    wait_until(f->loop, link_end_is_down, &f->b);
    assert_non_null(strstr(f->a.why, "is too long"));
    assert_int_equal(f->b.n_messages, 0);
}

static void before_it_is_up_and_after_its_end_nothing_is_queued(void **state)
{
    struct fixture *f = *state;
    link_pair_open(&f->a, &f->b, f->loop);
    put_text_message(f->a.link, LINK_OPEN, "early");
    wait_until(f->loop, link_end_is_up, &f->b);
    link_pair_settle(f->loop);
    assert_int_equal(f->b.n_messages, 0);
    link_free(&f->b.link);
    wait_until(f->loop, link_end_is_down, &f->a);
    put_text_message(f->a.link, LINK_OPEN, "late");
    assert_int_equal(link_unsent(f->a.link), 0);
    link_pair_settle(f->loop);
    assert_int_equal(f->a.n_down, 1);
}

/* ---- lifetimes ---- */

static void the_other_end_goes_and_that_is_told_once(void **state)
{
    struct fixture *f = pair_up(state);
    link_free(&f->b.link);
    assert_null(f->b.link);
    wait_until(f->loop, link_end_is_down, &f->a);
    link_pair_settle(f->loop);
    assert_int_equal(f->a.n_down, 1);
    assert_string_equal(f->a.why, "the other end closed it");
    assert_int_equal(f->b.n_down, 0);
}

static void links_may_be_freed_in_every_callback(void **state)
{
    for (unsigned where = 0; where < 3; where++) {
        struct fixture *f = *state;
        f->a = f->b = (struct link_end){.free_in_down = true};
        f->b.free_in_up = where == 0;
        f->b.free_in_message = where == 1;
        f->b.objection = where == 2 ? "no" : NULL;
        link_pair_open(&f->a, &f->b, f->loop);
        wait_until(f->loop, link_end_is_up, &f->b);
        if (where == 0) {
            assert_null(f->b.link);
        } else {
            wait_until(f->loop, link_end_is_up, &f->a);
            put_text_message(f->a.link, LINK_OPEN, "x");
            put_text_message(f->a.link, LINK_OPEN, "y");
        }
        wait_until(f->loop, link_end_is_down, &f->a);
        assert_null(f->a.link);
        assert_null(f->b.link);
        assert_int_equal(f->b.n_messages, where ? 1 : 0);
        assert_int_equal(f->b.n_down, where == 2);
        link_end_fini(&f->a);
        link_end_fini(&f->b);
    }
}

static void a_link_that_is_freed_before_the_loop_turns_tells_nothing(void **state)
{
    struct fixture *f = *state;
    link_pair_open(&f->a, &f->b, f->loop);
    link_free(&f->a.link);
    link_free(&f->a.link);
    wait_until(f->loop, link_end_is_down, &f->b);
    assert_int_equal(f->a.n_up + f->a.n_down, 0);
    assert_string_equal(f->b.why, "the other end closed it before it said who it is");
}

static void another_owner_can_take_over(void **state)
{
    struct fixture *f = pair_up(state);
    struct link_end other = {0};
    (void)link_end_options(&other, f->loop, "b");
    link_set_owner(f->b.link, &link_end_ops, &other);
    put_text_message(f->a.link, LINK_OPEN, "x");
    link_free(&f->a.link);
    wait_until(f->loop, link_end_is_down, &other);
    assert_int_equal(f->b.n_messages + f->b.n_down, 0);
    link_end_fini(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(both_ends_learn_who_the_other_is),
        TEST(nothing_is_told_before_the_loop_turns),
        TEST(a_round_trip_is_measured_at_once),
        TEST(greetings_that_do_not_fit_are_refused_with_a_text),
        TEST(a_later_version_that_speaks_ours_is_welcome),
        TEST(a_longer_greeting_of_a_later_version_is_read),
        TEST(a_name_that_is_not_proved_is_refused),
        TEST(who_does_not_greet_first_is_refused),
        TEST(who_is_not_welcome_hears_why),
        TEST(the_other_ends_text_is_made_fit_for_a_log),
        TEST(who_says_nothing_is_not_waited_for),
        TEST(who_falls_silent_is_gone),
        TEST(messages_arrive_whole_and_in_order),
        TEST(the_longest_message_passes),
        TEST(a_greeting_and_messages_may_come_in_any_pieces),
        TEST(what_cannot_be_a_message_ends_the_link),
        TEST(an_owner_that_objects_ends_the_link),
        TEST(a_flood_of_pings_gets_few_answers_while_nobody_reads),
        TEST(more_than_the_bound_in_the_queue_ends_the_link),
        TEST(a_message_of_ours_that_is_too_long_is_not_sent),
        TEST(before_it_is_up_and_after_its_end_nothing_is_queued),
        TEST(the_other_end_goes_and_that_is_told_once),
        TEST(links_may_be_freed_in_every_callback),
        TEST(a_link_that_is_freed_before_the_loop_turns_tells_nothing),
        TEST(another_owner_can_take_over),
    };
    return cmocka_run_group_tests_name("server/cluster/link", tests, NULL, NULL);
}
