/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/typing.h"
#include "base/alloc.h"
#include "server/machine/key_names.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A keyboard that writes down what it gets: "+1e -1e". */
struct fixture {
    struct keyboard kb;
    struct keymap *us, *de;
    struct typing *typing;
    char said[256];
};

static void on_key(void *self, uint8_t qnum, bool down)
{
    struct fixture *f = self;
    size_t n = strlen(f->said);
    snprintf(f->said + n, sizeof(f->said) - n, "%s%c%02x", n ? " " : "", down ? '+' : '-',
             qnum);
}

static void play(struct fixture *f, const struct keymap *map)
{
    f->said[0] = 0;
    while (typing_step(f->typing, &f->kb, map, 0))
        ;
}

static int setup(void **state)
{
    static const struct input_sink_ops ops = {.key = on_key};
    struct fixture *f = ALLOC(struct fixture);
    f->typing = ALLOC(struct typing);
    f->kb.sink = (struct input_sink){&ops, f};
    assert_int_equal(keymap_new(&f->us, "us"), 0);
    assert_int_equal(keymap_new(&f->de, "de"), 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    keymap_free(&f->us);
    keymap_free(&f->de);
    free(f->typing);
    free(f);
    return 0;
}

static void texts_are_typed_key_by_key(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *us; /* NULL: not on this layout */
        const char *de;
    } rows[] = {
        {"a", "+1e -1e", "+1e -1e"},
        {"yz", "+15 -15 +2c -2c", "+2c -2c +15 -15"},
        {"aa", "+1e -1e +1e -1e", "+1e -1e +1e -1e"},
        {"\n", "+1c -1c", "+1c -1c"},
        {"\r\n", "+1c -1c", "+1c -1c"},
        {"\n\r", "+1c -1c +1c -1c", "+1c -1c +1c -1c"},
        {"\t", "+0f -0f", "+0f -0f"},
        {"\xc3\xbc", NULL, "+1a -1a"},
        {"", "", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (int german = 0; german < 2; german++) {
            const struct keymap *map = german ? f->de : f->us;
            const char *wanted = german ? rows[i].de : rows[i].us;
            uint32_t bad = 0;
            int r = typing_add_text(f->typing, map, rows[i].text, &bad);
            play(f, map);
            assert_int_equal(r, wanted ? 0 : -EINVAL);
            assert_string_equal(f->said, wanted ? wanted : "");
        }
}

static void shift_is_held_for_what_needs_it(void **state)
{
    struct fixture *f = *state;
    uint32_t bad;
    assert_int_equal(typing_add_text(f->typing, f->us, "aA", &bad), 0);
    play(f, f->us);
    assert_string_equal(f->said, "+1e -1e +2a +1e -1e -2a");
    for (int q = 0; q < 256; q++)
        assert_int_equal(f->kb.holders[q], 0);
}

static void an_untypable_character_is_named_and_nothing_is_typed(void **state)
{
    struct fixture *f = *state;
    uint32_t bad = 0;
    assert_int_equal(typing_add_text(f->typing, f->us, "ab\xe2\x82\xac\xf0\x9f\x98\x80", &bad),
                     -EINVAL);
    assert_int_equal(bad, 0x20ac);
    assert_int_equal(f->typing->n, 0);
}

static void what_is_not_utf8_is_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const rows[] = {
        "\x80",
        "\xff",
        "\xc3",
        "\xc3z",
        "\xc0\x80",
        "\xc1\xbf",
        "\xe0\x80\x80",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80",
        "\xf8\x88\x80\x80\x80",
        "a\xe2\x82",
    };
    uint32_t bad;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(typing_add_text(f->typing, f->de, rows[i], &bad), -EILSEQ);
    assert_int_equal(f->typing->n, 0);
}

static void the_queue_is_bounded(void **state)
{
    struct fixture *f = *state;
    uint32_t bad;
    char *text = alloc_zero(TYPING_CHARACTERS_MOST + 2, 1);
    memset(text, 'a', TYPING_CHARACTERS_MOST + 1);
    assert_int_equal(typing_add_text(f->typing, f->us, text, &bad), -ENOSPC);
    assert_int_equal(f->typing->n, 0);
    text[TYPING_CHARACTERS_MOST] = 0;
    assert_int_equal(typing_add_text(f->typing, f->us, text, &bad), 0);
    assert_int_equal(typing_add_text(f->typing, f->us, "b", &bad), -ENOSPC);
    const char *part;
    size_t n;
    assert_int_equal(typing_add_chord(f->typing, f->us, "b", &part, &n), -ENOSPC);
    typing_step(f->typing, &f->kb, f->us, 0);
    typing_step(f->typing, &f->kb, f->us, 0);
    assert_int_equal(typing_add_text(f->typing, f->us, "b", &bad), 0); /* the ring goes round */
    play(f, f->us);
    assert_int_equal(f->typing->played, f->typing->added);
    free(text);
}

static void chords_go_down_in_order_and_up_in_the_other(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *chord, *said;
    } rows[] = {
        {"ctrl-alt-delete", "+1d +38 +d3 -d3 -38 -1d"},
        {"CTRL-Alt-Del", "+1d +38 +d3 -d3 -38 -1d"},
        {"f1", "+3b -3b"},
        {"enter", "+1c -1c"},
        {"a", "+1e -1e"},
        {"A", "+2a +1e -1e -2a"},
        {"shift-a", "+2a +1e -1e -2a"},
        {"shift-A", "+2a +1e -1e -2a"},
        {"ctrl-?", "+1d +2a +35 -35 -2a -1d"},
        {"-", "+0c -0c"},
        {"ctrl--", "+1d +0c -0c -1d"},
        {"minus", "+0c -0c"},
        {"a-a", "+1e -1e"},
        {"--a", "+0c +1e -1e -0c"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *bad;
        size_t n;
        assert_int_equal(typing_add_chord(f->typing, f->us, rows[i].chord, &bad, &n), 0);
        play(f, f->us);
        assert_string_equal(f->said, rows[i].said);
    }
}

static void every_named_key_is_on_the_keyboard(void **state)
{
    struct fixture *f = *state;
    const char *name;
    for (size_t i = 0; (name = key_name_at(i)); i++) {
        const char *bad;
        size_t n;
        assert_int_equal(typing_add_chord(f->typing, f->de, name, &bad, &n), 0);
        play(f, f->de);
        assert_true(f->said[0] == '+');
    }
}

static void the_part_that_is_no_key_is_named(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *chord, *bad;
    } rows[] = {
        {"", ""},
        {"ctrl-", ""},
        {"ctrl-foo-a", "foo"},
        {"foo", "foo"},
        {"ctrl-\xc3\xbc", "\xc3\xbc"},
        {"ctrl-\xff", "\xff"},
        {"a b", "a b"},
        {"q-w-e-r-t-y-u-i-o", "q-w-e-r-t-y-u-i-o"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *bad = NULL;
        size_t n = 99;
        int r = typing_add_chord(f->typing, f->us, rows[i].chord, &bad, &n);
        assert_int_equal(r, -EINVAL);
        assert_int_equal(n, strlen(rows[i].bad));
        assert_memory_equal(bad, rows[i].bad, n);
    }
    assert_int_equal(f->typing->n, 0);
}

static void stopping_lifts_what_is_held(void **state)
{
    struct fixture *f = *state;
    const char *bad;
    size_t n;
    typing_add_chord(f->typing, f->us, "ctrl-alt-delete", &bad, &n);
    typing_step(f->typing, &f->kb, f->us, 0);
    typing_step(f->typing, &f->kb, f->us, 0);
    typing_stop(f->typing, &f->kb);
    assert_int_equal(f->typing->n, 0);
    for (int q = 0; q < 256; q++)
        assert_int_equal(f->kb.holders[q], 0);
    assert_false(typing_step(f->typing, &f->kb, f->us, 0));
}

int main(void)
{
#define WITH_KEYBOARD(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_KEYBOARD(texts_are_typed_key_by_key),
        WITH_KEYBOARD(shift_is_held_for_what_needs_it),
        WITH_KEYBOARD(an_untypable_character_is_named_and_nothing_is_typed),
        WITH_KEYBOARD(what_is_not_utf8_is_refused),
        WITH_KEYBOARD(the_queue_is_bounded),
        WITH_KEYBOARD(chords_go_down_in_order_and_up_in_the_other),
        WITH_KEYBOARD(every_named_key_is_on_the_keyboard),
        WITH_KEYBOARD(the_part_that_is_no_key_is_named),
        WITH_KEYBOARD(stopping_lifts_what_is_held),
    };
    return cmocka_run_group_tests_name("typing", tests, NULL, NULL);
}
