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

#define ALL_RED "00 00 0001 0000 0000 0004 0002 00000000 *8 e0"
#define LAST_PIXEL "00 00 0001 0003 0001 0001 0001 00000000 03"

/* Red, but for one pixel: rgb332 has e0 for ff0000 and 03 for 0000ff. */
static void make_picture(uint8_t *rgb)
{
    memset(rgb, 0, 24);
    for (int i = 0; i < 8; i++)
        rgb[3 * i] = 255;
    rgb[21] = 0;
    rgb[23] = 255;
}

static void a_picture_is_asked_for_until_it_is_there(void **state)
{
    uint8_t rgb[24];
    struct wire wire;

    (void)state;
    make_picture(rgb);
    wire_open(&wire, NULL);
    wire_say(&wire, ALL_RED LAST_PIXEL);
    assert_int_equal(0, client_wait_picture(wire.client, rgb, 4, 2, 12, 0, 20000));
    wire_hear(&wire, "03 00 0000 0000 0004 0002 03 01 0000 0000 0004 0002");
    assert_int_equal(wire.client->updates, 2);
    wire_fini(&wire);
}

static void what_differs_is_told(void **state)
{
    uint8_t rgb[24];
    struct wire wire;
    const struct client_difference *d;

    (void)state;
    make_picture(rgb);
    wire_open(&wire, NULL);
    wire_say(&wire, ALL_RED);
    assert_int_equal(0, client_wait_update(wire.client, 20000));
    assert_int_equal(-ETIMEDOUT, client_wait_picture(wire.client, rgb, 4, 2, 12, 0, 0));
    d = &wire.client->difference;
    assert_int_equal(d->count, 1);
    assert_int_equal(d->x_px, 3);
    assert_int_equal(d->y_px, 1);
    assert_int_equal(d->left_px, 3);
    assert_int_equal(d->right_px, 4);
    assert_int_equal(d->bottom_px, 2);
    assert_int_equal(d->worst, 255);
    assert_non_null(strstr(client_why(wire.client), "1 pixels differ, the first at 3,1"));
    /* The connection is still of use. */
    wire_say(&wire, LAST_PIXEL);
    assert_int_equal(0, client_wait_picture(wire.client, rgb, 4, 2, 12, 0, 20000));
    wire_fini(&wire);
}

static void another_size_never_equals(void **state)
{
    uint8_t rgb[24];
    struct wire wire;

    (void)state;
    make_picture(rgb);
    wire_open(&wire, NULL);
    assert_int_equal(-ETIMEDOUT, client_wait_picture(wire.client, rgb, 2, 4, 6, 255, 0));
    assert_true(wire.client->difference.size_differs);
    wire_fini(&wire);
}

static void pseudo_rectangles_are_followed_by_another_request(void **state)
{
    struct wire wire;

    (void)state;
    wire_open(&wire, NULL);
    client_set_encodings_text(wire.client, "qemukey");
    wire_forget(&wire);
    wire_say(&wire, "00 00 0001 0000 0000 0000 0000 fffffefe " ALL_RED);
    assert_int_equal(0, client_wait_complete(wire.client, 20000));
    wire_hear(&wire, "03 00 0000 0000 0004 0002 03 01 0000 0000 0004 0002");
    wire_fini(&wire);
}

static void a_close_is_waited_for(void **state)
{
    struct wire wire;

    (void)state;
    wire_open(&wire, NULL);
    wire_say(&wire, "02");
    assert_int_equal(-ETIMEDOUT, client_wait_close(wire.client, 0));
    wire_hang_up(&wire);
    assert_int_equal(0, client_wait_close(wire.client, 20000));
    assert_int_equal(wire.client->bells, 1);
    assert_int_equal(-ECONNRESET, client_send_key(wire.client, true, 1));
    wire_fini(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_asked_for_until_it_is_there),
        cmocka_unit_test(what_differs_is_told),
        cmocka_unit_test(another_size_never_equals),
        cmocka_unit_test(pseudo_rectangles_are_followed_by_another_request),
        cmocka_unit_test(a_close_is_waited_for),
    };

    return cmocka_run_group_tests_name("client/wait", tests, NULL, NULL);
}
