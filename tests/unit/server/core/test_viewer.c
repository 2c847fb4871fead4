/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client's connection, byte by byte, against a whole server. */
#include <config.h>
#include "auth/vnc.h"
#include "base/alloc.h"
#include "server/viewer.h"
#include "tests/unit/hex.h"
#include "tests/unit/server/core/parlour.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#define WEB1 "machine web1 { place = \"qmp:/a\" }\n"
#define WEB2 "machine web2 { place = \"qmp:/b\" }\n"
#define UUID_A "11111111-2222-3333-4444-555555555555"
#define UUID_B "21111111-2222-3333-4444-555555555555"

enum { W = 64, H = 32 };

static struct fake_place *open_one(struct parlour *p, const char *more)
{
    char *config = alloc_printf("%s%s", WEB1, more);
    parlour_open(p, config);
    free(config);
    struct fake_place *place = parlour_run_place("/a", UUID_A, W, H);
    parlour_settle(p);
    return place;
}

/* Logs in to web1 while its place shows a picture of one colour. */
static void enter(struct guest *g, struct parlour *p, struct fake_place *place, uint32_t colour)
{
    guest_come(g, p, NULL, NULL);
    guest_hears(g, "'RFB 003.008' 0a");
    guest_says(g, "'RFB 003.008' 0a 01 01");
    assert_true(place->watching);
    parlour_show(place, W, H, colour);
    guest_hears(
        g, "01 01 00000000 0040 0020 2018 0001 00ff 00ff 00ff 10 08 00 000000 00000004 'web1'");
}

/* An update of one Raw rectangle that covers all, in 32 bits, of one colour. */
static void hears_whole(struct guest *g, uint32_t colour)
{
    guest_hears(g, "00 00 0001 0000 0000 0040 0020 00000000");
    const uint8_t *px = guest_takes(g, W * H * 4);
    for (int i = 0; i < W * H; i++) {
        uint32_t word =
            (uint32_t)px[4 * i] | (uint32_t)px[4 * i + 1] << 8 | (uint32_t)px[4 * i + 2] << 16;
        if (word != colour)
            fail_msg("pixel %d is %06x", i, word);
    }
}

#define REQUEST_ALL "03 00 0000 0000 0040 0020 "
#define REQUEST_MORE "03 01 0000 0000 0040 0020 "
/* SetEncodings: Cursor (so that no pointer is drawn), DesktopSize. */
#define PLAIN_ENCODINGS "02 00 0002 ffffff11 ffffff21 "

/* A client for which no pointer is drawn, because the machine shows none. */
static void enter_bare(struct guest *g, struct parlour *p, struct fake_place *place,
                       const char *encodings)
{
    fake_says_pointer_at(place, 0, 0, 0, false);
    enter(g, p, place, 0x0000ff);
    guest_says(g, encodings);
}

/* ---- which machine ---- */

static void refused_with(struct guest *g, const char *text)
{
    char *hex = alloc_printf("'RFB 003.008' 0a 00 %08zx", strlen(text));
    guest_says(g, "'RFB 003.008' 0a");
    guest_hears(g, hex);
    assert_string_equal((const char *)guest_takes(g, strlen(text)), text);
    guest_sees_the_end(g);
    free(hex);
}

static void without_a_machine_a_common_port_says_so(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    parlour_open(&p, "");
    guest_come(&g, &p, NULL, NULL);
    refused_with(&g, "there is no machine here yet");
    guest_go(&g);
    parlour_close(&p);
}

static void the_only_machine_is_entered_by_a_common_port(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter(&g, &p, place, 0x112233);
    guest_go(&g);
    assert_int_equal(p.server.n_viewers, 0);
    parlour_close(&p);
}

static void of_several_machines_one_is_chosen_in_the_lobby(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    parlour_open(&p, WEB1 WEB2);
    guest_come(&g, &p, NULL, "192.0.2.1");
    guest_logs_in(&g, 1024, 768, "Holdfast");
    guest_go(&g);
    assert_int_equal(p.server.n_viewers, 0);
    parlour_close(&p);
}

static void a_machines_own_port_leads_to_it(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    parlour_open(&p, WEB1 WEB2);
    guest_come(&g, &p, "web2", NULL);
    guest_logs_in(&g, 640, 480, "web2"); /* it waits for its place: no picture yet */
    guest_go(&g);
    parlour_close(&p);
}

/* A password in `file` and the machine that it opens. */
static void a_vnc_password_picks_the_machine(void **state)
{
    static const char config[] =
        "auth { methods = {vnc} }\n"
        "machine web1 { place = \"qmp:/a\" password-file = \"%s/1.pw\" }\n"
        "machine web2 { place = \"qmp:/b\" password-file = \"%s/2.pw\" }\n";
    static const struct {
        const char *machine_name; /* the listener's */
        uint8_t key[8];
        const char *name; /* NULL: refused */
    } rows[] = {
        {NULL, "first", "web1"}, {NULL, "second", "web2"},   {NULL, "other", NULL},
        {NULL, "", NULL},        {"web2", "second", "web2"}, {"web2", "first", NULL},
        {"web9", "first", NULL}, {NULL, "look", "web2"},
    };
    struct parlour p;
    (void)state;
    parlour_open(&p, config);
    parlour_file(&p, "1.pw", "first\n");
    parlour_file(&p, "2.pw", "second\nlook\n");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct guest g;
        uint8_t response[16];
        guest_come(&g, &p, rows[i].machine_name, "192.0.2.1");
        guest_says(&g, "'RFB 003.008' 0a 02");
        guest_hears(&g, "'RFB 003.008' 0a 01 02");
        vnc_respond(response, rows[i].key, guest_takes(&g, 16));
        guest_says_bytes(&g, response, 16);
        if (rows[i].name) {
            guest_says(&g, "01");
            guest_hears(&g, "00000000 0280 01e0");
            guest_takes(&g, 20);
            assert_memory_equal(guest_takes(&g, 4), rows[i].name, 4);
            assert_int_equal(!seat_may_drive(&p.server.viewers->seat),
                             strcmp((const char *)rows[i].key, "look") == 0);
            assert_false(lobby_is_open_to(p.server.viewers)); /* it is good for one machine */
        } else {
            guest_hears(&g, "00000001 00000015 'authentication failed'");
            guest_sees_the_end(&g);
        }
        guest_go(&g);
    }
    parlour_close(&p);
}

static void a_machine_takes_no_more_viewers_than_it_may_have(void **state)
{
    struct parlour p;
    struct guest a, b;
    (void)state;
    parlour_open(&p, "machine web1 { place = \"qmp:/a\" max-viewers = 1 }\n");
    guest_come(&a, &p, NULL, NULL);
    guest_logs_in(&a, 640, 480, "web1");
    guest_come(&b, &p, NULL, NULL);
    guest_says(&b, "'RFB 003.008' 0a 01");
    guest_hears(&b, "'RFB 003.008' 0a 01 01 00000001 00000031 'as many viewers as this machine "
                    "may have are here'");
    guest_sees_the_end(&b);
    guest_go(&b);
    guest_go(&a);
    guest_come(&b, &p, NULL, NULL);
    guest_logs_in(&b, 640, 480, "web1");
    guest_go(&b);
    parlour_close(&p);
}

/* ---- the login ---- */

static void a_login_that_drips_in_byte_by_byte_is_understood(void **state)
{
    static const char talk[] = "RFB 003.008\n\1\1";
    struct parlour p;
    struct guest g;
    (void)state;
    parlour_open(&p, WEB1);
    guest_come(&g, &p, NULL, NULL);
    for (size_t i = 0; i < sizeof(talk) - 1; i++)
        guest_says_bytes(&g, talk + i, 1);
    guest_hears(&g, "'RFB 003.008' 0a 01 01 00000000 0280 01e0");
    guest_go(&g);
    parlour_close(&p);
}

static void what_is_sent_behind_the_login_is_read_after_it(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    guest_come(&g, &p, NULL, NULL);
    guest_says(&g, "'RFB 003.008' 0a 01 01 " PLAIN_ENCODINGS REQUEST_ALL);
    guest_hears(&g, "'RFB 003.008' 0a 01 01 00000000");
    guest_hears_nothing(&g); /* no picture yet */
    parlour_show(place, W, H, 0x010203);
    guest_hears(&g, "0040 0020");
    guest_takes(&g, 24);
    guest_hears(&g, "00 00 0002 0000 0000"); /* the pointer's shape and the picture */
    guest_go(&g);
    parlour_close(&p);
}

static void a_login_that_takes_too_long_is_ended_and_a_finished_one_is_not(void **state)
{
    static const char *const stages[] = {"", "'RFB 003.0'", "'RFB 003.008' 0a",
                                         "'RFB 003.008' 0a 01"};
    struct parlour p;
    struct guest in, g[COUNT(stages)];
    (void)state;
    parlour_open(&p, "auth { methods = {none} handshake = 200ms }\n" WEB1);
    guest_come(&in, &p, NULL, NULL);
    guest_logs_in(&in, 640, 480, "web1");
    for (size_t i = 0; i < COUNT(stages); i++) {
        guest_come(&g[i], &p, NULL, NULL);
        guest_says(&g[i], stages[i]);
    }
    for (size_t i = 0; i < COUNT(stages); i++) {
        guest_sees_the_end(&g[i]);
        guest_go(&g[i]);
    }
    assert_int_equal(p.server.n_pending, 0);
    guest_hears_nothing(&in);
    guest_go(&in);
    parlour_close(&p);
}

static void connections_beyond_the_limit_are_told_and_far_beyond_it_closed(void **state)
{
    enum { MOST = 4 };
    struct parlour p;
    struct guest g[2 * MOST + 1];
    (void)state;
    parlour_open(&p, "auth { methods = {none} max-pending = 4 }\n" WEB1);
    for (unsigned i = 0; i <= 2 * MOST; i++)
        guest_come(&g[i], &p, NULL, NULL);
    guest_sees_the_end(&g[2 * MOST]);
    for (unsigned i = MOST; i < 2 * MOST; i++)
        refused_with(&g[i], "too many connections are waiting to log in; try again later");
    for (unsigned i = 0; i < MOST; i++)
        guest_logs_in(&g[i], 640, 480, "web1");
    assert_int_equal(p.server.n_pending, 0);
    assert_int_equal(p.server.refused, MOST + 1);
    for (unsigned i = 0; i <= 2 * MOST; i++)
        guest_go(&g[i]);
    parlour_close(&p);
}

static void one_address_cannot_take_all_the_places(void **state)
{
    static const struct {
        const char *peer;
        bool refused;
    } rows[] = {
        {"192.0.2.1", false},  {"192.0.2.1", false},   {"192.0.2.1", true},
        {"192.0.2.2", false},  {"2001:db8::1", false}, {"2001:db8::1", false},
        {"2001:db8::1", true}, {"2001:db8::2", false}, {NULL, false},
        {NULL, false},         {NULL, false},
    };
    struct parlour p;
    struct guest g[COUNT(rows)];
    (void)state;
    parlour_open(&p, "auth { methods = {none} max-pending-per-address = 2 }\n" WEB1);
    for (size_t i = 0; i < COUNT(rows); i++)
        guest_come(&g[i], &p, "web1", rows[i].peer);
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].refused)
            refused_with(&g[i], "too many connections are waiting to log in; try again later");
        else
            guest_logs_in(&g[i], 640, 480, "web1");
        guest_go(&g[i]);
    }
    parlour_close(&p);
}

/* ---- requests ---- */

static void a_request_is_answered_once_and_the_next_when_something_changes(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&g, &p, place, REQUEST_ALL);
    hears_whole(&g, 0x0000ff);
    guest_hears_nothing(&g);
    guest_says(&g, REQUEST_MORE);
    guest_hears_nothing(&g);
    parlour_show(place, W, H, 0x00ff00);
    hears_whole(&g, 0x00ff00);
    parlour_show(place, W, H, 0xff0000);
    guest_hears_nothing(&g);
    guest_says(&g, REQUEST_ALL);
    hears_whole(&g, 0xff0000);
    guest_go(&g);
    parlour_close(&p);
}

static void another_pixel_format_counts_from_the_next_update_on(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&g, &p, place, "");
    guest_says(&g, REQUEST_ALL);
    hears_whole(&g, 0x0000ff);
    guest_says(&g, "00 000000 10 10 01 01 001f 003f 001f 0b 05 00 000000 " REQUEST_ALL);
    guest_hears(&g, "00 00 0001 0000 0000 0040 0020 00000000 001f 001f");
    guest_takes(&g, W * H * 2 - 4);
    guest_says(&g, "00 000000 08 08 00 00 0000 0000 0000 00 00 00 000000 " REQUEST_ALL);
    guest_hears(&g, "01 00 0000 0100"); /* the map of colours */
    guest_takes(&g, 256 * 6);
    guest_hears(&g, "00 00 0001 0000 0000 0040 0020 00000000");
    guest_takes(&g, W * H);
    guest_hears_nothing(&g);
    guest_go(&g);
    parlour_close(&p);
}

static void
a_format_that_comes_while_an_update_is_encoded_gets_the_update_in_the_new_format(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&g, &p, place, "");
    guest_says(&g, REQUEST_ALL "00 000000 10 10 01 01 001f 003f 001f 0b 05 00 000000");
    guest_hears(&g, "00 00 0001 0000 0000 0040 0020 00000000 001f 001f");
    guest_takes(&g, W * H * 2 - 4);
    guest_hears_nothing(&g);
    guest_go(&g);
    parlour_close(&p);
}

static void fences_are_echoed_with_the_flags_that_we_know(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&g, &p, place, "");
    guest_says(&g, "02 00 0001 fffffec8"); /* Fence */
    guest_hears(&g, "f8 000000 80000000 00");
    guest_says(&g, "f8 000000 80000000 00 f8 000000 ffffffff 03 'abc'");
    guest_hears(&g, "f8 000000 00000000 00 f8 000000 00000007 03 'abc'");
    guest_says(&g,
               "f8 000000 00000000 00 f8 000000 00000001 04 'none'"); /* answers to nothing */
    guest_hears_nothing(&g);
    guest_go(&g);
    parlour_close(&p);
}

static void continuous_updates_come_unasked_until_they_are_ended(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&g, &p, place, "02 00 0001 fffffec7"); /* ContinuousUpdates */
    guest_hears(&g, "96");
    guest_says(&g, "96 01 0000 0000 0040 0020");
    hears_whole(&g, 0x0000ff);
    for (uint32_t i = 1; i < 5; i++) {
        parlour_show(place, W, H, i);
        hears_whole(&g, i);
    }
    guest_says(&g, "96 00 0000 0000 0000 0000");
    guest_hears(&g, "96");
    parlour_show(place, W, H, 0x777777);
    guest_hears_nothing(&g);
    guest_says(&g, "96 00 0000 0000 0000 0000"); /* it is off already */
    guest_hears_nothing(&g);
    guest_says(&g, REQUEST_MORE);
    hears_whole(&g, 0x777777);
    guest_go(&g);
    parlour_close(&p);
}

static void no_update_follows_the_end_of_continuous_updates(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&g, &p, place, "02 00 0001 fffffec7");
    guest_hears(&g, "96");
    for (uint32_t i = 0; i < 50; i++) {
        guest_says(&g, "96 01 0000 0000 0040 0020");
        parlour_show(place, W, H, i);
        guest_says(&g, "96 00 0000 0000 0000 0000");
        /* Updates may come before the end, nothing may come behind it. */
        while (guest_takes(&g, 1)[0] == 0) {
            guest_hears(&g, "00 0001 0000 0000 0040 0020 00000000");
            guest_takes(&g, W * H * 4);
        }
        guest_hears_nothing(&g);
    }
    guest_go(&g);
    parlour_close(&p);
}

/* ---- sizes ---- */

static void another_size_goes_alone_before_its_pixels(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&g, &p, place, "02 00 0001 ffffff21 " REQUEST_ALL);
    hears_whole(&g, 0x0000ff);
    guest_says(&g, REQUEST_MORE);
    fake_says_size(place, 16, 16);
    parlour_show(place, 16, 16, 0x123456);
    guest_hears(&g, "00 00 0001 0000 0000 0010 0010 ffffff21");
    guest_hears_nothing(&g);
    guest_says(&g, "03 01 0000 0000 0010 0010");
    guest_hears(&g, "00 00 0001 0000 0000 0010 0010 00000000 56 34 12 00");
    guest_go(&g);
    parlour_close(&p);
}

static void a_client_that_cannot_be_resized_keeps_its_size(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&g, &p, place, REQUEST_ALL);
    hears_whole(&g, 0x0000ff);
    guest_says(&g, REQUEST_MORE);
    fake_says_size(place, 128, 16);
    parlour_show(place, 128, 16, 0x123456);
    guest_hears(&g, "00 00 0001 0000 0000 0040 0020 00000000");
    const uint8_t *px = guest_takes(&g, W * H * 4);
    assert_memory_equal(px + 15 * W * 4, "\x56\x34\x12\0", 4);
    assert_memory_equal(px + 16 * W * 4, "\0\0\0\0", 4);
    /* It learns to be resized: then it is told. */
    guest_says(&g, "02 00 0001 ffffff21 " REQUEST_MORE);
    guest_hears(&g, "00 00 0001 0000 0000 0080 0010 ffffff21");
    guest_go(&g);
    parlour_close(&p);
}

static void a_size_that_changes_before_the_client_has_spoken_is_told_when_it_has(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&g, &p, place, "");
    fake_says_size(place, 16, 16);
    parlour_show(place, 16, 16, 0x123456);
    guest_hears_nothing(&g);
    guest_says(&g, "02 00 0001 ffffff21 " REQUEST_ALL);
    guest_hears(&g, "00 00 0001 0000 0000 0010 0010 ffffff21");
    guest_go(&g);
    parlour_close(&p);
}

#define SET_SIZE(w, h) "fb 00 " w h " 01 00 00000000 0000 0000 " w h " 00000000 "

static void a_clients_wish_for_a_size_is_answered(void **state)
{
    static const struct {
        const char *config, *says;
        int answer;         /* of the place */
        const char *status; /* y of the answer */
        int w;              /* what the place was asked for */
    } rows[] = {
        {"", SET_SIZE("0050", "0030"), 0, "0004", 0x50},
        {"", SET_SIZE("0050", "0030"), -EOPNOTSUPP, "0001", 0x50},
        {"", SET_SIZE("0000", "0030"), 0, "0003", 0},
        {"", SET_SIZE("7000", "0030"), 0, "0003", 0},
        {"", "fb 00 0050 0030 00 00 ", 0, "0003", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct parlour p;
        struct guest g;
        struct fake_place *place = open_one(&p, rows[i].config);
        place->resize_answer = rows[i].answer;
        enter_bare(&g, &p, place,
                   "02 00 0001 fffffecc " REQUEST_MORE); /* ExtendedDesktopSize */
        guest_hears(&g, "00 00 0001 0000 0000 0040 0020 fffffecc 01 000000 00000001 0000 0000 "
                        "0040 0020 00000000");
        guest_says(&g, REQUEST_MORE);
        hears_whole(&g, 0x0000ff);
        guest_says(&g, rows[i].says);
        guest_says(&g, REQUEST_MORE);
        char *answer = alloc_printf(
            "00 00 0001 0001 %s 0040 0020 fffffecc 01 000000 00000001 0000 0000 0040 0020 "
            "00000000",
            rows[i].status);
        guest_hears(&g, answer);
        assert_int_equal(place->resize_w, rows[i].w);
        free(answer);
        guest_go(&g);
        parlour_close(&p);
    }
}

/* ---- power ---- */

static void xvp_asks_the_place_and_tells_what_cannot_be(void **state)
{
    static const struct {
        const char *says;
        int power; /* -1: the place is not asked, and the client is told */
    } rows[] = {
        {"fa 00 01 02", POWER_SHUTDOWN},
        {"fa 00 01 03", POWER_REBOOT},
        {"fa 00 01 04", POWER_RESET},
        {"fa 00 01 01", -1},
        {"fa 00 01 05", -1},
        {"fa 00 02 02", -1},
        {"fa 00 01 ff", -1},
    };
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&g, &p, place, "02 00 0001 fffffecb");
    guest_hears_nothing(&g);
    guest_says(&g, REQUEST_ALL);
    hears_whole(&g, 0x0000ff);
    guest_hears(&g, "fa 00 01 01"); /* behind an update only */
    for (size_t i = 0; i < COUNT(rows); i++) {
        place->power = -1;
        guest_says(&g, rows[i].says);
        assert_int_equal(place->power, rows[i].power);
        if (rows[i].power < 0)
            guest_hears(&g, "fa 00 01 00");
    }
    guest_hears_nothing(&g);
    guest_go(&g);
    parlour_close(&p);
}

/* ---- input ---- */

static void what_a_client_holds_is_lifted_when_it_leaves(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&g, &p, place, "");
    guest_says(&g, "04 01 0000 00000061 05 01 0005 0007");
    assert_string_equal(place->input, "+30 @0:5,7 +B0 ");
    place->input[0] = 0;
    guest_go(&g);
    assert_string_equal(place->input, "-30 -B0 ");
    parlour_close(&p);
}

static void a_pointer_beside_the_picture_is_moved_to_its_edge(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&g, &p, place, "");
    guest_says(&g, "05 00 ffff ffff");
    assert_string_equal(place->input, "@0:63,31 ");
    guest_go(&g);
    parlour_close(&p);
}

static void a_waiting_machine_takes_no_input_and_breaks_nothing(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    parlour_open(&p, WEB1);
    guest_come(&g, &p, NULL, NULL);
    guest_logs_in(&g, 640, 480, "web1");
    guest_says(&g, "04 01 0000 00000061 05 01 0005 0007 fa 00 01 02 " SET_SIZE("0050", "0030"));
    guest_hears(&g, "fa 00 01 00");
    guest_go(&g);
    parlour_close(&p);
}

/* ---- slow clients ---- */

/* The colour of the last whole Raw update in what the client has taken in. */
static uint32_t last_colour(const struct guest *g)
{
    const size_t update = 4 + 12 + (size_t)W * 8 * H * 8 * 4;
    if (g->in.len < update)
        return 0;
    const uint8_t *px = g->in.data + (g->in.len / update) * update - 4;
    return (uint32_t)px[0] | (uint32_t)px[1] << 8 | (uint32_t)px[2] << 16;
}

static void a_slow_client_without_fences_gets_the_last_picture_in_the_end(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    fake_says_size(place, 8 * W, 8 * H);
    fake_says_pointer_at(place, 0, 0, 0, false);
    guest_come_by_tcp(&g, &p, NULL);
    guest_says(&g, "'RFB 003.008' 0a 01 01 02 00 0001 fffffec7 96 01 0000 0000 0200 0100");
    parlour_show(place, 8 * W, 8 * H, 1);
    guest_hears(&g, "'RFB 003.008' 0a 01 01 00000000 0200 0100");
    guest_takes(&g, 24);
    guest_hears(&g, "96");
    for (uint32_t i = 1; i <= 100; i++) {
        parlour_show(place, 8 * W, 8 * H, i);
        parlour_turn(&p);
    }
    /* It reads again; the machine says no more. */
    for (int i = 0; last_colour(&g) != 100; i++) {
        guest_listens(&g);
        parlour_turn(&p);
        assert_true(i < 3000);
    }
    guest_go(&g);
    parlour_close(&p);
}

/* ---- several heads ---- */

static void a_head_may_be_looked_at_alone_and_the_pointer_finds_it(void **state)
{
    static const struct {
        const char *machine_name, *size, *input; /* where 70,10 lies */
    } rows[] = {
        {"web1", "0060 0020", "@1:6,10 "},
        {"web1:0", "0040 0020", "@0:63,10 "},
        {"web1:1", "0020 0018", "@1:31,10 "},
    };
    const struct place_head heads[] = {{.w = 64, .h = 32}, {.w = 32, .h = 24}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct parlour p;
        struct guest g;
        struct fake_place *place = open_one(&p, "");
        guest_come(&g, &p, rows[i].machine_name, NULL);
        guest_says(&g, "'RFB 003.008' 0a 01 01");
        fake_says_heads(place, heads, 2);
        fake_says_complete(place);
        guest_hears(&g, "'RFB 003.008' 0a 01 01 00000000");
        guest_hears(&g, rows[i].size);
        guest_says(&g, "05 00 0046 000a");
        assert_string_equal(place->input, rows[i].input);
        guest_go(&g);
        parlour_close(&p);
    }
}

static void screens_are_the_heads_side_by_side(void **state)
{
    const struct place_head heads[] = {{.w = 64, .h = 32}, {.w = 32, .h = 24}};
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&g, &p, place, "02 00 0001 fffffecc ");
    fake_says_heads(place, heads, 2);
    guest_says(&g, REQUEST_MORE);
    guest_hears(&g, "00 00 0001 0000 0000 0060 0020 fffffecc 02 000000 00000001 0000 0000 0040 "
                    "0020 00000000 "
                    "00000002 0040 0000 0020 0018 00000000");
    guest_go(&g);
    parlour_close(&p);
}

/* ---- hostile clients ---- */

static void nonsense_ends_the_connection_and_nothing_else(void **state)
{
    static const char *const says[] = {
        "63",
        "00 000000 07 18 00 01 00ff 00ff 00ff 10 08 00 000000",
        "02 00 ffff",
        "f8 000000 80000000 ff",
        "fb 00 0050 0030 ff 00",
        "ff 63 0000",
    };
    struct parlour p;
    struct guest other, g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&other, &p, place, "");
    for (size_t i = 0; i < COUNT(says); i++) {
        guest_come(&g, &p, NULL, NULL);
        guest_logs_in(&g, W, H, "web1");
        guest_says(&g, says[i]);
        guest_sees_the_end(&g);
        guest_go(&g);
    }
    assert_int_equal(p.server.n_viewers, 1);
    guest_says(&other, REQUEST_ALL);
    hears_whole(&other, 0x0000ff);
    guest_go(&other);
    parlour_close(&p);
}

static void a_client_that_asks_and_never_reads_is_let_go(void **state)
{
    static const char *const questions[] = {
        "f8 000000 80000000 40 'sixty-four bytes of a fence, and so on until there are so "
        "many..'",
        "00 000000 08 08 00 00 0000 0000 0000 00 00 00 000000",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(questions); i++) {
        struct parlour p;
        struct guest g;
        struct bytes once, many;
        struct fake_place *place = open_one(&p, "");
        enter_bare(&g, &p, place, "");
        hex_init(&once, questions[i]);
        bytes_init(&many, SIZE_MAX);
        while (many.len < 32768)
            bytes_put(&many, once.data, once.len);
        size_t said = 0;
        for (; p.server.n_viewers && said < (64u << 20); said += many.len)
            guest_says_bytes(&g, many.data, many.len);
        assert_int_equal(p.server.n_viewers, 0);
        bytes_fini(&once);
        bytes_fini(&many);
        guest_go(&g);
        parlour_close(&p);
    }
}

static void a_slow_client_may_still_type(void **state)
{
    struct parlour p;
    struct guest g;
    (void)state;
    struct fake_place *place = open_one(&p, "");
    enter_bare(&g, &p, place, "");
    fake_says_size(place, 64, 32);
    for (int i = 0; i < 2000; i++) {
        parlour_show(place, W, H, (uint32_t)i);
        guest_says(&g, REQUEST_ALL "04 01 0000 00000061 04 00 0000 00000061");
        place->input[0] = 0;
    }
    guest_says(&g, "04 01 0000 00000062");
    assert_string_equal(place->input, "+48 ");
    assert_int_equal(p.server.n_viewers, 1);
    guest_go(&g);
    parlour_close(&p);
}

static void a_machine_that_is_detached_takes_its_viewers_along(void **state)
{
    static const char *const stages[] = {"", "'RFB 003.008' 0a 01", "'RFB 003.008' 0a 01 01"};
    (void)state;
    for (size_t i = 0; i < COUNT(stages); i++) {
        struct parlour p;
        struct guest in, g;
        struct fake_place *place = open_one(&p, "");
        enter_bare(&in, &p, place, REQUEST_ALL);
        guest_come(&g, &p, NULL, NULL);
        guest_says(&g, stages[i]);
        assert_int_equal(machines_detach(&p.server.machines, "web1"), 0);
        guest_sees_the_end(&in);
        guest_says(&g, "'RFB 003.008' 0a 01 01");
        guest_sees_the_end(&g);
        guest_go(&g);
        guest_go(&in);
        assert_int_equal(p.server.n_viewers, 0);
        assert_int_equal(p.server.n_pending, 0);
        parlour_close(&p);
    }
}

/* ---- listeners at a reload ---- */

static bool connects(struct parlour *p, const char *file)
{
    const struct listener *l = p->server.listeners;
    char *text = alloc_printf("unix:%s/%s", p->folder, file);
    while (l && strcmp(l->address, text) != 0)
        l = l->next;
    free(text);
    return l;
}

static void an_address_moves_from_one_owner_to_another_at_a_reload(void **state)
{
    static const struct {
        const char *before, *after;
    } rows[] = {
        {"machine a { listen = {\"unix:%s/x\"} }\nmachine b { }\n",
         "machine a { }\nmachine b { listen = {\"unix:%s/x\"} }\n"},
        {"machine b { listen = {\"unix:%s/x\"} }\nmachine a { }\n",
         "machine b { }\nmachine a { listen = {\"unix:%s/x\"} }\n"},
        {"machine b { listen = {\"unix:%s/x\"} }\n",
         "machine a { listen = {\"unix:%s/x\"} }\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct parlour p;
        parlour_open(&p, rows[i].before);
        assert_true(connects(&p, "x"));
        parlour_reload(&p, rows[i].after);
        if (!connects(&p, "x"))
            fail_msg("row %zu: nobody listens", i);
        assert_true(connects(&p, "rfb.sock"));
        parlour_reload(&p, "");
        assert_false(connects(&p, "x"));
        parlour_close(&p);
    }
}

/* A listener whose backlog is never empty would keep the loop busy for nothing. */
static void a_listener_without_descriptors_waits_and_goes_on(void **state)
{
    struct parlour p;
    struct rlimit before, none_left;
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    (void)state;
    parlour_open(&p, WEB1);
    struct guest g = {.parlour = &p,
                      .fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    bytes_init(&g.in, SIZE_MAX);
    snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/rfb.sock", p.folder);
    assert_int_equal(connect(g.fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
    getrlimit(RLIMIT_NOFILE, &before);
    none_left = before;
    none_left.rlim_cur = (rlim_t)g.fd + 1;
    setrlimit(RLIMIT_NOFILE, &none_left);
    parlour_settle(&p);
    int idle = sd_event_run(p.loop, 0);
    setrlimit(RLIMIT_NOFILE, &before);
    assert_int_equal(idle, 0);
    guest_logs_in(&g, 640, 480, "web1");
    guest_go(&g);
    parlour_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_machine_a_common_port_says_so),
        cmocka_unit_test(the_only_machine_is_entered_by_a_common_port),
        cmocka_unit_test(of_several_machines_one_is_chosen_in_the_lobby),
        cmocka_unit_test(a_machines_own_port_leads_to_it),
        cmocka_unit_test(a_vnc_password_picks_the_machine),
        cmocka_unit_test(a_machine_takes_no_more_viewers_than_it_may_have),
        cmocka_unit_test(a_login_that_drips_in_byte_by_byte_is_understood),
        cmocka_unit_test(what_is_sent_behind_the_login_is_read_after_it),
        cmocka_unit_test(a_login_that_takes_too_long_is_ended_and_a_finished_one_is_not),
        cmocka_unit_test(connections_beyond_the_limit_are_told_and_far_beyond_it_closed),
        cmocka_unit_test(one_address_cannot_take_all_the_places),
        cmocka_unit_test(a_request_is_answered_once_and_the_next_when_something_changes),
        cmocka_unit_test(another_pixel_format_counts_from_the_next_update_on),
        cmocka_unit_test(
            a_format_that_comes_while_an_update_is_encoded_gets_the_update_in_the_new_format),
        cmocka_unit_test(fences_are_echoed_with_the_flags_that_we_know),
        cmocka_unit_test(continuous_updates_come_unasked_until_they_are_ended),
        cmocka_unit_test(no_update_follows_the_end_of_continuous_updates),
        cmocka_unit_test(another_size_goes_alone_before_its_pixels),
        cmocka_unit_test(a_client_that_cannot_be_resized_keeps_its_size),
        cmocka_unit_test(a_size_that_changes_before_the_client_has_spoken_is_told_when_it_has),
        cmocka_unit_test(a_clients_wish_for_a_size_is_answered),
        cmocka_unit_test(xvp_asks_the_place_and_tells_what_cannot_be),
        cmocka_unit_test(what_a_client_holds_is_lifted_when_it_leaves),
        cmocka_unit_test(a_pointer_beside_the_picture_is_moved_to_its_edge),
        cmocka_unit_test(a_waiting_machine_takes_no_input_and_breaks_nothing),
        cmocka_unit_test(a_slow_client_without_fences_gets_the_last_picture_in_the_end),
        cmocka_unit_test(a_head_may_be_looked_at_alone_and_the_pointer_finds_it),
        cmocka_unit_test(screens_are_the_heads_side_by_side),
        cmocka_unit_test(nonsense_ends_the_connection_and_nothing_else),
        cmocka_unit_test(a_client_that_asks_and_never_reads_is_let_go),
        cmocka_unit_test(a_slow_client_may_still_type),
        cmocka_unit_test(a_machine_that_is_detached_takes_its_viewers_along),
        cmocka_unit_test(an_address_moves_from_one_owner_to_another_at_a_reload),
        cmocka_unit_test(a_listener_without_descriptors_waits_and_goes_on),
    };
    return cmocka_run_group_tests_name("viewer", tests, NULL, NULL);
}
