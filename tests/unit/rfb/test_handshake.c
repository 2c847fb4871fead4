/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/handshake.h"
#include "tests/unit/hex.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define SERVER_VERSION "'RFB 003.008' 0a "

enum verdict { LET_IN, REFUSE, REFUSE_WITHOUT_REASON };

/* A whole conversation. In `types`, `client` and `server` are bytes; the method itself says
 * nothing. */
static const struct row {
    const char *types, *client, *server;
    enum verdict verdict;
    int minor; /* how the client is spoken to */
    uint8_t agreed;
    enum handshake_step end;
    const char *why; /* with BAD */
} rows[] = {
    /* The three official versions. */
    {"02 01", "'RFB 003.008' 0a 01 01", "02 02 01 00000000", LET_IN, 8, 1, HANDSHAKE_INIT,
     NULL},
    {"02", "'RFB 003.008' 0a 02 00", "01 02 00000000", LET_IN, 8, 2, HANDSHAKE_INIT, NULL},
    {"13 02", "'RFB 003.008' 0a 13 01", "02 13 02 00000000", LET_IN, 8, 19, HANDSHAKE_INIT,
     NULL},
    {"01", "'RFB 003.007' 0a 01 01", "01 01", LET_IN, 7, 1, HANDSHAKE_INIT, NULL},
    {"01 02", "'RFB 003.007' 0a 02 01", "02 01 02 00000000", LET_IN, 7, 2, HANDSHAKE_INIT,
     NULL},
    {"01 02", "'RFB 003.003' 0a 01", "00000001", LET_IN, 3, 1, HANDSHAKE_INIT, NULL},
    {"13 02 01", "'RFB 003.003' 0a 00", "00000002 00000000", LET_IN, 3, 2, HANDSHAKE_INIT,
     NULL},
    /* Refused by the method: a reason from 3.8 on; nothing at all where no result is expected.
     */
    {"02", "'RFB 003.008' 0a 02", "01 02 00000001 00000002 'no'", REFUSE, 8, 2, HANDSHAKE_BAD,
     "no"},
    {"02", "'RFB 003.008' 0a 02", "01 02 00000001 00000015 'authentication failed'",
     REFUSE_WITHOUT_REASON, 8, 2, HANDSHAKE_BAD, "authentication failed"},
    {"01", "'RFB 003.008' 0a 01", "01 01 00000001 00000002 'no'", REFUSE, 8, 1, HANDSHAKE_BAD,
     "no"},
    {"02", "'RFB 003.007' 0a 02", "01 02 00000001", REFUSE, 7, 2, HANDSHAKE_BAD, "no"},
    {"01", "'RFB 003.007' 0a 01", "01 01", REFUSE, 7, 1, HANDSHAKE_BAD, "no"},
    {"02", "'RFB 003.003' 0a", "00000002 00000001", REFUSE, 3, 2, HANDSHAKE_BAD, "no"},
    {"01", "'RFB 003.003' 0a", "00000001", REFUSE, 3, 1, HANDSHAKE_BAD, "no"},
    /* Unofficial versions. */
    {"1e 02", "'RFB 003.889' 0a 1e 01", "02 1e 02 00000000", LET_IN, 8, 30, HANDSHAKE_INIT,
     NULL},
    {"02", "'RFB 003.009' 0a 02 01", "01 02 00000000", LET_IN, 8, 2, HANDSHAKE_INIT, NULL},
    {"02", "'RFB 004.000' 0a 02 01", "01 02 00000000", LET_IN, 8, 2, HANDSHAKE_INIT, NULL},
    {"02", "'RFB 004.001' 0a 02 01", "01 02 00000000", LET_IN, 8, 2, HANDSHAKE_INIT, NULL},
    {"02", "'RFB 003.004' 0a 01", "00000002 00000000", LET_IN, 3, 2, HANDSHAKE_INIT, NULL},
    {"02", "'RFB 003.005' 0a 01", "00000002 00000000", LET_IN, 3, 2, HANDSHAKE_INIT, NULL},
    {"02", "'RFB 003.006' 0a 01", "00000002 00000000", LET_IN, 3, 2, HANDSHAKE_INIT, NULL},
    {"02", "'RFB 002.008' 0a 01", "00000002 00000000", LET_IN, 3, 2, HANDSHAKE_INIT, NULL},
    {"02", "'RFB 000.000' 0a 01", "00000002 00000000", LET_IN, 3, 2, HANDSHAKE_INIT, NULL},
    /* Nothing to agree on. */
    {"", "'RFB 003.008' 0a", "00 00000020 'no security type is offered here'", LET_IN, 8, 0,
     HANDSHAKE_BAD, "no security type is offered here"},
    {"", "'RFB 003.007' 0a", "00 00000020 'no security type is offered here'", LET_IN, 7, 0,
     HANDSHAKE_BAD, "no security type is offered here"},
    {"", "'RFB 003.003' 0a", "00000000 00000020 'no security type is offered here'", LET_IN, 3,
     0, HANDSHAKE_BAD, "no security type is offered here"},
    {"13 05", "'RFB 003.003' 0a",
     "00000000 00000033 'no security type that RFB 3.3 knows is offered here'", LET_IN, 3, 0,
     HANDSHAKE_BAD, "no security type that RFB 3.3 knows is offered here"},
    {"02", "'RFB 003.008' 0a 01", "01 02", LET_IN, 8, 0, HANDSHAKE_BAD,
     "a security type that was not offered"},
    {"02", "'RFB 003.008' 0a 00", "01 02", LET_IN, 8, 0, HANDSHAKE_BAD,
     "a security type that was not offered"},
};

/* No version begins so; the last byte decides. */
static const char *const garbage[] = {
    "00",          "'G'",        "16",          "'RFC'",          "'RFB' 00",         "'RFB x'",
    "'RFB 3'  2e", "'RFB 003 '", "'RFB 003.-'", "'RFB 003.008 '", "'RFB 003.008' 0d",
};

struct talk {
    struct handshake h;
    struct bytes in, out;
    enum handshake_step step;
    unsigned asked; /* how often a method was to be run */
};

static void talk_init(struct talk *t, const char *types)
{
    struct bytes list;
    hex_init(&list, types);
    *t = (struct talk){.step = HANDSHAKE_MORE};
    bytes_init(&t->in, SIZE_MAX);
    bytes_init(&t->out, SIZE_MAX);
    handshake_start(&t->h, list.data, (unsigned)list.len, &t->out);
    bytes_fini(&list);
}

static void talk_fini(struct talk *t)
{
    bytes_fini(&t->in);
    bytes_fini(&t->out);
}

static void give_verdict(struct talk *t, enum verdict verdict)
{
    t->asked++;
    handshake_verdict(&t->h, verdict == LET_IN, verdict == REFUSE ? "no" : NULL, &t->out);
}

/* n bytes come: the machine runs as far as it can. */
static void talk_hear(struct talk *t, const uint8_t *data, size_t n, enum verdict verdict)
{
    bytes_put(&t->in, data, n);
    for (bool go = true; go;) {
        struct reader in = reader_over(t->in.data, t->in.len);
        t->step = handshake_feed(&t->h, &in, &t->out);
        bytes_consume(&t->in, (size_t)(in.at - t->in.data));
        go = t->step == HANDSHAKE_METHOD;
        if (go)
            give_verdict(t, verdict);
    }
}

static void check_talk(const struct talk *t, const struct row *row)
{
    struct bytes expected;
    hex_init(&expected, SERVER_VERSION);
    hex_put(&expected, row->server);
    assert_int_equal(t->out.len, expected.len);
    assert_memory_equal(t->out.data, expected.data, expected.len);
    assert_int_equal(t->step, row->end);
    assert_int_equal(t->h.minor, row->minor);
    assert_int_equal(t->h.type, row->agreed);
    assert_int_equal(t->asked, row->agreed ? 1 : 0);
    if (row->why)
        assert_string_equal(t->h.why, row->why);
    bytes_fini(&expected);
}

static void every_conversation_is_led_to_its_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bytes client;
        struct talk t;
        hex_init(&client, rows[i].client);
        talk_init(&t, rows[i].types);
        talk_hear(&t, client.data, client.len, rows[i].verdict);
        check_talk(&t, &rows[i]);
        if (t.step == HANDSHAKE_INIT)
            assert_int_equal(t.h.shared, client.data[client.len - 1]);
        talk_fini(&t);
        bytes_fini(&client);
    }
}

static void cuts_anywhere_change_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bytes client;
        hex_init(&client, rows[i].client);
        for (size_t cut = 0; cut < client.len; cut++) {
            struct talk t;
            talk_init(&t, rows[i].types);
            talk_hear(&t, client.data, cut, rows[i].verdict);
            assert_int_not_equal(t.step, HANDSHAKE_INIT);
            talk_hear(&t, client.data + cut, client.len - cut, rows[i].verdict);
            check_talk(&t, &rows[i]);
            talk_fini(&t);
        }
        bytes_fini(&client);
    }
}

static void byte_by_byte_is_as_good_as_at_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bytes client;
        struct talk t;
        hex_init(&client, rows[i].client);
        talk_init(&t, rows[i].types);
        for (size_t at = 0; at < client.len; at++)
            talk_hear(&t, client.data + at, 1, rows[i].verdict);
        check_talk(&t, &rows[i]);
        talk_fini(&t);
        bytes_fini(&client);
    }
}

static void garbage_is_bad_at_its_first_wrong_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(garbage); i++) {
        struct bytes client;
        struct talk t;
        hex_init(&client, garbage[i]);
        talk_init(&t, "01");
        talk_hear(&t, client.data, client.len - 1, LET_IN);
        assert_int_equal(t.step, HANDSHAKE_MORE);
        talk_hear(&t, client.data + client.len - 1, 1, LET_IN);
        assert_int_equal(t.step, HANDSHAKE_BAD);
        assert_string_equal(t.h.why, "not a version of RFB");
        assert_int_equal(t.out.len, 12);
        talk_fini(&t);
        bytes_fini(&client);
    }
}

static void a_refusal_is_told_when_the_version_is_known(void **state)
{
    (void)state;
    static const struct row refused[] = {
        {"02", "'RFB 003.008' 0a", "00 00000008 'too many'", LET_IN, 8, 0, HANDSHAKE_BAD,
         "too many"},
        {"02", "'RFB 003.007' 0a", "00 00000008 'too many'", LET_IN, 7, 0, HANDSHAKE_BAD,
         "too many"},
        {"02", "'RFB 003.003' 0a", "00000000 00000008 'too many'", LET_IN, 3, 0, HANDSHAKE_BAD,
         "too many"},
        {"", "'RFB 003.008' 0a", "00 00000008 'too many'", LET_IN, 8, 0, HANDSHAKE_BAD,
         "too many"},
    };
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct bytes client;
        struct talk t;
        hex_init(&client, refused[i].client);
        talk_init(&t, refused[i].types);
        handshake_refuse(&t.h, "too many");
        talk_hear(&t, client.data, client.len, LET_IN);
        check_talk(&t, &refused[i]);
        talk_fini(&t);
        bytes_fini(&client);
    }
}

static void a_refusal_after_the_offer_is_bad_without_a_word(void **state)
{
    (void)state;
    struct talk t;
    talk_init(&t, "02");
    talk_hear(&t, (const uint8_t *)"RFB 003.008\n", 12, LET_IN);
    size_t said = t.out.len;
    handshake_refuse(&t.h, "too many");
    talk_hear(&t, (const uint8_t *)"\2", 1, LET_IN);
    assert_int_equal(t.step, HANDSHAKE_BAD);
    assert_string_equal(t.h.why, "too many");
    assert_int_equal(t.out.len, said);
    talk_fini(&t);
}

static void while_a_method_runs_its_bytes_are_left_alone(void **state)
{
    (void)state;
    struct talk t;
    struct bytes client;
    talk_init(&t, "02");
    hex_init(&client, "'RFB 003.008' 0a 02 'response'");
    struct reader in = reader_over(client.data, client.len);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(handshake_feed(&t.h, &in, &t.out), HANDSHAKE_METHOD);
        assert_int_equal(reader_left(&in), strlen("response"));
    }
    bytes_fini(&client);
    talk_fini(&t);
}

static void more_types_than_fit_are_left_out(void **state)
{
    (void)state;
    uint8_t types[SECURITY_TYPES_MOST + 1];
    for (unsigned i = 0; i < sizeof(types); i++)
        types[i] = (uint8_t)(i + 1);
    struct handshake h;
    struct bytes out;
    struct reader in = reader_over("RFB 003.008\n\x11", 13); /* the 17th */
    bytes_init(&out, SIZE_MAX);
    handshake_start(&h, types, sizeof(types), &out);
    bytes_clear(&out);
    assert_int_equal(handshake_feed(&h, &in, &out), HANDSHAKE_BAD);
    assert_int_equal(out.len, 1 + SECURITY_TYPES_MOST);
    assert_int_equal(out.data[0], SECURITY_TYPES_MOST);
    bytes_fini(&out);
}

static void the_dialect_of_macos_announces_its_version(void **state)
{
    (void)state;
    static const uint8_t types[] = {30, 2};
    struct handshake h;
    struct bytes out;
    struct reader in = reader_over("RFB 003.889\n\x1e", 13);
    bytes_init(&out, SIZE_MAX);
    handshake_start_apple(&h, types, sizeof(types), &out);
    assert_int_equal(handshake_feed(&h, &in, &out), HANDSHAKE_METHOD);
    assert_int_equal(h.type, 30);
    assert_int_equal(h.minor, 8);
    assert_int_equal(out.len, 15);
    assert_memory_equal(out.data, "RFB 003.889\n\x02\x1e\x02", 15);
    bytes_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_conversation_is_led_to_its_end),
        cmocka_unit_test(cuts_anywhere_change_nothing),
        cmocka_unit_test(byte_by_byte_is_as_good_as_at_once),
        cmocka_unit_test(garbage_is_bad_at_its_first_wrong_byte),
        cmocka_unit_test(a_refusal_is_told_when_the_version_is_known),
        cmocka_unit_test(a_refusal_after_the_offer_is_bad_without_a_word),
        cmocka_unit_test(while_a_method_runs_its_bytes_are_left_alone),
        cmocka_unit_test(more_types_than_fit_are_left_out),
        cmocka_unit_test(the_dialect_of_macos_announces_its_version),
    };
    return cmocka_run_group_tests_name("rfb/handshake", tests, NULL, NULL);
}
