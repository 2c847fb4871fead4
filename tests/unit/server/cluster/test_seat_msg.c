/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/seat_msg.h"
#include "server/cluster/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Any of them, to be read where it is. */
union message {
    struct seat_msg_join join;
    struct seat_msg_id id;
    struct seat_msg_role role;
    struct seat_msg_gone gone;
    struct seat_msg_act act;
    struct seat_msg_verdict verdict;
    struct seat_msg_console console;
    struct seat_msg_seen seen;
    struct seat_msg_event event;
};

static const struct seat_msg_join a_join = {
    .id = {7, 9},
    .number = UINT64_C(0x10000000000002),
    .role = ROLE_DRIVE,
    .by_ticket = true,
    .user = "alice",
    .viewer = 3,
    .address = "192.0.2.7:51034",
    .transport = "tcp",
    .security = "x509-plain",
    .encoding = "tight",
    .groups = "ops\0staff",
    .groups_n = 10,
};

static void put_join(struct bytes *b)
{
    seat_msg_put_join(b, &a_join);
}

static void put_id(struct bytes *b)
{
    seat_msg_put_id(b, &(struct seat_msg_id){7, 9});
}

static void put_role(struct bytes *b)
{
    seat_msg_put_role(b, &(struct seat_msg_role){{7, 9}, 4711, ROLE_ADMIN});
}

static void put_gone(struct bytes *b)
{
    seat_msg_put_gone(b, &(struct seat_msg_gone){{7, 9}, "it is late"});
}

static void put_act(struct bytes *b)
{
    const struct console_wish wish = {.kind = WISH_WHEEL,
                                      .session = 12,
                                      .event = WHEEL_GIVE,
                                      .target = 13,
                                      .role = ROLE_WATCH,
                                      .text = "hello",
                                      .head = 15,
                                      .w = 4096,
                                      .h = 2160,
                                      .power = POWER_RESET};
    seat_msg_put_act(b, 7, 2, &wish);
}

static void put_resize(struct bytes *b)
{
    const struct console_wish wish = {.kind = WISH_RESIZE, .session = 12, .w = 640, .h = 480};
    seat_msg_put_act(b, 7, 3, &wish);
}

static void put_verdict(struct bytes *b)
{
    seat_msg_put_verdict(b, &(struct seat_msg_verdict){7, 2, true, "nobody drives"});
}

static void put_seen(struct bytes *b)
{
    seat_msg_put_seen(b, &(struct seat_msg_seen){7, 99});
}

static void put_event(struct bytes *b)
{
    const struct session alice = {.id = 12, .user = "alice", .role = ROLE_DRIVE},
                         bob = {.id = 13, .user = "bob", .role = ROLE_WATCH};
    const struct session_event e = {.kind = SESSION_ASKED,
                                    .time_us = 5,
                                    .session = (struct session *)&alice,
                                    .other = (struct session *)&bob,
                                    .text = "x"};
    seat_msg_put_event(b, 7, &e);
}

static bool read_join(struct reader *r, union message *m)
{
    return seat_msg_read_join(r, &m->join);
}

static bool read_id(struct reader *r, union message *m)
{
    return seat_msg_read_id(r, &m->id);
}

static bool read_role(struct reader *r, union message *m)
{
    return seat_msg_read_role(r, &m->role);
}

static bool read_gone(struct reader *r, union message *m)
{
    return seat_msg_read_gone(r, &m->gone);
}

static bool read_act(struct reader *r, union message *m)
{
    return seat_msg_read_act(r, &m->act);
}

static bool read_verdict(struct reader *r, union message *m)
{
    return seat_msg_read_verdict(r, &m->verdict);
}

static bool read_seen(struct reader *r, union message *m)
{
    return seat_msg_read_seen(r, &m->seen);
}

static bool read_event(struct reader *r, union message *m)
{
    return seat_msg_read_event(r, &m->event);
}

static const struct {
    void (*put)(struct bytes *b);
    bool (*read)(struct reader *r, union message *m);
} rows[] = {
    {put_join, read_join},   {put_id, read_id},      {put_role, read_role},
    {put_gone, read_gone},   {put_act, read_act},    {put_seen, read_seen},
    {put_event, read_event}, {put_resize, read_act}, {put_verdict, read_verdict},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void every_proper_prefix_and_every_longer_message_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct bytes b;
        union message m;
        bytes_init(&b, LINK_MESSAGE_MOST);
        rows[i].put(&b);
        for (size_t n = 0; n <= b.len; n++) {
            uint8_t *exact = malloc(n + 1); /* no byte behind it is there */
            memcpy(exact, b.data, n);
            struct reader r = reader_over(exact, n);
            assert_int_equal(rows[i].read(&r, &m), n == b.len);
            free(exact);
        }
        bytes_put_u8(&b, 0);
        struct reader r = reader_over(b.data, b.len);
        assert_false(rows[i].read(&r, &m));
        bytes_fini(&b);
    }
}

static void what_was_put_is_read(void **state)
{
    struct bytes b;
    struct seat_msg_join join;
    struct seat_msg_act act;
    struct seat_msg_verdict verdict;
    struct seat_msg_event event;
    (void)state;
    bytes_init(&b, LINK_MESSAGE_MOST);
    put_join(&b);
    struct reader r = reader_over(b.data, b.len);
    assert_true(seat_msg_read_join(&r, &join));
    assert_int_equal(join.id.seat, 9);
    assert_true(join.number == a_join.number);
    assert_int_equal(join.role, ROLE_DRIVE);
    assert_true(join.by_ticket);
    assert_string_equal(join.user, "alice");
    assert_string_equal(join.encoding, "tight");
    assert_int_equal(join.groups_n, 10);
    assert_string_equal(join.groups + 4, "staff");
    bytes_clear(&b);
    put_act(&b);
    r = reader_over(b.data, b.len);
    assert_true(seat_msg_read_act(&r, &act));
    assert_int_equal(act.serial, 2);
    assert_int_equal(act.wish.event, WHEEL_GIVE);
    assert_int_equal(act.wish.target, 13);
    assert_string_equal(act.wish.text, "hello");
    assert_int_equal(act.wish.head, 15);
    assert_int_equal(act.wish.w, 4096);
    assert_int_equal(act.wish.h, 2160);
    assert_int_equal(act.wish.power, POWER_RESET);
    bytes_clear(&b);
    put_verdict(&b);
    r = reader_over(b.data, b.len);
    assert_true(seat_msg_read_verdict(&r, &verdict));
    assert_int_equal(verdict.serial, 2);
    assert_true(verdict.queued);
    assert_string_equal(verdict.why, "nobody drives");
    bytes_clear(&b);
    put_event(&b);
    r = reader_over(b.data, b.len);
    assert_true(seat_msg_read_event(&r, &event));
    assert_int_equal(event.kind, SESSION_ASKED);
    assert_string_equal(event.session.user, "alice");
    assert_int_equal(event.other.id, 13);
    assert_string_equal(event.text, "x");
    bytes_fini(&b);
}

/* Each byte by itself is any value; what is taken keeps to its ranges. */
static void no_changed_byte_makes_a_value_that_there_is_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct bytes b;
        bytes_init(&b, LINK_MESSAGE_MOST);
        rows[i].put(&b);
        for (size_t at = 0; at < b.len * 256; at++) {
            union message m;
            uint8_t before = b.data[at / 256];
            b.data[at / 256] = (uint8_t)at;
            struct reader r = reader_over(b.data, b.len);
            bool good = rows[i].read(&r, &m);
            if (good && rows[i].read == read_act)
                assert_true(m.act.wish.kind < WISH_KINDS && m.act.wish.event <= WHEEL_DENY &&
                            m.act.wish.role <= ROLE_ADMIN && m.act.wish.power <= POWER_RESET &&
                            m.act.wish.head < HEADS_MOST);
            if (good && rows[i].put == put_resize && m.act.wish.kind == WISH_RESIZE)
                assert_true(surface_size_ok(m.act.wish.w, m.act.wish.h));
            if (good && rows[i].put == put_join)
                assert_true(m.join.role > ROLE_NONE && m.join.role <= ROLE_ADMIN);
            if (good && rows[i].put == put_event)
                assert_true(m.event.kind < SESSION_EVENT_KINDS);
            b.data[at / 256] = before;
        }
        bytes_fini(&b);
    }
}

static void an_image_is_what_is_left_of_its_message(void **state)
{
    struct bytes b;
    struct seat_msg_console m = {7, 3, "{}", 2};
    (void)state;
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_console(&b, &m);
    struct reader r = reader_over(b.data, b.len);
    m = (struct seat_msg_console){0};
    assert_true(seat_msg_read_console(&r, &m));
    assert_int_equal(m.answered, 3);
    assert_int_equal(m.image_n, 2);
    assert_memory_equal(m.image, "{}", 2);
    r = reader_over(b.data, 7);
    assert_false(seat_msg_read_console(&r, &m));
    bytes_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_proper_prefix_and_every_longer_message_is_refused),
        cmocka_unit_test(what_was_put_is_read),
        cmocka_unit_test(no_changed_byte_makes_a_value_that_there_is_not),
        cmocka_unit_test(an_image_is_what_is_left_of_its_message),
    };
    return cmocka_run_group_tests_name("messages about sessions", tests, NULL, NULL);
}
