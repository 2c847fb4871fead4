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

#define V33 "52464220 3030332e 3030330a"
#define V37 "52464220 3030332e 3030370a"
#define V38 "52464220 3030332e 3030380a"
#define V3889 "52464220 3030332e 3838390a"

struct row {
    const char *what;
    int version;
    const char *password;
    bool exclusive;
    const char *said;  /* by the server, all of it */
    const char *heard; /* from the client; NULL: not looked at */
    int result;
    const char *why; /* part of the sentence */
};

static void check(const struct row *row)
{
    const struct client_options options = {
        .version = row->version, .password = row->password, .exclusive = row->exclusive};
    struct wire wire;
    int result;

    wire_init(&wire, &options);
    wire_say(&wire, row->said);
    wire_hang_up(&wire);
    result = wire_attach(&wire);
    if (result != row->result || (row->why && !strstr(client_why(wire.client), row->why)))
        fail_msg("%s: %d, '%s'", row->what, result, client_why(wire.client));
    if (row->heard)
        wire_hear(&wire, row->heard);
    wire_fini(&wire);
}

static void versions_are_agreed_on(void **state)
{
    static const struct row rows[] = {
        {"3.8", 0, NULL, false, V38 "01 01 00000000" WIRE_INIT, V38 "01 01", 0, NULL},
        {"exclusive", 0, NULL, true, V38 "01 01 00000000" WIRE_INIT, V38 "01 00", 0, NULL},
        {"3.7 has no result for None", 3007, NULL, false, V38 "01 01" WIRE_INIT, V37 "01 01", 0,
         NULL},
        {"3.3 has no choice", 3003, NULL, false, V38 "00000001" WIRE_INIT, V33 "01", 0, NULL},
        {"a server of 3.3", 0, NULL, false, V33 "00000001" WIRE_INIT, V33 "01", 0, NULL},
        {"a server of 3.7", 0, NULL, false, V37 "01 01" WIRE_INIT, V37 "01 01", 0, NULL},
        {"3.889 is 3.8", 3889, NULL, false, V38 "01 01 00000000" WIRE_INIT, V3889 "01 01", 0,
         NULL},
        {"3.889 and a server of 3.3", 3889, NULL, false, V33 "00000001" WIRE_INIT, V33 "01", 0,
         NULL},
        {"another protocol", 0, NULL, false, "48545450 2f312e31 20343030", NULL, -EPROTO,
         "no version of RFB"},
        {"3.5 is not offered", 0, NULL, false, "52464220 3030332e 3030350a", NULL, -EPROTO,
         "no version of RFB"},
        {"4.0 is not offered", 0, NULL, false, "52464220 3030342e 3030300a", NULL, -EPROTO,
         "no version of RFB"},
        {"nothing at all", 0, NULL, false, "", NULL, -ECONNRESET, "closed"},
        {"half a version", 0, NULL, false, "524642", NULL, -ECONNRESET, "closed"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        check(&rows[i]);
}

static void security_types_are_chosen(void **state)
{
    static const struct row rows[] = {
        {"the first that fits", 0, NULL, false, V38 "03 13 02 01 00000000" WIRE_INIT,
         V38 "01 01", 0, NULL},
        {"VNC before None when there is a password", 0, "password", false,
         V38 "02 02 01 *16 00 00000000" WIRE_INIT, V38 "02", 0, NULL},
        {"none fits", 0, NULL, false, V38 "02 13 02", V38, -EOPNOTSUPP, "no security type"},
        {"type 0 in a list", 0, NULL, false, V38 "02 01 00", V38, -EPROTO, "type 0"},
        {"an empty list has a reason", 0, NULL, false, V38 "00 00000003 6f7574", V38, -EACCES,
         "'out'"},
        {"type 0 in 3.3 has a reason", 3003, NULL, false, V38 "00000000 00000003 6f7574", V33,
         -EACCES, "'out'"},
        {"type 19 in 3.3", 3003, NULL, false, V38 "00000013", V33, -EPROTO, "type 19"},
        {"a reason without end", 0, NULL, false, V38 "00 ffffffff", V38, -EPROTO,
         "a reason of"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        check(&rows[i]);
}

static void results_are_read(void **state)
{
    static const struct row rows[] = {
        {"failed, with a reason", 0, "x", false, V38 "01 02 *16 00 00000001 00000003 6f7574",
         NULL, -EACCES, "'out'"},
        {"too many attempts", 0, "x", false, V38 "01 02 *16 00 00000002 00000003 6f7574", NULL,
         -EACCES, "'out'"},
        {"failed in 3.7 without one", 3007, "x", false, V38 "01 02 *16 00 00000001", NULL,
         -EACCES, "the login failed"},
        {"failed in 3.3", 3003, "x", false, V38 "00000002 *16 00 00000001", NULL, -EACCES,
         "the login failed"},
        {"3", 0, NULL, false, V38 "01 01 00000003", NULL, -EPROTO, "SecurityResult 3"},
        {"cut off", 0, NULL, false, V38 "01 01 0000", NULL, -ECONNRESET, "closed"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        check(&rows[i]);
}

static void server_init_must_be_sound(void **state)
{
    static const struct row rows[] = {
        {"24 bits a pixel", 0, NULL, false,
         V38 WIRE_NONE "0004 0002 18 18 00 01 00ff 00ff 00ff 10 08 00 000000 00000000", NULL,
         -EPROTO, "bits-per-pixel"},
        {"a maximum of 254", 0, NULL, false,
         V38 WIRE_NONE "0004 0002 20 18 00 01 00fe 00ff 00ff 10 08 00 000000 00000000", NULL,
         -EPROTO, "maximum"},
        {"overlapping colours", 0, NULL, false,
         V38 WIRE_NONE "0004 0002 20 18 00 01 00ff 00ff 00ff 10 09 00 000000 00000000", NULL,
         -EPROTO, "share bits"},
        {"a shift of 30", 0, NULL, false,
         V38 WIRE_NONE "0004 0002 20 18 00 01 00ff 00ff 00ff 1e 08 00 000000 00000000", NULL,
         -EPROTO, "outside of the pixel"},
        {"a depth of 16 for 24 bits", 0, NULL, false,
         V38 WIRE_NONE "0004 0002 20 10 00 01 00ff 00ff 00ff 10 08 00 000000 00000000", NULL,
         -EPROTO, "depth"},
        {"65535 by 65535", 0, NULL, false, V38 WIRE_NONE "ffff ffff " WIRE_FORMAT "00000000",
         NULL, -EPROTO, "more than this client takes"},
        {"a name without end", 0, NULL, false,
         V38 WIRE_NONE "0004 0002 " WIRE_FORMAT "ffffffff", NULL, -EPROTO, "a name of"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        check(&rows[i]);
}

/*
 * The challenge is 16 zero bytes. The key is "password" with each byte's bits reversed,
 * 0e 86 ce ce ee f6 4e 26, under which DES makes ff 97 50 2e 94 22 f0 89 of 8 zero bytes.
 */
static void vnc_authentication_encrypts_the_challenge(void **state)
{
    const struct client_options options = {.password = "password"};
    struct wire wire;

    (void)state;
    wire_init(&wire, &options);
    wire_say(&wire, V38 "01 02 *16 00 00000000" WIRE_INIT);
    assert_int_equal(0, wire_attach(&wire));
    wire_hear(&wire, V38 "02 ff97502e9422f089 ff97502e9422f089 01");
    wire_fini(&wire);
}

static void what_was_agreed_can_be_read(void **state)
{
    struct wire wire;

    (void)state;
    wire_open(&wire, NULL);
    assert_int_equal(wire.client->version, 3008);
    assert_int_equal(wire.client->security_count, 1);
    assert_int_equal(wire.client->security_type, 1);
    assert_string_equal(wire.client->name, "hf");
    assert_int_equal(wire.client->picture.width_px, 4);
    assert_int_equal(wire.client->picture.height_px, 2);
    assert_int_equal(wire.client->format.bits, 8);
    wire_fini(&wire);
}

static const struct client_security *choose_41(struct client *client, const uint8_t *types,
                                               size_t count, void *arg);

static void run_41(struct client *client)
{
    if (client_read_u8(client) == 7)
        client_send_raw(client, "ok", 2);
}

static const struct client_security security_41 = {41, "test", run_41};

static const struct client_security *choose_41(struct client *client, const uint8_t *types,
                                               size_t count, void *arg)
{
    (void)client;
    *(size_t *)arg = count;
    return memchr(types, 41, count) ? &security_41 : NULL;
}

static void another_security_type_can_be_brought(void **state)
{
    size_t count = 0;
    const struct client_options options = {.choose_security = choose_41, .arg = &count};
    struct wire wire;

    (void)state;
    wire_init(&wire, &options);
    wire_say(&wire, V38 "03 01 02 29 07 00000000" WIRE_INIT);
    assert_int_equal(0, wire_attach(&wire));
    assert_int_equal(count, 3);
    wire_hear(&wire, V38 "29 6f6b 01");
    wire_fini(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_are_agreed_on),
        cmocka_unit_test(security_types_are_chosen),
        cmocka_unit_test(results_are_read),
        cmocka_unit_test(server_init_must_be_sound),
        cmocka_unit_test(vnc_authentication_encrypts_the_challenge),
        cmocka_unit_test(what_was_agreed_can_be_read),
        cmocka_unit_test(another_security_type_can_be_brought),
    };

    return cmocka_run_group_tests_name("client/handshake", tests, NULL, NULL);
}
