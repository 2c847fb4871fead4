/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/client/wire.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static void set_format(struct client *c)
{
    client_set_format(c, client_format_find("rgb565be"));
}

static void set_encodings(struct client *c)
{
    client_set_encodings_text(c, "tight,cursor,quality=9,vmwarecursor");
}

static void set_no_encodings(struct client *c)
{
    client_set_encodings(c, NULL, 0);
}

static void request(struct client *c)
{
    client_request(c, true, 1, 2, 0x304, 5);
}

static void key(struct client *c)
{
    client_send_key(c, true, 0xff0d);
}

static void qemu_key(struct client *c)
{
    client_send_qemu_key(c, false, 0xff53, 0xcd);
}

static void pointer(struct client *c)
{
    client_send_pointer(c, 5, 0x102, 3);
}

static void pointer_back_button(struct client *c)
{
    client_send_pointer(c, 0x80, 1, 2);
}

static void pointer_extended(struct client *c)
{
    c->extras.extended_mouse = true;
    client_send_pointer(c, 0x100 | 1, 1, 2);
}

static void cut_text(struct client *c)
{
    client_send_cut_text(c, "ab", 2);
}

static void desktop_size(struct client *c)
{
    const struct client_screen screen = {7, 1, 2, 3, 4, 0x80000000};

    client_send_desktop_size(c, 800, 600, &screen, 1);
}

static void continuous(struct client *c)
{
    client_send_continuous(c, true, 1, 2, 3, 4);
}

static void fence(struct client *c)
{
    client_send_fence(c, CLIENT_FENCE_REQUEST | CLIENT_FENCE_BLOCK_BEFORE, "xy", 2);
}

static void xvp(struct client *c)
{
    client_send_xvp(c, 1, 3);
}

static void raw(struct client *c)
{
    client_send_raw(c, "\xff\x07", 2);
}

static void messages_have_their_form(void **state)
{
    static const struct {
        void (*send)(struct client *client);
        const char *heard;
    } rows[] = {
        {set_format, "00 000000 10 10 01 01 001f 003f 001f 0b 05 00 000000"},
        {set_encodings, "02 00 0004 00000007 ffffff11 ffffffe9 574d5664"},
        {set_no_encodings, "02 00 0000"},
        {request, "03 01 0001 0002 0304 0005"},
        {key, "04 01 0000 0000ff0d"},
        {qemu_key, "ff 00 0000 0000ff53 000000cd"},
        {pointer, "05 05 0102 0003"},
        {pointer_back_button, "05 80 0001 0002"},
        {pointer_extended, "05 81 0001 0002 02"},
        {cut_text, "06 000000 00000002 6162"},
        {desktop_size, "fb 00 0320 0258 01 00 00000007 0001 0002 0003 0004 80000000"},
        {continuous, "96 01 0001 0002 0003 0004"},
        {fence, "f8 000000 80000001 02 7879"},
        {xvp, "fa 00 01 03"},
        {raw, "ff07"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wire wire;

        wire_open(&wire, NULL);
        rows[i].send(wire.client);
        wire_hear(&wire, rows[i].heard);
        assert_string_equal(client_why(wire.client), "");
        wire_fini(&wire);
    }
}

static void a_word_that_is_no_encoding_is_refused(void **state)
{
    struct wire wire;

    (void)state;
    wire_open(&wire, NULL);
    assert_int_equal(-EINVAL, client_set_encodings_text(wire.client, "tight,tihgt"));
    assert_int_equal(wire.client->encodings.count, 0);
    wire_fini(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_have_their_form),
        cmocka_unit_test(a_word_that_is_no_encoding_is_refused),
    };

    return cmocka_run_group_tests_name("client/send", tests, NULL, NULL);
}
