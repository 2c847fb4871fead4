/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/input/groups.h"
#include "input/keymap.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <xkbcommon/xkbcommon.h>
#include <cmocka.h>

#define NONE 0
#define S KEYMAP_SHIFT
#define G KEYMAP_ALTGR

static struct keymap *load(const char *name)
{
    struct keymap *map = NULL;
    assert_int_equal(keymap_new(&map, name), 0);
    return map;
}

static void names_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int err;
    } rows[] = {
        {"us", 0},
        {"de(nodeadkeys)", 0},
        {"latam", 0},
        {"nowhere", -ENOENT},
        {"us(nowhere)", -ENOENT},
        {"", -EINVAL},
        {"us,de", -EINVAL},
        {"../us", -EINVAL},
        {"us/x", -EINVAL},
        {"us(", -EINVAL},
        {"us()", -EINVAL},
        {"us(intl", -EINVAL},
        {"us(intl)x", -EINVAL},
        {"us(intl)(x)", -EINVAL},
        {"(intl)", -EINVAL},
        {"us+de", -EINVAL},
        {"us intl", -EINVAL},
        {"%s", -EINVAL},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         -EINVAL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct keymap *map = NULL;
        assert_int_equal(keymap_new(&map, rows[i].name), rows[i].err);
        assert_int_equal(map != NULL, rows[i].err == 0);
        keymap_free(&map);
        assert_null(map);
    }
}

/* All printable ASCII on a US keyboard: unshifted and shifted, key for key. */
static void a_us_keyboard_types_all_of_ascii(void **state)
{
    (void)state;
    static const struct {
        uint8_t first_qnum;
        const char *plain, *shifted;
    } rows[] = {
        {0x02, "1234567890-=", "!@#$%^&*()_+"},
        {0x10, "qwertyuiop[]", "QWERTYUIOP{}"},
        {0x1e, "asdfghjkl;'`", "ASDFGHJKL:\"~"},
        {0x2b, "\\zxcvbnm,./", "|ZXCVBNM<>?"},
    };
    struct keymap *map = load("us");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t k = 0; rows[i].plain[k]; k++) {
            struct keymap_key key;
            assert_true(keymap_find(map, (uint8_t)rows[i].plain[k], &key));
            assert_int_equal(key.qnum, rows[i].first_qnum + k);
            assert_int_equal(key.modifiers, NONE);
            assert_true(keymap_find(map, (uint8_t)rows[i].shifted[k], &key));
            assert_int_equal(key.qnum, rows[i].first_qnum + k);
            assert_int_equal(key.modifiers, KEYMAP_SHIFT);
            assert_int_equal(key.matters, KEYMAP_SHIFT);
        }
    }
    keymap_free(&map);
}

static void layouts_place_symbols_where_their_keyboards_do(void **state)
{
    (void)state;
    static const struct {
        const char *layout, *symbol; /* xkb's name of the symbol */
        uint8_t qnum, modifiers;
    } rows[] = {
        {"us", "space", 0x39, NONE},
        {"gb", "numbersign", 0x2b, NONE},
        {"gb", "asciitilde", 0x2b, S},
        {"gb", "quotedbl", 0x03, S},
        {"gb", "at", 0x28, S},
        {"gb", "sterling", 0x04, S},
        {"gb", "backslash", 0x56, NONE},
        {"gb", "bar", 0x56, S},
        {"gb", "EuroSign", 0x05, G},
        {"gb", "notsign", 0x29, S},
        {"de", "z", 0x15, NONE},
        {"de", "y", 0x2c, NONE},
        {"de", "at", 0x10, G},
        {"de", "EuroSign", 0x12, G},
        {"de", "less", 0x56, NONE},
        {"de", "greater", 0x56, S},
        {"de", "bar", 0x56, G},
        {"de", "braceleft", 0x08, G},
        {"de", "bracketleft", 0x09, G},
        {"de", "bracketright", 0x0a, G},
        {"de", "braceright", 0x0b, G},
        {"de", "backslash", 0x0c, G},
        {"de", "ssharp", 0x0c, NONE},
        {"de", "question", 0x0c, S},
        {"de", "asciitilde", 0x1b, G},
        {"de", "plus", 0x1b, NONE},
        {"de", "asterisk", 0x1b, S},
        {"de", "numbersign", 0x2b, NONE},
        {"de", "apostrophe", 0x2b, S},
        {"de", "slash", 0x08, S},
        {"de", "equal", 0x0b, S},
        {"de", "adiaeresis", 0x28, NONE},
        {"de", "Adiaeresis", 0x28, S},
        {"de", "minus", 0x35, NONE},
        {"de", "underscore", 0x35, S},
        {"de", "mu", 0x32, G},
        {"de", "degree", 0x29, S},
        {"de", "section", 0x04, S},
        {"de", "dead_circumflex", 0x29, NONE},
        {"de", "dead_acute", 0x0d, NONE},
        {"de(nodeadkeys)", "asciicircum", 0x29, NONE},
        {"de(nodeadkeys)", "grave", 0x0d, S},
        {"fr", "a", 0x10, NONE},
        {"fr", "q", 0x1e, NONE},
        {"fr", "z", 0x11, NONE},
        {"fr", "w", 0x2c, NONE},
        {"fr", "m", 0x27, NONE},
        {"fr", "M", 0x27, S},
        {"fr", "1", 0x02, S},
        {"fr", "5", 0x06, S},
        {"fr", "0", 0x0b, S},
        {"fr", "ampersand", 0x02, NONE},
        {"fr", "eacute", 0x03, NONE},
        {"fr", "quotedbl", 0x04, NONE},
        {"fr", "apostrophe", 0x05, NONE},
        {"fr", "parenleft", 0x06, NONE},
        {"fr", "minus", 0x07, NONE},
        {"fr", "egrave", 0x08, NONE},
        {"fr", "underscore", 0x09, NONE},
        {"fr", "ccedilla", 0x0a, NONE},
        {"fr", "agrave", 0x0b, NONE},
        {"fr", "parenright", 0x0c, NONE},
        {"fr", "at", 0x0b, G},
        {"fr", "numbersign", 0x04, G},
        {"fr", "braceleft", 0x05, G},
        {"fr", "bracketleft", 0x06, G},
        {"fr", "bar", 0x07, G},
        {"fr", "backslash", 0x09, G},
        {"fr", "asciicircum", 0x0a, G},
        {"fr", "bracketright", 0x0c, G},
        {"fr", "braceright", 0x0d, G},
        {"fr", "EuroSign", 0x12, G},
        {"fr", "comma", 0x32, NONE},
        {"fr", "question", 0x32, S},
        {"fr", "semicolon", 0x33, NONE},
        {"fr", "period", 0x33, S},
        {"fr", "colon", 0x34, NONE},
        {"fr", "slash", 0x34, S},
        {"fr", "exclam", 0x35, NONE},
        {"fr", "less", 0x56, NONE},
        {"fr", "greater", 0x56, S},
        {"fr", "dollar", 0x1b, NONE},
        {"fr", "asterisk", 0x2b, NONE},
        {"fr", "percent", 0x28, S},
        {"jp", "underscore", 0x73, S},
        {"jp", "bar", 0x7d, S},
        {"br", "slash", 0x73, NONE},
        {"br", "question", 0x73, S},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct keymap *map = load(rows[i].layout);
        uint32_t keysym = xkb_keysym_from_name(rows[i].symbol, XKB_KEYSYM_NO_FLAGS);
        struct keymap_key key;
        assert_int_not_equal(keysym, XKB_KEY_NoSymbol);
        if (!keymap_find(map, keysym, &key))
            fail_msg("%s: no %s", rows[i].layout, rows[i].symbol);
        if (key.qnum != rows[i].qnum || key.modifiers != rows[i].modifiers)
            fail_msg("%s: %s is on %02x with %d", rows[i].layout, rows[i].symbol, key.qnum,
                     key.modifiers);
        keymap_free(&map);
    }
}

static void what_a_layout_lacks_is_not_found(void **state)
{
    (void)state;
    static const struct {
        const char *layout;
        uint32_t keysym;
    } rows[] = {
        {"us", 0xe9},   /* e with acute */
        {"us", 0x20ac}, /* Euro */
        {"us", XKB_KEY_ISO_Level3_Shift},
        {"us", XKB_KEY_Mode_switch},
        {"us", XKB_KEY_dead_acute},
        {"de", '^'}, /* only by a dead key */
        {"de", '`'},
        {"de", 0x01000434}, /* Cyrillic de */
        {"us", 0},
        {"us", 0x0a},
        {"us", 0x0100000a},
        {"us", 0x01110000}, /* past Unicode */
        {"us", UINT32_MAX},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct keymap *map = load(rows[i].layout);
        struct keymap_key key;
        assert_false(keymap_find(map, rows[i].keysym, &key));
        keymap_free(&map);
    }
}

static void old_and_unicode_symbols_are_one(void **state)
{
    (void)state;
    static const struct {
        const char *layout;
        uint32_t old, unicode;
    } rows[] = {
        {"us", 'a', 0x01000061},
        {"de", 0xe4, 0x010000e4},
        {"de", XKB_KEY_EuroSign, 0x010020ac},
        {"ru", XKB_KEY_Cyrillic_de, 0x01000434},
        {"pl", XKB_KEY_lstroke, 0x01000142},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct keymap *map = load(rows[i].layout);
        struct keymap_key old, unicode;
        assert_true(keymap_find(map, rows[i].old, &old));
        assert_true(keymap_find(map, rows[i].unicode, &unicode));
        assert_int_equal(old.qnum, unicode.qnum);
        assert_int_equal(old.modifiers, unicode.modifiers);
        keymap_free(&map);
    }
}

static void caps_lock_matters_to_letters(void **state)
{
    (void)state;
    static const struct {
        const char *layout;
        uint32_t keysym;
        bool matters;
    } rows[] = {
        {"us", 'a', true},   {"us", 'Z', true},  {"us", '1', false}, {"us", '!', false},
        {"us", ' ', false},  {"us", ';', false}, {"de", 0xe4, true}, {"de", 0xd6, true},
        {"de", 0xdf, false}, {"de", '?', false}, {"fr", 'q', true},  {"fr", '1', false},
        {"fr", 0xe9, false}, {"jp", 'a', true},  {"de", '@', false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct keymap *map = load(rows[i].layout);
        struct keymap_key key;
        assert_true(keymap_find(map, rows[i].keysym, &key));
        assert_int_equal(key.caps_matters, rows[i].matters);
        keymap_free(&map);
    }
}

static void keys_outside_the_layout_stay_in_place(void **state)
{
    (void)state;
    static const struct {
        uint32_t keysym;
        uint8_t qnum;
    } rows[] = {
        {XKB_KEY_BackSpace, 0x0e},
        {XKB_KEY_Tab, 0x0f},
        {XKB_KEY_Return, 0x1c},
        {XKB_KEY_Escape, 0x01},
        {XKB_KEY_Delete, 0xd3},
        {XKB_KEY_Insert, 0xd2},
        {XKB_KEY_Home, 0xc7},
        {XKB_KEY_End, 0xcf},
        {XKB_KEY_Page_Up, 0xc9},
        {XKB_KEY_Page_Down, 0xd1},
        {XKB_KEY_Left, 0xcb},
        {XKB_KEY_Right, 0xcd},
        {XKB_KEY_Up, 0xc8},
        {XKB_KEY_Down, 0xd0},
        {XKB_KEY_Shift_L, 0x2a},
        {XKB_KEY_Shift_R, 0x36},
        {XKB_KEY_Control_L, 0x1d},
        {XKB_KEY_Control_R, 0x9d},
        {XKB_KEY_Alt_L, 0x38},
        {XKB_KEY_Alt_R, 0xb8},
        {XKB_KEY_Super_L, 0xdb},
        {XKB_KEY_Super_R, 0xdc},
        {XKB_KEY_Menu, 0xdd},
        {XKB_KEY_Caps_Lock, 0x3a},
        {XKB_KEY_Num_Lock, 0x45},
        {XKB_KEY_Scroll_Lock, 0x46},
        {XKB_KEY_Print, 0x54},
        {XKB_KEY_Sys_Req, 0x54},
        {XKB_KEY_Pause, 0xc6},
        {XKB_KEY_Break, 0xc6},
        {XKB_KEY_F1, 0x3b},
        {XKB_KEY_F10, 0x44},
        {XKB_KEY_F11, 0x57},
        {XKB_KEY_F12, 0x58},
        {XKB_KEY_F13, 0x5d},
        {XKB_KEY_F24, 0x6f},
        {XKB_KEY_KP_0, 0x52},
        {XKB_KEY_KP_5, 0x4c},
        {XKB_KEY_KP_Begin, 0x4c},
        {XKB_KEY_KP_9, 0x49},
        {XKB_KEY_KP_Home, 0x47},
        {XKB_KEY_KP_Enter, 0x9c},
        {XKB_KEY_KP_Divide, 0xb5},
        {XKB_KEY_KP_Multiply, 0x37},
        {XKB_KEY_KP_Add, 0x4e},
        {XKB_KEY_KP_Subtract, 0x4a},
        {XKB_KEY_KP_Decimal, 0x53},
        {XKB_KEY_KP_Equal, 0x59},
        {XKB_KEY_XF86AudioMute, 0xa0},
        {XKB_KEY_Hangul, 0xf2},
        {XKB_KEY_Henkan, 0x79},
    };
    static const char *const layouts[] = {"us", "fr", "ru"};
    for (size_t l = 0; l < sizeof(layouts) / sizeof(layouts[0]); l++) {
        struct keymap *map = load(layouts[l]);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            struct keymap_key key;
            assert_true(keymap_find(map, rows[i].keysym, &key));
            assert_int_equal(key.qnum, rows[i].qnum);
            assert_int_equal(key.modifiers | key.matters, 0);
            assert_false(key.caps_matters);
        }
        keymap_free(&map);
    }
}

static void altgr_is_there_where_the_layout_has_it(void **state)
{
    (void)state;
    struct keymap *map = load("de");
    struct keymap_key key;
    assert_true(keymap_find(map, XKB_KEY_ISO_Level3_Shift, &key));
    assert_int_equal(key.qnum, 0xb8);
    assert_true(keymap_find(map, XKB_KEY_Mode_switch, &key));
    assert_int_equal(key.qnum, 0xb8);
    keymap_free(&map);
}

static void backward_tab_is_shift_and_tab(void **state)
{
    (void)state;
    struct keymap *map = load("us");
    struct keymap_key key;
    assert_true(keymap_find(map, XKB_KEY_ISO_Left_Tab, &key));
    assert_int_equal(key.qnum, 0x0f);
    assert_int_equal(key.modifiers, KEYMAP_SHIFT);
    keymap_free(&map);
}

static void characters_have_symbols(void **state)
{
    (void)state;
    static const struct {
        uint32_t code_point, keysym;
    } rows[] = {
        {'a', 'a'},
        {' ', ' '},
        {0xe9, 0xe9},
        {0xff, 0xff},
        {0x100, 0x01000100},
        {0x20ac, 0x010020ac},
        {0x10ffff, 0x0110ffff},
        {'\n', XKB_KEY_Return},
        {'\r', XKB_KEY_Return},
        {'\t', XKB_KEY_Tab},
        {'\b', XKB_KEY_BackSpace},
        {0x1b, XKB_KEY_Escape},
        {0x7f, XKB_KEY_Delete},
        {0, 0},
        {3, 0},
        {0x85, 0},
        {0xd800, 0},
        {0xdfff, 0},
        {0x110000, 0},
        {UINT32_MAX, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(keymap_keysym_of(rows[i].code_point), rows[i].keysym);
}

static void scancodes_of_clients_become_key_numbers(void **state)
{
    (void)state;
    static const struct {
        uint32_t xt;
        uint8_t qnum;
    } rows[] = {
        {0x1e, 0x1e},   {0x01, 0x01},   {0x7e, 0x7e}, {0xcd, 0xcd},    {0xe04d, 0xcd},
        {0xe01d, 0x9d}, {0x9d, 0x9d},   {0x54, 0x54}, {0xb7, 0x54},    {0xe037, 0x54},
        {0xc6, 0xc6},   {0xe046, 0xc6}, {0, 0},       {0x7f, 0},       {0x80, 0},
        {0xff, 0},      {0x100, 0},     {0xe000, 0},  {0xe09d, 0},     {0xe11d, 0},
        {0xe07f, 0},    {0x1e00, 0},    {0x1001e, 0}, {0xffffe01d, 0}, {UINT32_MAX, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(keymap_qnum_from_xt(rows[i].xt), rows[i].qnum);
}

int test_keymap(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(a_us_keyboard_types_all_of_ascii),
        cmocka_unit_test(layouts_place_symbols_where_their_keyboards_do),
        cmocka_unit_test(what_a_layout_lacks_is_not_found),
        cmocka_unit_test(old_and_unicode_symbols_are_one),
        cmocka_unit_test(caps_lock_matters_to_letters),
        cmocka_unit_test(keys_outside_the_layout_stay_in_place),
        cmocka_unit_test(altgr_is_there_where_the_layout_has_it),
        cmocka_unit_test(backward_tab_is_shift_and_tab),
        cmocka_unit_test(characters_have_symbols),
        cmocka_unit_test(scancodes_of_clients_become_key_numbers),
    };
    return cmocka_run_group_tests_name("keymap", tests, NULL, NULL);
}
