/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/message.h"
#include "tests/unit/hex.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* One of each type, with its bytes written down by hand. */
static const struct known {
    const char *hex;
    struct verifier_message m;
} known[] = {
    {"01 00000000 00003a98 00000010 00000200 00000003",
     {.type = VERIFIER_LIMITS, .limits = {15000, 16, 512, 3}}},
    {"02 00000001 0009 'holdfast' 00",
     {.type = VERIFIER_SERVICE_ROW, .id = 1, .service_row = {"holdfast"}}},
    {"03 00000000 0003 '/k' 00 01", {.type = VERIFIER_KEY_ROW, .key_row = {"/k", 1}}},
    {"04 00000000 0003 '/s' 00 01", {.type = VERIFIER_SOCKET_ROW, .socket_row = {"/s", 1}}},
    {"05 00000000", {.type = VERIFIER_SEAL}},
    {"06 01020304 00000002 0006 'alice' 00 0007 's3cr3t' 00 0001 00",
     {.type = VERIFIER_CHECK, .id = 0x01020304, .check = {2, "alice", "s3cr3t", ""}}},
    {"07 00000009", {.type = VERIFIER_END_SESSION, .id = 9}},
    {"08 00000009 00000003", {.type = VERIFIER_READ_KEY, .id = 9, .read_key = {3}}},
    {"09 00000009 ffffffff", {.type = VERIFIER_USER_NAME, .id = 9, .user_name = {UINT32_MAX}}},
    {"0a 00000009 00000001 0007 'a.sock' 00",
     {.type = VERIFIER_CONNECT, .id = 9, .connect = {1, "a.sock"}}},
    {"0b 00000000", {.type = VERIFIER_SEALED}},
    {"0c 00000009 00 01 0006 'alice' 00 00000008 'ops' 00 'adm' 00 01",
     {.type = VERIFIER_CHECKED,
      .id = 9,
      .checked = {VERIFIER_OK, 1, {"alice", {(const uint8_t *)"ops\0adm", 8}, 1}}}},
    {"0d 00000009 00000000 0001 00 00000003 00ff00",
     {.type = VERIFIER_KEY, .id = 9, .key = {0, "", {(const uint8_t *)"\0\377", 3}}}},
    {"0e 00000009 00000002 0001 00 00000000 00",
     {.type = VERIFIER_NAMED, .id = 9, .named = {2, {"", {NULL, 0}, 0}}}},
    {"0f 00000009 0000006f 0002 'x' 00",
     {.type = VERIFIER_CONNECTED, .id = 9, .connected = {111, "x"}}},
};

static int parse(const struct bytes *packet, size_t n, struct verifier_message *m_r)
{
    const char *why = NULL;
    /* Memory of exactly this size: a sanitizer sees a read beyond. */
    uint8_t *exact = malloc(n ? n : 1);
    if (n)
        memcpy(exact, packet->data, n);
    int result = verifier_message_parse(m_r, exact, n, &why);
    assert_true(result == 0 || (result == -EBADMSG && why));
    free(exact);
    return result;
}

static void every_message_is_written_as_known(void **state)
{
    (void)state;
    bool seen[VERIFIER_TYPES] = {false};
    for (size_t i = 0; i < COUNT(known); i++) {
        struct bytes expected, out;
        hex_init(&expected, known[i].hex);
        bytes_init(&out, VERIFIER_ANSWER_MOST);
        assert_int_equal(verifier_message_write(&known[i].m, &out), 0);
        assert_int_equal(out.len, expected.len);
        assert_memory_equal(out.data, expected.data, out.len);
        seen[known[i].m.type] = true;
        bytes_fini(&expected);
        bytes_fini(&out);
    }
    for (size_t type = 1; type < VERIFIER_TYPES; type++)
        assert_true(seen[type]);
}

static void what_was_parsed_is_written_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(known); i++) {
        struct bytes packet, again;
        struct verifier_message m;
        const char *why;
        hex_init(&packet, known[i].hex);
        bytes_init(&again, VERIFIER_ANSWER_MOST);
        assert_int_equal(verifier_message_parse(&m, packet.data, packet.len, &why), 0);
        assert_int_equal(m.type, known[i].m.type);
        assert_int_equal(m.id, known[i].m.id);
        assert_int_equal(verifier_message_write(&m, &again), 0);
        assert_int_equal(again.len, packet.len);
        assert_memory_equal(again.data, packet.data, packet.len);
        bytes_fini(&packet);
        bytes_fini(&again);
    }
}

static void every_cut_and_every_byte_too_many_is_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(known); i++) {
        struct verifier_message m;
        struct bytes packet;
        hex_init(&packet, known[i].hex);
        for (size_t n = 0; n < packet.len; n++)
            assert_int_equal(parse(&packet, n, &m), -EBADMSG);
        assert_int_equal(parse(&packet, packet.len, &m), 0);
        bytes_put_u8(&packet, 0);
        assert_int_equal(parse(&packet, packet.len, &m), -EBADMSG);
        bytes_fini(&packet);
    }
}

static void fields_that_lie_are_bad(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "00 00000000",                                        /* no such type */
        "10 00000000",                                        /* no such type */
        "ff 00000000",                                        /* no such type */
        "02 00000000 0000",                                   /* a text without its zero */
        "02 00000000 0001 'a'",                               /* the last byte is none */
        "02 00000000 0003 00 'a' 00",                         /* a zero inside */
        "02 00000000 ffff 'a' 00",                            /* longer than the packet */
        "03 00000000 0003 '/k' 00 02",                        /* a flag of 2 */
        "0c 00000009 0a 00 0001 00 00000000 00",              /* a result that there is not */
        "0e 00000009 00000000 0001 00 00000001 00 00",        /* an empty name */
        "0e 00000009 00000000 0001 00 00000001 'a' 00",       /* an open name */
        "0e 00000009 00000000 0001 00 00000003 'a' 00 00 00", /* an empty name behind another */
        "0d 00000009 00000000 0001 00 ffffffff 00",           /* 4 GiB */
        "0d 00000009 00000000 0001 00 00010001 00",           /* above the limit of a key */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct verifier_message m;
        struct bytes packet;
        hex_init(&packet, rows[i]);
        assert_int_equal(parse(&packet, packet.len, &m), -EBADMSG);
        bytes_fini(&packet);
    }
}

/* The texts of each row, at their limits and one byte beyond. */
static void texts_end_at_their_limits(void **state)
{
    (void)state;
    char user[VERIFIER_USER_MOST + 2], password[VERIFIER_PASSWORD_MOST + 2],
        address[VERIFIER_ADDRESS_MOST + 2];
    struct verifier_message m = {.type = VERIFIER_CHECK, .check = {0, user, password, address}},
                            back;
    char *const texts[] = {user, password, address};
    const size_t limits[] = {sizeof(user) - 2, sizeof(password) - 2, sizeof(address) - 2};
    struct bytes out;
    for (size_t i = 0; i < COUNT(texts); i++) {
        memset(texts[i], 'x', limits[i]);
        texts[i][limits[i]] = 0;
    }
    bytes_init(&out, VERIFIER_REQUEST_MOST);
    assert_int_equal(verifier_message_write(&m, &out), 0);
    assert_int_equal(parse(&out, out.len, &back), 0);
    size_t whole = out.len;
    for (size_t i = 0; i < COUNT(texts); i++) {
        strcpy(texts[i] + limits[i], "x");
        assert_int_equal(verifier_message_write(&m, &out), -EMSGSIZE);
        assert_int_equal(out.len, whole);
        assert_false(out.overflow);
        texts[i][limits[i]] = 0;
    }
    /* The same by hand: the length of the user, which lies behind type, id and service. */
    bytes_patch_u16(&out, 9, VERIFIER_USER_MOST + 2);
    assert_int_equal(parse(&out, out.len, &back), -EBADMSG);
    bytes_fini(&out);
}

static void a_message_that_does_not_fit_leaves_the_buffer_as_it_was(void **state)
{
    (void)state;
    struct bytes out;
    bytes_init(&out, 12);
    bytes_put_u16(&out, 0x1234);
    assert_int_equal(verifier_message_write(&known[1].m, &out), -EMSGSIZE);
    assert_int_equal(out.len, 2);
    assert_false(out.overflow);
    struct verifier_message none = {.type = 0}, beyond = {.type = VERIFIER_TYPES};
    assert_int_equal(verifier_message_write(&none, &out), -EMSGSIZE);
    assert_int_equal(verifier_message_write(&beyond, &out), -EMSGSIZE);
    bytes_fini(&out);
}

static void names_are_walked_in_order(void **state)
{
    (void)state;
    const struct verifier_bytes names = {(const uint8_t *)"ops\0adm", 8}, none = {NULL, 0};
    const char *first = verifier_names_next(&names, NULL);
    const char *second = verifier_names_next(&names, first);
    assert_string_equal(first, "ops");
    assert_string_equal(second, "adm");
    assert_null(verifier_names_next(&names, second));
    assert_null(verifier_names_next(&none, NULL));
}

static void every_result_has_a_text(void **state)
{
    (void)state;
    for (int i = 0; i < VERIFIER_RESULTS; i++)
        assert_non_null(verifier_result_text((enum verifier_result)i));
    assert_string_equal(verifier_result_text(VERIFIER_RESULTS), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_is_written_as_known),
        cmocka_unit_test(what_was_parsed_is_written_the_same),
        cmocka_unit_test(every_cut_and_every_byte_too_many_is_bad),
        cmocka_unit_test(fields_that_lie_are_bad),
        cmocka_unit_test(texts_end_at_their_limits),
        cmocka_unit_test(a_message_that_does_not_fit_leaves_the_buffer_as_it_was),
        cmocka_unit_test(names_are_walked_in_order),
        cmocka_unit_test(every_result_has_a_text),
    };
    return cmocka_run_group_tests_name("verifier/message", tests, NULL, NULL);
}
