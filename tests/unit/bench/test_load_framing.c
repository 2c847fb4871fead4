/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/load_framing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* What came out of a framing. */
struct record {
    struct framing framing; /* first */
    unsigned updates, rects, fences, fence_bytes;
    int w, h;
};

static struct record *record_of(struct framing *f)
{
    return (struct record *)f;
}

static void on_update(struct framing *f, unsigned n_rects)
{
    record_of(f)->updates++;
    record_of(f)->rects += n_rects;
}

static void on_fence(struct framing *f, uint32_t flags, const uint8_t *payload, unsigned length)
{
    assert_int_equal(flags, 0x80000001u);
    for (unsigned i = 0; i < length; i++)
        assert_int_equal(payload[i], i + 1);
    record_of(f)->fences++;
    record_of(f)->fence_bytes += length;
}

static void on_resized(struct framing *f, int w, int h)
{
    record_of(f)->w = w;
    record_of(f)->h = h;
}

static const struct framing_handler handler = {on_update, on_fence, on_resized};

/* A message in hex; blanks are for the reader. */
static size_t from_hex(const char *text, uint8_t *bytes)
{
    size_t digits = 0;
    for (; *text; text++) {
        if (*text == ' ')
            continue;
        unsigned value = (unsigned)(*text <= '9' ? *text - '0' : *text - 'a' + 10);
        bytes[digits / 2] = (uint8_t)(digits % 2 ? bytes[digits / 2] | value : value << 4);
        digits++;
    }
    return digits / 2;
}

static void begin(struct record *r)
{
    memset(r, 0, sizeof(*r));
    framing_init(&r->framing, &handler, 4);
}

/* Between two messages: one byte tells what comes next. */
static void assert_at_a_message(const struct record *r)
{
    assert_null(r->framing.broken);
    assert_int_equal(r->framing.skip, 0);
    assert_int_equal(r->framing.have, 0);
    assert_int_equal(r->framing.want, 1);
}

static const struct {
    const char *name, *hex;
    unsigned updates, rects, fences, fence_bytes;
} messages[] = {
    {"an update of nothing", "00 00 0000", 1, 0, 0, 0},
    {"Raw of 1x2 px", "00 00 0001 0000 0000 0001 0002 00000000 1122334455667788", 1, 1, 0, 0},
    {"CopyRect", "00 00 0001 0000 0000 0005 0005 00000001 00010001", 1, 1, 0, 0},
    {"RRE of one subrectangle",
     "00 00 0001 0000 0000 0005 0005 00000002 00000001 aabbccdd "
     "aabbccdd 0000000000010001",
     1, 1, 0, 0},
    {"Hextile: raw, coloured, plain and solid tiles in 17x33 px",
     "00 00 0001 0000 0000 0011 0021 00000005 "
     "02 aabbccdd "                                       /* a background */
     "1e aabbccdd aabbccdd 02 112233440101 112233440101 " /* both, two with colours */
     "0c aabbccdd 01 0101 "                               /* a foreground, one without */
     "00 "                                                /* as before */
     "01 aabbccdd aabbccdd aabbccdd aabbccdd aabbccdd aabbccdd aabbccdd aabbccdd "
     "aabbccdd aabbccdd aabbccdd aabbccdd aabbccdd aabbccdd aabbccdd aabbccdd " /* raw, 16x1 */
     "00",
     1, 1, 0, 0},
    {"Zlib and ZRLE",
     "00 00 0002 0000 0000 0005 0005 00000006 00000003 010203 "
     "0000 0000 0005 0005 00000010 00000002 0102",
     1, 2, 0, 0},
    {"Tight: fill", "00 00 0001 0000 0000 0005 0005 00000007 80 112233", 1, 1, 0, 0},
    {"Tight: JPEG of 5 bytes", "00 00 0001 0000 0000 0005 0005 00000007 90 05 0102030405", 1, 1,
     0, 0},
    {"Tight: less than 12 bytes go plain",
     "00 00 0001 0000 0000 0003 0001 00000007 00 "
     "112233112233112233",
     1, 1, 0, 0},
    {"Tight: 5x5 px in 130 bytes",
     "00 00 0001 0000 0000 0005 0005 00000007 00 8201 "
     "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "00000000000000000000",
     1, 1, 0, 0},
    {"Tight: two colours, 9x2 px plain",
     "00 00 0001 0000 0000 0009 0002 00000007 40 01 01 "
     "112233 445566 80008000",
     1, 1, 0, 0},
    {"Tight: three colours, 4x4 px in 3 bytes",
     "00 00 0001 0000 0000 0004 0004 00000007 40 01 "
     "02 112233 445566 778899 03 010203",
     1, 1, 0, 0},
    {"a cursor of 9x1 px and no pixels",
     "00 00 0001 0000 0000 0009 0001 ffffff11 "
     "112233441122334411223344112233441122334411223344112233441122334411223344 ff80",
     1, 0, 0, 0},
    {"an update that LastRect ends",
     "00 00 ffff 0000 0000 0005 0005 00000001 00010001 "
     "0000 0000 0000 0000 ffffff20",
     1, 1, 0, 0},
    {"a colour map of 2", "01 00 0000 0002 112233445566 112233445566", 0, 0, 0, 0},
    {"a bell", "02", 0, 0, 0, 0},
    {"text of 3 bytes", "03 000000 00000003 414243", 0, 0, 0, 0},
    {"extended text of 4 bytes", "03 000000 fffffffc 00000001", 0, 0, 0, 0},
    {"the end of continuous updates", "96", 0, 0, 0, 0},
    {"fences", "f8 000000 80000001 00 f8 000000 80000001 03 010203", 0, 0, 2, 3},
};

static void feed_in_steps(struct record *r, const uint8_t *bytes, size_t n, size_t step)
{
    for (size_t at = 0; at < n; at += step)
        framing_feed(&r->framing, bytes + at, n - at < step ? n - at : step);
}

static void each_message_ends_where_it_ends_however_it_is_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(messages); i++) {
        uint8_t bytes[512];
        size_t n = from_hex(messages[i].hex, bytes);
        for (size_t step = 1; step <= n; step++) {
            struct record r;
            begin(&r);
            feed_in_steps(&r, bytes, n, step);
            if (r.updates != messages[i].updates || r.rects != messages[i].rects)
                fail_msg("%s: %u updates, %u rectangles", messages[i].name, r.updates, r.rects);
            assert_int_equal(r.fences, messages[i].fences);
            assert_int_equal(r.fence_bytes, messages[i].fence_bytes);
            assert_at_a_message(&r);
        }
    }
}

static void what_is_skippable_may_be_left_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(messages); i++) {
        uint8_t bytes[512];
        struct record r;
        size_t n = from_hex(messages[i].hex, bytes), at = 0;
        begin(&r);
        while (at < n) {
            uint64_t skip = framing_skippable(&r.framing);
            if (skip) {
                framing_skipped(&r.framing, skip);
                at += skip;
            } else {
                framing_feed(&r.framing, bytes + at++, 1);
            }
        }
        assert_int_equal(at, n);
        assert_int_equal(r.updates, messages[i].updates);
        assert_at_a_message(&r);
    }
}

static void a_new_size_is_told(void **state)
{
    static const char *const forms[] = {
        "00 00 0001 0000 0000 0140 00c8 ffffff21",
        "00 00 0001 0000 0000 0140 00c8 fffffecc 01 000000 00000000000000000140 00c8 00000000",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(forms); i++) {
        uint8_t bytes[128];
        struct record r;
        begin(&r);
        framing_feed(&r.framing, bytes, from_hex(forms[i], bytes));
        assert_int_equal(r.w, 320);
        assert_int_equal(r.h, 200);
        assert_int_equal(r.updates, 1);
        assert_at_a_message(&r);
    }
}

static void what_is_not_known_is_said(void **state)
{
    static const char *const forms[] = {
        "63",
        "00 00 0001 0000 0000 0140 00c8 00000063",
        "00 00 0001 0000 0000 0005 0005 00000007 f0",
        "f8 000000 80000001 41",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(forms); i++) {
        uint8_t bytes[64];
        struct record r;
        begin(&r);
        framing_feed(&r.framing, bytes, from_hex(forms[i], bytes));
        assert_non_null(r.framing.broken);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_ends_where_it_ends_however_it_is_cut),
        cmocka_unit_test(what_is_skippable_may_be_left_out),
        cmocka_unit_test(a_new_size_is_told),
        cmocka_unit_test(what_is_not_known_is_said),
    };
    return cmocka_run_group_tests_name("load_framing", tests, NULL, NULL);
}
