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
#define ONE "00 00 0001 "

/* Everything here is asked for, with TRLE for the cursor with alpha. */
#define ALL                                                                                    \
    "trle,cursor,xcursor,alphacursor,vmwarecursor,pointerpos,desktopsize,extendeddesktopsize," \
    "desktopname,qemukey,qemupointer,qemuled,vmwareled,extendedmouse"

static void open_all(struct wire *wire)
{
    wire_open(wire, NULL);
    assert_int_equal(0, client_set_encodings_text(wire->client, ALL));
}

static void cursors_become_rgba(void **state)
{
    static const struct {
        const char *what, *said;
        enum client_cursor_kind kind;
        uint8_t rgba[8]; /* of 2x1 pixels */
    } rows[] = {
        /* rgb332: e0 is red, 03 blue */
        {"Cursor",
         ONE "0001 0000 0002 0001 ffffff11 e003 40",
         CLIENT_CURSOR_PLAIN,
         {255, 0, 0, 0, 0, 0, 255, 255}},
        {"X Cursor",
         ONE "0001 0000 0002 0001 ffffff10 010203 040506 80 c0",
         CLIENT_CURSOR_X,
         {1, 2, 3, 255, 4, 5, 6, 255}},
        {"with alpha, raw",
         ONE "0001 0000 0002 0001 fffffec6 00000000 10203040 00000000",
         CLIENT_CURSOR_ALPHA,
         {16, 32, 48, 64, 0, 0, 0, 0}},
        {"with alpha, TRLE",
         ONE "0001 0000 0002 0001 fffffec6 0000000f 01 10203040",
         CLIENT_CURSOR_ALPHA,
         {16, 32, 48, 64, 16, 32, 48, 64}},
        {"VMware alpha",
         ONE "0001 0000 0002 0001 574d5664 01 00 01020304 05060708",
         CLIENT_CURSOR_VMWARE_ALPHA,
         {1, 2, 3, 4, 5, 6, 7, 8}},
        {"VMware classic",
         ONE "0001 0000 0002 0001 574d5664 00 00 00ff e000",
         CLIENT_CURSOR_VMWARE_CLASSIC,
         {255, 0, 0, 255, 0, 0, 0, 0}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wire wire;
        const struct client_cursor *cursor;

        open_all(&wire);
        if (wire_receive(&wire, rows[i].said) != CLIENT_UPDATE)
            fail_msg("%s: %s", rows[i].what, client_why(wire.client));
        cursor = &wire.client->cursor;
        assert_int_equal(cursor->kind, rows[i].kind);
        assert_int_equal(cursor->hot_x_px, 1);
        assert_int_equal(cursor->width_px, 2);
        assert_int_equal(cursor->count, 1);
        if (memcmp(cursor->rgba, rows[i].rgba, 8) != 0)
            fail_msg("%s: the pixels differ", rows[i].what);
        wire_fini(&wire);
    }
}

static void state_is_kept(void **state)
{
    struct wire wire;
    struct client *c;

    (void)state;
    open_all(&wire);
    c = wire.client;
    assert_int_equal(CLIENT_UPDATE, wire_receive(&wire, "00 00 0008 "
                                                        "0000 0000 0000 0000 fffffefe "
                                                        "0001 0000 0000 0000 fffffeff "
                                                        "0000 0000 0000 0000 fffffefb 05 "
                                                        "0000 0000 0000 0000 574d5668 00000002 "
                                                        "0000 0000 0000 0000 fffffec4 "
                                                        "0002 0001 0000 0000 ffffff18 "
                                                        "0000 0000 0000 0000 fffffecd 00000002 "
                                                        "c3a4 "
                                                        "0000 0000 0000 0000 ffffff11"));
    assert_true(c->extras.qemu_key);
    assert_int_equal(c->extras.pointer_absolute, 1);
    assert_int_equal(c->extras.qemu_led, 5);
    assert_int_equal(c->extras.vmware_led, 2);
    assert_true(c->extras.extended_mouse);
    assert_int_equal(c->extras.pointer_x_px, 2);
    assert_int_equal(c->extras.pointer_y_px, 1);
    assert_string_equal(c->name, "\xc3\xa4");
    assert_int_equal(c->cursor.width_px, 0);
    assert_int_equal(c->updates, 1);
    assert_int_equal(c->pseudo_updates, 1);
    wire_fini(&wire);
}

static void a_new_size_forgets_all_pixels(void **state)
{
    static const char *const said[] = {
        ONE "0000 0000 0006 0003 ffffff21",
        ONE "0000 0000 0006 0003 fffffecc 01 000000 00000007 0000 0000 0006 0003 00000000",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(said); i++) {
        struct wire wire;

        open_all(&wire);
        client_request_all(wire.client, false);
        wire_receive(&wire, ONE "0000 0000 0004 0002 00000000 *8 05");
        assert_int_equal(CLIENT_UPDATE, wire_receive(&wire, said[i]));
        assert_int_equal(wire.client->picture.width_px, 6);
        assert_int_equal(wire.client->picture.height_px, 3);
        assert_false(wire.client->picture.known[0]);
        wire_fini(&wire);
    }
}

static void screens_are_kept(void **state)
{
    struct wire wire;
    const struct client_desktop *d;

    (void)state;
    open_all(&wire);
    client_send_desktop_size(wire.client, 4, 2, NULL, 0);
    assert_int_equal(CLIENT_UPDATE,
                     wire_receive(&wire, ONE "0001 0000 0004 0002 fffffecc 02 000000 "
                                             "00000007 0000 0000 0002 0002 00000001 "
                                             "00000008 0002 0000 0002 0002 00000000"));
    d = &wire.client->desktop;
    assert_int_equal(wire.client->resizes_due, 0);
    assert_int_equal(d->reason, 1);
    assert_int_equal(d->status, 0);
    assert_int_equal(d->screen_count, 2);
    assert_int_equal(d->screens[0].flags, 1);
    assert_int_equal(d->screens[1].id, 8);
    assert_int_equal(d->screens[1].x_px, 2);
    assert_int_equal(wire.client->remarks, 0);
    wire_fini(&wire);
}

static void a_refused_size_changes_nothing(void **state)
{
    struct wire wire;

    (void)state;
    open_all(&wire);
    client_send_desktop_size(wire.client, 9, 9, NULL, 0);
    assert_int_equal(CLIENT_UPDATE,
                     wire_receive(&wire, ONE "0001 0003 0009 0009 fffffecc 00 000000"));
    assert_int_equal(wire.client->desktop.status, 3);
    assert_int_equal(wire.client->picture.width_px, 4);
    wire_fini(&wire);
}

static void broken_rectangles_are_refused(void **state)
{
    static const struct {
        const char *said, *why;
    } rows[] = {
        {ONE "0002 0000 0000 0000 fffffeff", "pointer motion type 2"},
        {ONE "0004 0000 0000 0000 ffffff18", "PointerPos 4,0"},
        {ONE "0000 0000 0001 0000 fffffecd 00000000", "DesktopName with a geometry"},
        {ONE "0000 0000 0000 0000 fffffecd ffffffff", "a desktop name of"},
        {ONE "0000 0000 0004 0002 fffffecc 01 000000 00000007 0000 0000 0005 0002 00000000",
         "screen 0, 5x2 at 0,0, is outside of 4x2"},
        {ONE "0000 0000 0004 0002 fffffecc 02 000000 00000007 0000 0000 0004 0002 00000000 "
             "00000007 0000 0000 0004 0002 00000000",
         "two screens have id 7"},
        {"00 00 0002 0000 0000 0001 0001 00000000 05 "
         "0000 0000 0004 0002 fffffecc 01 000000 00000007 0000 0000 0004 0002 00000000",
         "ExtendedDesktopSize and pixels"},
        {ONE "0000 0000 ffff ffff ffffff21", "more than this client takes"},
        {ONE "0000 0000 ffff ffff ffffff11", "a cursor of 65535x65535"},
        {ONE "0000 0000 0001 0001 fffffec6 00000001 00000000", "a cursor in encoding 1"},
        {ONE "0000 0000 0001 0001 fffffec6 00000010 00000000", "a cursor in encoding 16"},
        {ONE "0000 0000 0001 0001 fffffec6 00000000 10000008", "not multiplied by alpha"},
        {ONE "0000 0000 0001 0001 574d5664 02 00 00", "VMware cursor of type 2"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wire wire;

        open_all(&wire);
        client_request_all(wire.client, false);
        wire_say(&wire, rows[i].said);
        wire_hang_up(&wire);
        if (client_receive(wire.client, 20000) != -EPROTO ||
            !strstr(client_why(wire.client), rows[i].why))
            fail_msg("'%s', not '%s'", client_why(wire.client), rows[i].why);
        wire_fini(&wire);
    }
}

static void what_should_not_be_is_remarked(void **state)
{
    static const char *const said[] = {
        ONE "0000 0000 0004 0002 ffffff21",         /* the same size */
        ONE "0003 0000 0002 0001 ffffff11 e003 40", /* hot spot outside */
        ONE "0001 0000 0004 0002 fffffecc 01 000000 00000007 0000 0000 0004 0002 00000000",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(said); i++) {
        struct wire wire;

        open_all(&wire);
        assert_int_equal(CLIENT_UPDATE, wire_receive(&wire, said[i]));
        assert_int_equal(wire.client->remarks, 1);
        wire_fini(&wire);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cursors_become_rgba),
        cmocka_unit_test(state_is_kept),
        cmocka_unit_test(a_new_size_forgets_all_pixels),
        cmocka_unit_test(screens_are_kept),
        cmocka_unit_test(a_refused_size_changes_nothing),
        cmocka_unit_test(broken_rectangles_are_refused),
        cmocka_unit_test(what_should_not_be_is_remarked),
    };

    return cmocka_run_group_tests_name("client/pseudo", tests, NULL, NULL);
}
