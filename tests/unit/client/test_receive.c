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

static void a_fence_is_answered_with_the_flags_that_we_know(void **state)
{
    struct wire wire;

    (void)state;
    wire_open(&wire, NULL);
    client_set_encodings_text(wire.client, "fence");
    wire_forget(&wire);
    assert_int_equal(CLIENT_FENCE, wire_receive(&wire, "f8 000000 80000019 02 6162"));
    wire_hear(&wire, "f8 000000 00000001 02 6162");
    assert_true(wire.client->extras.fence);
    wire_fini(&wire);
}

static void a_fence_is_left_alone_when_told_so(void **state)
{
    const struct client_options options = {.manual_fences = true};
    struct wire wire;

    (void)state;
    wire_open(&wire, &options);
    client_set_encodings_text(wire.client, "fence");
    wire_forget(&wire);
    assert_int_equal(CLIENT_FENCE, wire_receive(&wire, "f8 000000 80000001 00"));
    client_send_key(wire.client, true, 1);
    wire_hear(&wire, "04 01");
    assert_int_equal(wire.client->fence.flags, 0x80000001);
    wire_fini(&wire);
}

static void our_fences_are_matched_with_their_answers(void **state)
{
    struct wire wire;

    (void)state;
    wire_open(&wire, NULL);
    client_set_encodings_text(wire.client, "fence");
    client_send_fence(wire.client, CLIENT_FENCE_REQUEST | 3, "a", 1);
    client_send_fence(wire.client, CLIENT_FENCE_REQUEST | 1, "b", 1);
    assert_int_equal(CLIENT_FENCE, wire_receive(&wire, "f8 000000 00000001 01 62"));
    assert_int_equal(wire.client->fences_due, 1);
    wire_say(&wire, "f8 000000 00000002 01 61");
    assert_int_equal(0, client_wait_fences(wire.client, 20000));
    client_send_fence(wire.client, CLIENT_FENCE_REQUEST | 1, "c", 1);
    assert_int_equal(-EPROTO, wire_receive(&wire, "f8 000000 00000003 01 63"));
    wire_fini(&wire);
}

static void cut_texts_are_kept(void **state)
{
    struct wire wire;
    const struct client_cut_text *cut;

    (void)state;
    wire_open(&wire, NULL);
    cut = &wire.client->cut_text;
    client_set_encodings_text(wire.client, "clipboard");
    assert_int_equal(CLIENT_CUT_TEXT, wire_receive(&wire, "03 000000 00000003 61620a"));
    assert_int_equal(cut->length, 3);
    assert_string_equal(cut->text, "ab\n");
    assert_int_equal(cut->flags, 0);
    assert_int_equal(CLIENT_CUT_TEXT,
                     wire_receive(&wire, "03 000000 fffffff8 01000001 00001000"));
    assert_int_equal(cut->flags, 0x01000001);
    assert_int_equal(cut->length, 4);
    assert_int_equal(cut->count, 2);
    assert_int_equal(CLIENT_CUT_TEXT, wire_receive(&wire, "03 000000 00000002 0d0a"));
    assert_int_equal(wire.client->remarks, 1);
    assert_int_equal(-EPROTO, wire_receive(&wire, "03 000000 7fffffff 00"));
    wire_fini(&wire);
}

static void the_colour_map_gives_pixels_their_look(void **state)
{
    static const uint8_t before[6] = {0x12, 0x34, 0x56, 0xff, 0, 0x80};
    struct wire wire;
    struct client *c;

    (void)state;
    wire_open(&wire, NULL);
    c = wire.client;
    client_set_format(c, client_format_find("map8"));
    assert_int_equal(CLIENT_COLOURS,
                     wire_receive(&wire, "01 00 0005 0002 123434565678 ff00000080ff"));
    client_request_all(c, false);
    assert_int_equal(CLIENT_UPDATE,
                     wire_receive(&wire, "00 00 0001 0000 0000 0002 0001 00000000 05 06"));
    assert_memory_equal(c->picture.rgb, before, 6);
    assert_int_equal(CLIENT_COLOURS, wire_receive(&wire, "01 00 0006 0001 010002000300"));
    assert_int_equal(c->picture.rgb[0], 0x12);
    assert_int_equal(c->picture.rgb[3], 1);
    assert_int_equal(-EPROTO, wire_receive(&wire, "01 00 00ff 0002 000000000000 000000000000"));
    wire_fini(&wire);
}

static void a_new_format_empties_the_colour_map(void **state)
{
    struct wire wire;

    (void)state;
    wire_open(&wire, NULL);
    client_set_format(wire.client, client_format_find("map8"));
    assert_int_equal(CLIENT_COLOURS, wire_receive(&wire, "01 00 0005 0001 123434565678"));
    client_set_format(wire.client, client_format_find("map8"));
    client_request_all(wire.client, false);
    assert_int_equal(-EPROTO,
                     wire_receive(&wire, "00 00 0001 0000 0000 0001 0001 00000000 05"));
    assert_non_null(strstr(client_why(wire.client), "which the map lacks"));
    wire_fini(&wire);
}

static void xvp_is_announced_and_fails(void **state)
{
    struct wire wire;

    (void)state;
    wire_open(&wire, NULL);
    client_set_encodings_text(wire.client, "xvp");
    assert_int_equal(CLIENT_XVP, wire_receive(&wire, "fa 00 01 01"));
    assert_int_equal(wire.client->extras.xvp_version, 1);
    assert_int_equal(CLIENT_XVP, wire_receive(&wire, "fa 00 01 00"));
    assert_int_equal(wire.client->xvp_failures, 1);
    wire_fini(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fence_is_answered_with_the_flags_that_we_know),
        cmocka_unit_test(a_fence_is_left_alone_when_told_so),
        cmocka_unit_test(our_fences_are_matched_with_their_answers),
        cmocka_unit_test(cut_texts_are_kept),
        cmocka_unit_test(the_colour_map_gives_pixels_their_look),
        cmocka_unit_test(a_new_format_empties_the_colour_map),
        cmocka_unit_test(xvp_is_announced_and_fails),
    };

    return cmocka_run_group_tests_name("client/receive", tests, NULL, NULL);
}
