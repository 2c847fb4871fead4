/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "input/keymap.h"
#include "input/keymap_keys.h"
#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xkbcommon/xkbcommon.h>

enum {
    NAME_MOST = 64,
    XKB_OF_EVDEV = 8, /* X11 key codes begin at 8 */
    EVDEV_LEFT_SHIFT = 42,
    EVDEV_RIGHT_ALT = 100,
    QNUM_ALTGR = 0xb8,
    COMBINATIONS = 4,   /* of Shift and AltGr */
    ENTRIES_MOST = 256, /* typing keys times combinations fit */
    UNICODE_KEYSYM = 0x01000000,
};

#define QNUM_102ND 0x56

struct entry {
    uint32_t symbol; /* as `canonical` gives it */
    struct keymap_key key;
};

struct keymap {
    bool has_altgr;
    unsigned n;
    struct entry entries[ENTRIES_MOST];
};

/* The keys that a layout is about, by Linux key code. */
static const struct {
    uint8_t first, last; /* evdev */
    uint8_t qnum;        /* of the first; the others follow */
} typing_keys[] = {
    {2, 13, 2},       {16, 27, 16},         {30, 41, 30},   {43, 53, 43},
    {57, 57, 57},     {86, 86, QNUM_102ND}, {89, 89, 0x73}, /* beside right Shift on Brazilian
                                                               and Japanese keyboards */
    {124, 124, 0x7d},                                       /* yen */
};

/*
 * The same character has an old key symbol and a Unicode one (X11 protocol, appendix A);
 * clients send either. Control characters are left as they are: no layout types them.
 */
static uint32_t canonical(uint32_t keysym)
{
    uint32_t code_point = xkb_keysym_to_utf32(keysym);
    return code_point >= 0x20 && code_point != 0x7f ? UNICODE_KEYSYM + code_point : keysym;
}

/* The index of the symbol's entry, or n when it has none. */
static unsigned find(const struct keymap *map, uint32_t symbol)
{
    unsigned i = 0;
    while (i < map->n && map->entries[i].symbol != symbol)
        i++;
    return i;
}

/* Smaller is better: see keymap_find. */
static unsigned effort(const struct keymap_key *key)
{
    return (key->modifiers & KEYMAP_ALTGR ? 4u : 0) + (key->qnum == QNUM_102ND ? 2u : 0) +
           (key->modifiers & KEYMAP_SHIFT ? 1u : 0);
}

static void add(struct keymap *map, uint32_t symbol, const struct keymap_key *key)
{
    unsigned i = find(map, symbol);
    if (i == ENTRIES_MOST || (i < map->n && effort(&map->entries[i].key) <= effort(key)))
        return;
    if (i == map->n)
        map->n++;
    map->entries[i] = (struct entry){symbol, *key};
}

/* Not by pressing its key: the Japanese layout has Caps Lock on that key only with Shift. */
static void lock_caps(struct xkb_keymap *xkb, struct xkb_state *state)
{
    xkb_mod_index_t caps = xkb_keymap_mod_get_index(xkb, XKB_MOD_NAME_CAPS);
    xkb_mod_mask_t held = xkb_state_serialize_mods(state, XKB_STATE_MODS_DEPRESSED);
    if (caps != XKB_MOD_INVALID)
        xkb_state_update_mask(state, held, 0, (xkb_mod_mask_t)1 << caps, 0, 0, 0);
}

/* What the key types with these modifiers held, found by pressing them as a guest would see it.
 */
static xkb_keysym_t typed(struct xkb_keymap *xkb, xkb_keycode_t evdev, unsigned modifiers,
                          bool caps)
{
    struct xkb_state *state = xkb_state_new(xkb);
    if (!state)
        return XKB_KEY_NoSymbol;
    if (modifiers & KEYMAP_SHIFT)
        xkb_state_update_key(state, EVDEV_LEFT_SHIFT + XKB_OF_EVDEV, XKB_KEY_DOWN);
    if (modifiers & KEYMAP_ALTGR)
        xkb_state_update_key(state, EVDEV_RIGHT_ALT + XKB_OF_EVDEV, XKB_KEY_DOWN);
    if (caps)
        lock_caps(xkb, state);
    xkb_keysym_t keysym = xkb_state_key_get_one_sym(state, evdev + XKB_OF_EVDEV);
    xkb_state_unref(state);
    return keysym;
}

static void read_key(struct keymap *map, struct xkb_keymap *xkb, xkb_keycode_t evdev,
                     uint8_t qnum)
{
    xkb_keysym_t plain[COMBINATIONS], caps[COMBINATIONS];
    for (unsigned m = 0; m < COMBINATIONS; m++) {
        plain[m] = typed(xkb, evdev, m, false);
        caps[m] = typed(xkb, evdev, m, true);
    }
    for (unsigned m = 0; m < COMBINATIONS; m++) {
        struct keymap_key key = {.qnum = qnum, .modifiers = (uint8_t)m};
        if (plain[m] != plain[m ^ KEYMAP_SHIFT])
            key.matters |= KEYMAP_SHIFT;
        if (plain[m] != plain[m ^ KEYMAP_ALTGR])
            key.matters |= KEYMAP_ALTGR;
        key.caps_matters = caps[m] != plain[m] && caps[m] == plain[m ^ KEYMAP_SHIFT];
        if (plain[m] != XKB_KEY_NoSymbol)
            add(map, canonical(plain[m]), &key);
    }
}

static void read_layout(struct keymap *map, struct xkb_keymap *xkb)
{
    map->has_altgr = typed(xkb, EVDEV_RIGHT_ALT, 0, false) == XKB_KEY_ISO_Level3_Shift;
    for (size_t i = 0; i < sizeof(typing_keys) / sizeof(typing_keys[0]); i++)
        for (unsigned k = 0; typing_keys[i].first + k <= typing_keys[i].last; k++)
            read_key(map, xkb, typing_keys[i].first + k, (uint8_t)(typing_keys[i].qnum + k));
}

/* Splits "layout(variant)" in place; false when it does not have that form. */
static bool split_name(char *name, const char **variant_r)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t layout = strspn(name, allowed);
    *variant_r = "";
    if (layout == 0 || !name[layout])
        return layout != 0;
    char *variant = name + layout + 1;
    size_t n = strspn(variant, allowed);
    if (name[layout] != '(' || n == 0 || strcmp(variant + n, ")") != 0)
        return false;
    name[layout] = 0;
    variant[n] = 0;
    *variant_r = variant;
    return true;
}

static struct xkb_keymap *load(struct xkb_context *context, const char *layout,
                               const char *variant)
{
    const struct xkb_rule_names names = {
        .rules = "evdev",
        .model = "pc105",
        .layout = layout,
        .variant = variant,
        .options = "",
    };
    xkb_context_set_log_level(context, XKB_LOG_LEVEL_CRITICAL);
    return xkb_keymap_new_from_names(context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS);
}

int keymap_new(struct keymap **map_r, const char *name)
{
    char layout[NAME_MOST];
    const char *variant;
    if (strlen(name) >= sizeof(layout))
        return -EINVAL;
    strcpy(layout, name);
    if (!split_name(layout, &variant))
        return -EINVAL;
    struct xkb_context *context = xkb_context_new(XKB_CONTEXT_NO_ENVIRONMENT_NAMES);
    struct xkb_keymap *xkb = context ? load(context, layout, variant) : NULL;
    if (xkb) {
        *map_r = ALLOC(struct keymap);
        read_layout(*map_r, xkb);
    }
    xkb_keymap_unref(xkb);
    xkb_context_unref(context);
    return xkb ? 0 : -ENOENT;
}

void keymap_free(struct keymap **map)
{
    free(*map);
    *map = NULL;
}

static bool is_altgr(uint32_t keysym)
{
    return keysym == XKB_KEY_ISO_Level3_Shift || keysym == XKB_KEY_Mode_switch;
}

bool keymap_find(const struct keymap *map, uint32_t keysym, struct keymap_key *key_r)
{
    if (is_altgr(keysym)) {
        if (map->has_altgr)
            *key_r = (struct keymap_key){.qnum = QNUM_ALTGR};
        return map->has_altgr;
    }
    if (keymap_keys_find(keysym, key_r))
        return true;
    unsigned i = find(map, canonical(keysym));
    if (i < map->n)
        *key_r = map->entries[i].key;
    return i < map->n;
}

uint32_t keymap_keysym_of(uint32_t code_point)
{
    static const struct {
        uint8_t code_point;
        uint16_t keysym;
    } control[] = {
        {'\b', XKB_KEY_BackSpace}, {'\t', XKB_KEY_Tab},    {'\n', XKB_KEY_Return},
        {'\r', XKB_KEY_Return},    {0x1b, XKB_KEY_Escape}, {0x7f, XKB_KEY_Delete},
    };
    for (size_t i = 0; i < sizeof(control) / sizeof(control[0]); i++)
        if (control[i].code_point == code_point)
            return control[i].keysym;
    if (code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0) ||
        code_point > 0x10ffff || (code_point >= 0xd800 && code_point < 0xe000))
        return 0;
    return code_point < 0x100 ? code_point : UNICODE_KEYSYM + code_point;
}

uint8_t keymap_qnum_from_xt(uint32_t xt_code)
{
    if (xt_code > 0xff && (xt_code & ~0x7fu) != 0xe000)
        return 0;
    uint8_t code = xt_code & 0x7f;
    bool extended = xt_code > 0x7f;
    if (code == 0 || code == 0x7f)
        return 0;
    if (extended && code == 0x37) /* Print, as clients sent it before rfbproto asked for 0x54 */
        return 0x54;
    return (uint8_t)(extended ? 0x80 | code : code);
}
