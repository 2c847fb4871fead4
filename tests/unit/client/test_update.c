/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/client/wire.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

/* Rectangles in a framebuffer of 4x2 with 8 bits a pixel. */
#define UPDATE(count) "00 00 " count
#define RAW_ALL "0000 0000 0004 0002 00000000 *8 05"
#define RAW_PIXEL "0003 0001 0001 0001 00000000 09"
#define LAST_RECT "0000 0000 0000 0000 ffffff20"

struct row {
    const char *what;
    const char *encodings;
    int requests; /* sent before */
    const char *said;
    const char *fault; /* part of the sentence; NULL: there must be none */
};

static void check(const struct row *row)
{
    struct wire wire;
    int got;

    wire_open(&wire, NULL);
    assert_int_equal(0, client_set_encodings_text(wire.client, row->encodings));
    for (int i = 0; i < row->requests; i++)
        client_request_all(wire.client, false);
    wire_say(&wire, row->said);
    wire_hang_up(&wire);
    do {
        got = client_receive(wire.client, 20000);
    } while (got >= 0);
    if (got != (row->fault ? -EPROTO : -ECONNRESET) ||
        (row->fault && !strstr(client_why(wire.client), row->fault)))
        fail_msg("%s: %d, '%s'", row->what, got, client_why(wire.client));
    wire_fini(&wire);
}

static void updates_follow_the_rules(void **state)
{
    static const struct row rows[] = {
        {"one for a request", "raw", 1, UPDATE("0001") RAW_ALL, NULL},
        {"two for two", "raw", 2, UPDATE("0001") RAW_ALL UPDATE("0001") RAW_ALL, NULL},
        {"raw need not be asked for", "tight", 1, UPDATE("0001") RAW_ALL, NULL},
        {"none was requested", "raw", 0, UPDATE("0001") RAW_ALL, "not requested"},
        {"two for one", "raw", 1, UPDATE("0001") RAW_ALL UPDATE("0001") RAW_ALL,
         "not requested"},
        {"right of the framebuffer", "raw", 1, UPDATE("0001") "0004 0000 0001 0001 00000000 05",
         "outside of 4x2"},
        {"below the framebuffer", "raw", 1, UPDATE("0001") "0000 0002 0001 0001 00000000 05",
         "outside of 4x2"},
        {"65535 wide", "raw", 1, UPDATE("0001") "0001 0000 ffff 0001 00000000 05",
         "outside of 4x2"},
        {"RRE was not asked for", "raw", 1,
         UPDATE("0001") "0000 0000 0004 0002 00000002 00000000 07", "encoding 2 (rre)"},
        {"an unknown encoding", "raw", 1, UPDATE("0001") "0000 0000 0004 0002 00000063",
         "encoding 99 (unknown)"},
        {"encoding 99 was asked for", "99", 1, UPDATE("0001") "0000 0000 0004 0002 00000063",
         "encoding 99 is unknown"},
        {"LastRect ends it", "raw,lastrect", 1, UPDATE("ffff") RAW_ALL LAST_RECT, NULL},
        {"LastRect was not asked for", "raw", 1, UPDATE("ffff") RAW_ALL LAST_RECT, "lastrect"},
        {"a rectangle is missing", "raw", 1, UPDATE("0002") RAW_ALL "0000", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        check(&rows[i]);
}

static void what_extensions_need_must_have_been_asked_for(void **state)
{
    static const struct row rows[] = {
        {"fence", "raw", 0, "f8 000000 00000000 00", "extension was not asked for"},
        {"EndOfContinuousUpdates", "raw", 0, "96", "extension was not asked for"},
        {"xvp", "raw", 0, "fa 00 01 01", "extension was not asked for"},
        {"cursor", "raw", 0, UPDATE("0001") "0000 0000 0000 0000 ffffff11", "(cursor)"},
        {"DesktopName", "raw", 0, UPDATE("0001") "0000 0000 0000 0000 fffffecd 00000000",
         "(desktopname)"},
        {"extended clipboard", "raw", 0, "03 000000 fffffffc 01000001", "length -4"},
        {"a colour map", "raw", 0, "01 00 0000 0001 000000000000", "true colour"},
        {"type 17", "raw", 0, "11", "type 17 is unknown"},
        {"the announcement of continuous updates", "continuous", 0, "96", NULL},
        {"a second one", "continuous", 0, "96 96", "without a reason"},
        {"the announcement of fences", "fence", 0, "f8 000000 00000000 00", NULL},
        {"an answer to no fence", "fence", 0, "f8 000000 00000000 00 f8 000000 00000000 00",
         "answers none of ours"},
        {"a fence of 65 bytes", "fence", 0, "f8 000000 80000000 41", "65 bytes"},
        {"xvp code 2", "xvp", 0, "fa 00 01 02", "xvp code 2"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        check(&rows[i]);
}

static void pixels_and_counts_are_kept(void **state)
{
    struct wire wire;
    struct client *c;

    (void)state;
    wire_open(&wire, NULL);
    c = wire.client;
    client_set_encodings_text(c, "copyrect,rre");
    client_request_all(c, false);
    assert_false(client_picture_is_complete(&c->picture));
    assert_int_equal(CLIENT_UPDATE, wire_receive(&wire, UPDATE("0002") RAW_ALL RAW_PIXEL));
    assert_true(client_picture_is_complete(&c->picture));
    assert_int_equal(c->picture.value[6], 5);
    assert_int_equal(c->picture.value[7], 9);
    client_request_all(c, true);
    assert_int_equal(
        CLIENT_UPDATE,
        wire_receive(&wire, UPDATE("0001") "0000 0000 0001 0001 00000001 0003 0001"));
    assert_int_equal(c->picture.value[0], 9);
    assert_int_equal(c->updates, 2);
    assert_int_equal(c->rect_count, 1);
    assert_int_equal(c->rects[0].encoding, CLIENT_ENCODING_COPY_RECT);
    assert_int_equal(c->rects[0].bytes, 16);
    assert_int_equal(client_count_of(c, CLIENT_ENCODING_RAW).rects, 2);
    assert_int_equal(client_count_of(c, CLIENT_ENCODING_RAW).bytes, 12 + 8 + 12 + 1);
    assert_int_equal(client_count_of(c, CLIENT_ENCODING_RAW).pixels, 9);
    assert_int_equal(client_count_of(c, CLIENT_ENCODING_RRE).rects, 0);
    wire_fini(&wire);
}

static void an_overlapping_copy_reads_before_it_writes(void **state)
{
    struct wire wire;

    (void)state;
    wire_open(&wire, NULL);
    client_set_encodings_text(wire.client, "copyrect");
    client_request_all(wire.client, false);
    /* 1 2 3 4 / 5 6 7 8, then the left three columns one to the right */
    assert_int_equal(CLIENT_UPDATE,
                     wire_receive(&wire,
                                  UPDATE("0002") "0000 0000 0004 0002 00000000"
                                                 "0102030405060708"
                                                 "0001 0000 0003 0002 00000001 0000 0000"));
    {
        static const uint32_t want[8] = {1, 1, 2, 3, 5, 5, 6, 7};

        assert_memory_equal(wire.client->picture.value, want, sizeof want);
    }
    wire_fini(&wire);
}

static void continuous_updates_need_no_request_until_they_end(void **state)
{
    struct wire wire;
    struct client *c;

    (void)state;
    wire_open(&wire, NULL);
    c = wire.client;
    client_set_encodings_text(c, "continuous");
    assert_int_equal(CLIENT_END_OF_CONTINUOUS_UPDATES, wire_receive(&wire, "96"));
    assert_true(c->extras.continuous_updates);
    client_send_continuous(c, true, 0, 0, 4, 2);
    assert_int_equal(CLIENT_UPDATE, wire_receive(&wire, UPDATE("0001") RAW_ALL));
    assert_int_equal(CLIENT_UPDATE, wire_receive(&wire, UPDATE("0001") RAW_ALL));
    client_send_continuous(c, false, 0, 0, 4, 2);
    assert_int_equal(CLIENT_UPDATE, wire_receive(&wire, UPDATE("0001") RAW_ALL));
    assert_int_equal(CLIENT_END_OF_CONTINUOUS_UPDATES, wire_receive(&wire, "96"));
    assert_int_equal(c->continuous, CLIENT_CONTINUOUS_OFF);
    assert_int_equal(-EPROTO, wire_receive(&wire, UPDATE("0001") RAW_ALL));
    wire_fini(&wire);
}

static void an_open_request_may_be_answered_in_the_earlier_encodings(void **state)
{
    static const char rre[] = UPDATE("0001") "0000 0000 0004 0002 00000002 00000000 07";
    struct wire wire;

    (void)state;
    wire_open(&wire, NULL);
    client_set_encodings_text(wire.client, "rre");
    client_request_all(wire.client, false);
    client_set_encodings_text(wire.client, "hextile");
    assert_int_equal(CLIENT_UPDATE, wire_receive(&wire, rre));
    client_request_all(wire.client, false);
    assert_int_equal(-EPROTO, wire_receive(&wire, rre));
    assert_non_null(strstr(client_why(wire.client), "rre"));
    wire_fini(&wire);
}

static void tight_jpeg_needs_a_quality_level(void **state)
{
    static const char *const lists[] = {"tight,quality=5", "tight,fine=70"};
    struct wire wire;

    (void)state;
    for (size_t i = 0; i < COUNT(lists); i++) {
        wire_open(&wire, NULL);
        client_set_encodings_text(wire.client, lists[i]);
        client_request_all(wire.client, false);
        assert_int_equal(
            -EPROTO, wire_receive(&wire, UPDATE("0001") "0000 0000 0004 0002 00000007 90 00"));
        assert_null(strstr(client_why(wire.client), "no quality level"));
        wire_fini(&wire);
    }
    wire_open(&wire, NULL);
    client_set_encodings_text(wire.client, "tight");
    client_request_all(wire.client, false);
    assert_int_equal(-EPROTO,
                     wire_receive(&wire, UPDATE("0001") "0000 0000 0004 0002 00000007 90 00"));
    assert_non_null(strstr(client_why(wire.client), "no quality level"));
    wire_fini(&wire);
}

static void a_deadline_between_messages_does_no_harm(void **state)
{
    struct wire wire;

    (void)state;
    wire_open(&wire, NULL);
    assert_int_equal(-ETIMEDOUT, client_receive(wire.client, 0));
    assert_int_equal(CLIENT_BELL, wire_receive(&wire, "02"));
    assert_int_equal(wire.client->bells, 1);
    wire_fini(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updates_follow_the_rules),
        cmocka_unit_test(what_extensions_need_must_have_been_asked_for),
        cmocka_unit_test(pixels_and_counts_are_kept),
        cmocka_unit_test(an_overlapping_copy_reads_before_it_writes),
        cmocka_unit_test(continuous_updates_need_no_request_until_they_end),
        cmocka_unit_test(an_open_request_may_be_answered_in_the_earlier_encodings),
        cmocka_unit_test(tight_jpeg_needs_a_quality_level),
        cmocka_unit_test(a_deadline_between_messages_does_no_harm),
    };

    return cmocka_run_group_tests_name("client/update", tests, NULL, NULL);
}
