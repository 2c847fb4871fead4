/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/client_msg.h"
#include "tests/unit/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* What the handler was called with, as a line a call. */
struct record {
    unsigned calls;
    char text[1024];
};

__attribute__((format(printf, 2, 3))) static void note(void *self, const char *format, ...)
{
    struct record *record = self;
    size_t n = strlen(record->text);
    va_list args;
    va_start(args, format);
    vsnprintf(record->text + n, sizeof(record->text) - n, format, args);
    va_end(args);
    record->calls++;
}

static void on_set_pixel_format(void *self, const struct pixel_format *f)
{
    note(self, "format %u %s max %u,%u,%u shift %u,%u,%u", f->bpp,
         f->true_colour ? "true" : "map", f->red_max, f->green_max, f->blue_max, f->red_shift,
         f->green_shift, f->blue_shift);
}

static void on_set_encodings(void *self, const struct encodings *e)
{
    note(self, "encodings best %d cursor %d quality %d", (int)e->best,
         encodings_have(e, EXT_CURSOR), e->quality);
}

static void on_update_request(void *self, bool incremental, struct rect r)
{
    note(self, "request %s %d,%d %dx%d", incremental ? "changes" : "all", r.x, r.y, r.w, r.h);
}

static void on_key(void *self, uint32_t keysym, bool down)
{
    note(self, "key %x %s", (unsigned)keysym, down ? "down" : "up");
}

static void on_extended_key(void *self, uint32_t keysym, uint32_t xt_code, bool down)
{
    note(self, "key %x code %x %s", (unsigned)keysym, (unsigned)xt_code, down ? "down" : "up");
}

static void on_pointer(void *self, unsigned mask, unsigned x, unsigned y)
{
    note(self, "pointer %x %u,%u", mask, x, y);
}

static void on_cut_text(void *self, const uint8_t *latin1, size_t n)
{
    note(self, "text %zu '%.*s'", n, n < 20 ? (int)n : 20, (const char *)latin1);
}

static void on_continuous_updates(void *self, bool on, struct rect r)
{
    note(self, "continuous %s %d,%d %dx%d", on ? "on" : "off", r.x, r.y, r.w, r.h);
}

static void on_fence(void *self, uint32_t flags, const uint8_t *data, size_t n)
{
    note(self, "fence %x %zu '%.*s'", (unsigned)flags, n, (int)n, (const char *)data);
}

static void on_set_desktop_size(void *self, unsigned w, unsigned h,
                                const struct screen *screens, size_t n)
{
    note(self, "size %ux%u", w, h);
    for (size_t i = 0; i < n && n < 4; i++) {
        const struct rect *r = &screens[i].r;
        note(self, " %x:%d,%d %dx%d/%x", (unsigned)screens[i].id, r->x, r->y, r->w, r->h,
             (unsigned)screens[i].flags);
    }
}

static void on_xvp(void *self, uint8_t version, uint8_t code)
{
    note(self, "xvp %u %u", version, code);
}

static const struct client_msg_handler recorder = {
    .set_pixel_format = on_set_pixel_format,
    .set_encodings = on_set_encodings,
    .update_request = on_update_request,
    .key = on_key,
    .extended_key = on_extended_key,
    .pointer = on_pointer,
    .cut_text = on_cut_text,
    .continuous_updates = on_continuous_updates,
    .fence = on_fence,
    .set_desktop_size = on_set_desktop_size,
    .xvp = on_xvp,
};

/* One message with its one call; "" where it is dropped. */
static const struct row {
    const char *hex, *said;
} good[] = {
    {"00 000000 20 18 00 01 00ff 00ff 00ff 10 08 00 000000",
     "format 32 true max 255,255,255 shift 16,8,0"},
    {"00 ffffff 10 10 01 07 001f 003f 001f 0b 05 00 ffffff",
     "format 16 true max 31,63,31 shift 11,5,0"},
    {"00 000000 08 08 00 00 0000 0000 0000 00 00 00 000000",
     "format 8 map max 0,0,0 shift 0,0,0"},
    {"02 00 0000", "encodings best 0 cursor 0 quality -1"},
    {"02 ff 0004 7fffffff 00000010 ffffff11 00000000", "encodings best 16 cursor 1 quality -1"},
    {"03 00 0001 0002 0300 0400", "request all 1,2 768x1024"},
    {"03 02 ffff ffff ffff ffff", "request changes 65535,65535 65535x65535"},
    {"04 01 0000 0000ff0d", "key ff0d down"},
    {"04 00 ffff 010020ac", "key 10020ac up"},
    {"05 01 0010 0020", "pointer 1 16,32"},
    {"05 ff ffff 0000", "pointer ff 65535,0"},
    {"06 000000 00000005 'hello'", "text 5 'hello'"},
    {"06 ffffff 00000000", "text 0 ''"},
    {"06 000000 fffffffc 01000000", ""},
    {"06 000000 fffffff8 02000001 01020304", ""},
    {"96 01 0000 0000 0280 01e0", "continuous on 0,0 640x480"},
    {"96 00 0000 0000 0000 0000", "continuous off 0,0 0x0"},
    {"f8 000000 80000001 00", "fence 80000001 0 ''"},
    {"f8 ffffff 00000003 04 'abcd'", "fence 3 4 'abcd'"},
    {"fa 00 01 02", "xvp 1 2"},
    {"fb 00 0400 0300 00 00", "size 1024x768"},
    {"fb ff 0400 0300 01 ff 00000007 0001 0002 0400 0300 80000000",
     "size 1024x768 7:1,2 1024x768/80000000"},
    {"ff 00 0001 0000ff51 000000cb", "key ff51 code cb down"},
    {"ff 00 0000 00000000 0000001e", "key 0 code 1e up"},
    {"ff 01 0000", ""},
    {"ff 01 0001", ""},
    {"ff 01 0002 03 02 0000ac44", ""},
};

/* The same once ExtendedMouseButtons was agreed on. */
static const struct row good_with_extended_buttons[] = {
    {"05 7f 0001 0002", "pointer 7f 1,2"},
    {"05 81 0001 0002 03", "pointer 181 1,2"},
    {"05 80 0001 0002 ff", "pointer 7f80 1,2"},
};

/* What no more bytes can mend, cut where that is known. */
static const struct row bad[] = {
    {"01", "unknown message type"},
    {"07", "unknown message type"},
    {"80", "unknown message type"},
    {"fd", "unknown message type"},
    {"00 000000 18 18 00 01 00ff 00ff 00ff 10 08 00 000000",
     "bits per pixel are not 8, 16 or 32"},
    {"00 000000 20 18 00 01 00fe 00ff 00ff 10 08 00 000000",
     "a colour's maximum is not 2^n - 1 or lies outside the pixel"},
    {"02 00 0401", "too many encodings"},
    {"02 00 ffff", "too many encodings"},
    {"f8 000000 00000000 41", "too much data in a fence"},
    {"f8 000000 00000000 ff", "too much data in a fence"},
    {"fb 00 0400 0300 11 00", "too many screens"},
    {"fb 00 0400 0300 ff 00", "too many screens"},
    {"ff 02 0000", "unknown QEMU submessage"},
    {"ff ff ffff", "unknown QEMU submessage"},
    {"ff 01 0003", "unknown QEMU audio operation"},
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* One call of the parser on a copy of n bytes that ends where they end, so that sanitizers see
 * a read beyond. */
static enum parse parse(struct client_msg_parser *p, const uint8_t *data, size_t n,
                        size_t *used_r, struct record *record, const char **why_r)
{
    uint8_t *copy = malloc(n ? n : 1);
    assert_non_null(copy);
    if (n)
        memcpy(copy, data, n);
    struct reader in = reader_over(copy, n);
    enum parse result = client_msg_parse(p, &in, &recorder, record, why_r);
    *used_r = (size_t)(in.at - copy);
    free(copy);
    return result;
}

static void check_whole(const struct row *row, bool extended_buttons)
{
    struct client_msg_parser p = {.extended_buttons = extended_buttons};
    struct record record = {0};
    const char *why = NULL;
    struct bytes message;
    size_t used;
    hex_init(&message, row->hex);
    bytes_put_u8(&message, 0xaa); /* the next one's */
    assert_int_equal(parse(&p, message.data, message.len, &used, &record, &why), PARSE_DONE);
    assert_int_equal(used, message.len - 1);
    assert_string_equal(record.text, row->said);
    assert_int_equal(p.skip, 0);
    assert_null(why);
    bytes_fini(&message);
}

static void each_message_makes_one_call_with_what_it_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        check_whole(&good[i], false);
    for (size_t i = 0; i < COUNT(good_with_extended_buttons); i++)
        check_whole(&good_with_extended_buttons[i], true);
}

/* Texts that are dropped as they come have no prefix to wait for; a test of their own looks at
 * them. */
static bool dropped_by_pieces(const struct row *row)
{
    return row->hex[0] == '0' && row->hex[1] == '6' && !row->said[0];
}

static void check_prefixes(const struct row *row, bool extended_buttons)
{
    struct bytes message;
    hex_init(&message, row->hex);
    size_t stop = dropped_by_pieces(row) ? 8 : message.len;
    for (size_t cut = 0; cut < stop; cut++) {
        struct client_msg_parser p = {.extended_buttons = extended_buttons};
        struct record record = {0};
        const char *why = NULL;
        size_t used;
        assert_int_equal(parse(&p, message.data, cut, &used, &record, &why), PARSE_MORE);
        assert_int_equal(used, 0);
        assert_int_equal(record.calls, 0);
        assert_int_equal(p.skip, 0);
    }
    bytes_fini(&message);
}

static void every_proper_prefix_asks_for_more_and_calls_nobody(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        check_prefixes(&good[i], false);
    for (size_t i = 0; i < COUNT(good_with_extended_buttons); i++)
        check_prefixes(&good_with_extended_buttons[i], true);
}

static void what_can_never_be_valid_is_bad_and_says_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct client_msg_parser p = {0};
        struct record record = {0};
        const char *why = NULL;
        struct bytes message;
        size_t used;
        hex_init(&message, bad[i].hex);
        assert_int_equal(parse(&p, message.data, message.len, &used, &record, &why), PARSE_BAD);
        assert_int_equal(used, 0);
        assert_int_equal(record.calls, 0);
        assert_string_equal(why, bad[i].said);
        bytes_fini(&message);
    }
}

static void messages_in_one_buffer_are_read_one_by_one(void **state)
{
    (void)state;
    struct client_msg_parser p = {0};
    struct record record = {0};
    const char *why = NULL;
    struct bytes all;
    bytes_init(&all, SIZE_MAX);
    size_t n = 0;
    for (size_t i = 0; i < COUNT(good); i++)
        if (!dropped_by_pieces(&good[i])) {
            hex_put(&all, good[i].hex);
            n++;
        }
    struct reader in = reader_over(all.data, all.len);
    for (size_t i = 0; i < n; i++) {
        record.text[0] = 0;
        assert_int_equal(client_msg_parse(&p, &in, &recorder, &record, &why), PARSE_DONE);
    }
    assert_int_equal(client_msg_parse(&p, &in, &recorder, &record, &why), PARSE_MORE);
    assert_int_equal(reader_left(&in), 0);
    bytes_fini(&all);
}

/* A head that announces `n` pieces of `size` zero bytes. */
static void init_announced(struct bytes *message, const char *head, size_t n, size_t size)
{
    hex_init(message, head);
    bytes_put_zero(message, n * size);
}

static void what_just_reaches_a_limit_is_taken(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        size_t n, size;
        const char *said;
    } rows[] = {
        {"02 00 0400", ENCODINGS_MOST, 4, "encodings best 0 cursor 0 quality -1"},
        {"f8 000000 00000000 40", FENCE_DATA_MOST, 1, "fence 0 64 ''"},
        {"fb 00 0001 0001 10 00", SCREENS_MOST, 16, "size 1x1"},
        {"06 000000 00040000", CUT_TEXT_MOST, 1, "text 262144 ''"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct client_msg_parser p = {0};
        struct record record = {0};
        const char *why = NULL;
        struct bytes message;
        size_t used;
        init_announced(&message, rows[i].head, rows[i].n, rows[i].size);
        assert_int_equal(parse(&p, message.data, message.len - 1, &used, &record, &why),
                         PARSE_MORE);
        assert_int_equal(record.calls, 0);
        assert_int_equal(parse(&p, message.data, message.len, &used, &record, &why),
                         PARSE_DONE);
        assert_int_equal(used, message.len);
        assert_string_equal(record.text, rows[i].said);
        bytes_fini(&message);
    }
}

/* The bytes come `step` at a time; what the parser has read goes, as in a connection's buffer.
 */
static void parse_in_steps(const struct bytes *all, size_t step, struct record *record)
{
    struct client_msg_parser p = {0};
    struct bytes buffer;
    bytes_init(&buffer, SIZE_MAX);
    for (size_t at = 0; at < all->len; at += step) {
        bytes_put(&buffer, all->data + at, all->len - at < step ? all->len - at : step);
        enum parse result = PARSE_DONE;
        while (result == PARSE_DONE) {
            struct reader in = reader_over(buffer.data, buffer.len);
            const char *why = NULL;
            result = client_msg_parse(&p, &in, &recorder, record, &why);
            assert_int_not_equal(result, PARSE_BAD);
            bytes_consume(&buffer, (size_t)(in.at - buffer.data));
        }
        assert_true(buffer.len < 20); /* nothing of a text that is dropped is kept */
    }
    assert_int_equal(buffer.len, 0);
    assert_int_equal(p.skip, 0);
    bytes_fini(&buffer);
}

static void an_overlong_text_is_dropped_as_it_comes(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        size_t n;
    } rows[] = {
        {"06 000000 00040001", CUT_TEXT_MOST + 1}, /* a byte more than is taken */
        {"06 000000 00100000", 1 << 20},
        {"06 000000 ffffffff", 1},
        {"06 000000 fff00000", 1 << 20},
    };
    static const size_t steps[] = {1, 7, 8, 9, 4096, SIZE_MAX / 2};
    for (size_t i = 0; i < COUNT(rows) * COUNT(steps); i++) {
        struct record record = {0};
        struct bytes all;
        init_announced(&all, rows[i % COUNT(rows)].head, rows[i % COUNT(rows)].n, 1);
        hex_put(&all, "04 01 0000 00000061 04 00 0000 00000061");
        parse_in_steps(&all, steps[i / COUNT(rows)], &record);
        assert_int_equal(record.calls, 2);
        assert_string_equal(record.text, "key 61 downkey 61 up");
        bytes_fini(&all);
    }
}

static void the_longest_length_is_counted_down_without_overflow(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        uint32_t left;
    } rows[] = {
        {"06 000000 80000000", 0x80000000u},
        {"06 000000 7fffffff", 0x7fffffffu},
        {"06 000000 80000001 0000", 0x7fffffffu - 2},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct client_msg_parser p = {0};
        struct record record = {0};
        const char *why = NULL;
        struct bytes message;
        size_t used;
        hex_init(&message, rows[i].hex);
        assert_int_equal(parse(&p, message.data, message.len, &used, &record, &why),
                         PARSE_DONE);
        assert_int_equal(used, message.len);
        assert_int_equal(p.skip, rows[i].left);
        assert_int_equal(parse(&p, message.data, 0, &used, &record, &why), PARSE_MORE);
        assert_int_equal(record.calls, 0);
        bytes_fini(&message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_makes_one_call_with_what_it_says),
        cmocka_unit_test(every_proper_prefix_asks_for_more_and_calls_nobody),
        cmocka_unit_test(what_can_never_be_valid_is_bad_and_says_why),
        cmocka_unit_test(messages_in_one_buffer_are_read_one_by_one),
        cmocka_unit_test(what_just_reaches_a_limit_is_taken),
        cmocka_unit_test(an_overlong_text_is_dropped_as_it_comes),
        cmocka_unit_test(the_longest_length_is_counted_down_without_overflow),
    };
    return cmocka_run_group_tests_name("rfb/client_msg", tests, NULL, NULL);
}
