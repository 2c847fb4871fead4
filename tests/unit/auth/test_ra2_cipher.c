/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/ra2_cipher.h"
#include "tests/unit/hex.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* The key is 00 01 02 .. */
static struct ra2_cipher cipher_of(size_t key_size)
{
    uint8_t key[AES256_KEY_SIZE];
    struct ra2_cipher c;
    for (unsigned i = 0; i < sizeof(key); i++)
        key[i] = (uint8_t)i;
    ra2_cipher_init(&c, key, key_size);
    return c;
}

/*
 * Records 0, 1 and 2 with "hello", nothing, and 00 01 .. 27, computed with OpenSSL's AES by an
 * EAX that agrees with the vectors of its authors (Bellare, Rogaway, Wagner).
 */
static const struct known {
    size_t key_size;
    const char *records[3];
} known[] = {
    {16,
     {"0005 10f92a33a7 21ccbc272bcb96040554d71643980f50",
      "0000 3c5e3dfc7e7dc27f2b2ae1020c7b6cb2",
      "0028 af600d375b04c931a1008dd2ac4ffe03a3312ef168f93221da7b3f7d8f4d98c8"
      "2ed99e2582fc6cf6 5254a8fc72fcc322ce076c19706993d9"}},
    {32,
     {"0005 bd3889c9cb 2b3ae19f79aa1205e49dc039d67a8bc6",
      "0000 14b2dc78181bfad5ad47586db08bcb37",
      "0028 0becfa10969868f6d6521f3fe71f288968b58ec4bc0d27cd8267e5ddacbd9455"
      "d0b482e28914ad66 800546a945a5f2b2b949a277cabdcad8"}},
};

static void put_plain(struct bytes *out, unsigned record)
{
    if (record == 0)
        bytes_put(out, "hello", 5);
    for (unsigned i = 0; record == 2 && i < 0x28; i++)
        bytes_put_u8(out, (uint8_t)i);
}

static void records_are_those_of_another_implementation(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(known); i++) {
        struct ra2_cipher c = cipher_of(known[i].key_size);
        for (unsigned k = 0; k < 3; k++) {
            struct bytes plain, sealed, expected;
            bytes_init(&plain, SIZE_MAX);
            bytes_init(&sealed, SIZE_MAX);
            hex_init(&expected, known[i].records[k]);
            put_plain(&plain, k);
            ra2_seal(&c, plain.data, plain.len, &sealed);
            assert_int_equal(sealed.len, expected.len);
            assert_memory_equal(sealed.data, expected.data, expected.len);
            bytes_fini(&plain);
            bytes_fini(&sealed);
            bytes_fini(&expected);
        }
    }
}

static void records_open_at_every_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(known); i++) {
        struct ra2_cipher c = cipher_of(known[i].key_size);
        for (unsigned k = 0; k < 3; k++) {
            struct bytes plain, sealed, expected;
            bytes_init(&plain, SIZE_MAX);
            bytes_init(&expected, SIZE_MAX);
            hex_init(&sealed, known[i].records[k]);
            put_plain(&expected, k);
            for (size_t cut = 0; cut <= sealed.len; cut++) {
                struct reader in = reader_over(sealed.data, cut);
                bool whole = cut == sealed.len;
                assert_int_equal(ra2_record_whole(&in), whole);
                assert_int_equal(ra2_open(&c, &in, 0x28, &plain), whole ? RA2_DONE : RA2_MORE);
                assert_int_equal(reader_left(&in), whole ? 0 : cut);
            }
            assert_int_equal(plain.len, expected.len);
            if (expected.len)
                assert_memory_equal(plain.data, expected.data, expected.len);
            bytes_fini(&plain);
            bytes_fini(&sealed);
            bytes_fini(&expected);
        }
    }
}

static void the_count_carries_into_its_second_byte(void **state)
{
    (void)state;
    struct ra2_cipher c = cipher_of(16);
    struct bytes sealed, expected;
    bytes_init(&sealed, SIZE_MAX);
    for (unsigned i = 0; i < 256; i++)
        ra2_seal(&c, "x", 1, &sealed);
    bytes_clear(&sealed);
    ra2_seal(&c, "late", 4, &sealed);
    hex_init(&expected, "0004 10ac5a42 419f67cf467faf2fb98e97f99626f0d3");
    assert_int_equal(sealed.len, expected.len);
    assert_memory_equal(sealed.data, expected.data, expected.len);
    bytes_fini(&sealed);
    bytes_fini(&expected);
}

static void a_changed_bit_anywhere_is_noticed(void **state)
{
    (void)state;
    struct bytes sealed, plain;
    hex_init(&sealed, known[0].records[0]);
    bytes_init(&plain, SIZE_MAX);
    for (size_t bit = 0; bit < sealed.len * 8; bit++) {
        struct ra2_cipher c = cipher_of(16);
        sealed.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        struct reader in = reader_over(sealed.data, sealed.len);
        enum ra2_open got = ra2_open(&c, &in, RA2_RECORD_MOST, &plain);
        /* A length that has grown waits for the rest. */
        assert_true(got == RA2_BAD || (got == RA2_MORE && bit < 16));
        sealed.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(plain.len, 0);
    bytes_fini(&sealed);
    bytes_fini(&plain);
}

static void records_that_are_repeated_or_dropped_are_noticed(void **state)
{
    (void)state;
    struct ra2_cipher c = cipher_of(16);
    struct bytes first, last, plain;
    hex_init(&first, known[0].records[0]);
    hex_init(&last, known[0].records[2]);
    bytes_init(&plain, SIZE_MAX);
    struct reader in = reader_over(last.data, last.len);
    assert_int_equal(ra2_open(&c, &in, RA2_RECORD_MOST, &plain), RA2_BAD);
    c = cipher_of(16);
    in = reader_over(first.data, first.len);
    assert_int_equal(ra2_open(&c, &in, RA2_RECORD_MOST, &plain), RA2_DONE);
    in = reader_over(first.data, first.len);
    assert_int_equal(ra2_open(&c, &in, RA2_RECORD_MOST, &plain), RA2_BAD);
    bytes_fini(&first);
    bytes_fini(&last);
    bytes_fini(&plain);
}

static void a_length_beyond_the_limit_is_not_waited_for(void **state)
{
    (void)state;
    struct ra2_cipher c = cipher_of(16);
    struct bytes plain;
    bytes_init(&plain, SIZE_MAX);
    struct reader in = reader_over("\x04\x01", 2);
    assert_int_equal(ra2_open(&c, &in, 0x400, &plain), RA2_BAD);
    in = reader_over("\x04\x00", 2);
    assert_int_equal(ra2_open(&c, &in, 0x400, &plain), RA2_MORE);
    bytes_fini(&plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_those_of_another_implementation),
        cmocka_unit_test(records_open_at_every_cut),
        cmocka_unit_test(the_count_carries_into_its_second_byte),
        cmocka_unit_test(a_changed_bit_anywhere_is_noticed),
        cmocka_unit_test(records_that_are_repeated_or_dropped_are_noticed),
        cmocka_unit_test(a_length_beyond_the_limit_is_not_waited_for),
    };
    return cmocka_run_group_tests_name("auth/ra2_cipher", tests, NULL, NULL);
}
