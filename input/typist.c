/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "input/typist.h"

#include <stddef.h>
#include <xkbcommon/xkbcommon-keysyms.h>

enum {
    QNUM_LEFT_SHIFT = 0x2a,
    QNUM_RIGHT_SHIFT = 0x36,
    QNUM_ALTGR = 0xb8,
};

/* What a symbol wants of a modifier. */
enum want { WANT_OWN, WANT_UP, WANT_DOWN };

/* The modifiers that a symbol may borrow or have lifted; all others are the client's alone. */
static const uint8_t borrowed[] = {QNUM_LEFT_SHIFT, QNUM_RIGHT_SHIFT, QNUM_ALTGR};
/* With one of these held a key is a command, and Shift with a letter is left to the client. */
static const uint8_t command_keys[] = {0x1d, 0x9d, 0x38, 0xdb, 0xdc};

/*
 * Keypad symbols that depend on Num Lock, and those that mean the same without it. Shift does
 * not turn Num Lock round in every guest, so the key changes instead.
 */
static const struct {
    uint32_t keypad, plain;
    bool num_lock; /* the keypad types it with Num Lock on */
} keypad_symbols[] = {
    {XKB_KEY_KP_0, '0', true},
    {XKB_KEY_KP_1, '1', true},
    {XKB_KEY_KP_2, '2', true},
    {XKB_KEY_KP_3, '3', true},
    {XKB_KEY_KP_4, '4', true},
    {XKB_KEY_KP_5, '5', true},
    {XKB_KEY_KP_6, '6', true},
    {XKB_KEY_KP_7, '7', true},
    {XKB_KEY_KP_8, '8', true},
    {XKB_KEY_KP_9, '9', true},
    {XKB_KEY_KP_Decimal, '.', true},
    {XKB_KEY_KP_Separator, ',', true},
    {XKB_KEY_KP_Home, XKB_KEY_Home, false},
    {XKB_KEY_KP_Left, XKB_KEY_Left, false},
    {XKB_KEY_KP_Up, XKB_KEY_Up, false},
    {XKB_KEY_KP_Right, XKB_KEY_Right, false},
    {XKB_KEY_KP_Down, XKB_KEY_Down, false},
    {XKB_KEY_KP_Page_Up, XKB_KEY_Page_Up, false},
    {XKB_KEY_KP_Page_Down, XKB_KEY_Page_Down, false},
    {XKB_KEY_KP_End, XKB_KEY_End, false},
    {XKB_KEY_KP_Insert, XKB_KEY_Insert, false},
    {XKB_KEY_KP_Delete, XKB_KEY_Delete, false},
};

static uint32_t without_keypad(uint32_t keysym, unsigned leds)
{
    bool num_lock = leds & LED_NUM;
    for (size_t i = 0; i < sizeof(keypad_symbols) / sizeof(keypad_symbols[0]); i++)
        if (keypad_symbols[i].keypad == keysym && keypad_symbols[i].num_lock != num_lock)
            return keypad_symbols[i].plain;
    return keysym;
}

static bool find_key(const struct keymap *map, unsigned leds, uint32_t keysym,
                     struct keymap_key *key_r)
{
    return keymap_find(map, without_keypad(keysym, leds), key_r) ||
           keymap_find(map, keysym, key_r);
}

/* The index of the entry with this keysym or, when keysym is 0, this key; n_held when there is
 * none. */
static unsigned find_held(const struct typist *t, uint32_t keysym, uint8_t qnum)
{
    unsigned i = 0;
    while (i < t->n_held && (keysym ? t->held[i].keysym != keysym : t->held[i].qnum != qnum))
        i++;
    return i;
}

static bool remember(struct typist *t, uint32_t keysym, uint8_t qnum)
{
    unsigned i = find_held(t, 0, qnum);
    if (i == TYPIST_SYMBOLS_MOST)
        return false;
    if (i == t->n_held)
        t->n_held++;
    t->held[i].keysym = keysym;
    t->held[i].qnum = qnum;
    return true;
}

static void forget(struct typist *t, uint8_t qnum)
{
    unsigned i = find_held(t, 0, qnum);
    if (i < t->n_held)
        t->held[i] = t->held[--t->n_held];
}

static bool owns_any(const struct typist *t, const uint8_t *qnums, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (keystate_is_down(&t->own, qnums[i]))
            return true;
    return false;
}

static bool is_borrowed(uint8_t qnum)
{
    return qnum == QNUM_LEFT_SHIFT || qnum == QNUM_RIGHT_SHIFT || qnum == QNUM_ALTGR;
}

static enum want want_shift(const struct typist *t, unsigned leds, const struct keymap_key *key)
{
    if (!(key->matters & KEYMAP_SHIFT))
        return WANT_OWN;
    if (key->caps_matters && owns_any(t, command_keys, sizeof(command_keys)))
        return WANT_OWN;
    bool shift = key->modifiers & KEYMAP_SHIFT;
    if (key->caps_matters && (leds & LED_CAPS))
        shift = !shift;
    return shift ? WANT_DOWN : WANT_UP;
}

/* A right Alt that the client calls Alt is meant as Alt, and no symbol lifts it. */
static enum want want_altgr(const struct typist *t, const struct keymap_key *key)
{
    if (key->modifiers & KEYMAP_ALTGR)
        return WANT_DOWN;
    unsigned i = find_held(t, 0, QNUM_ALTGR);
    bool as_altgr = i < t->n_held && (t->held[i].keysym == XKB_KEY_ISO_Level3_Shift ||
                                      t->held[i].keysym == XKB_KEY_Mode_switch);
    return as_altgr && (key->matters & KEYMAP_ALTGR) ? WANT_UP : WANT_OWN;
}

static bool should_be_down(const struct typist *t, uint8_t qnum, enum want want)
{
    if (want == WANT_UP)
        return false;
    if (keystate_is_down(&t->own, qnum))
        return true;
    if (want == WANT_OWN || qnum == QNUM_RIGHT_SHIFT)
        return false;
    return qnum == QNUM_ALTGR || !keystate_is_down(&t->own, QNUM_RIGHT_SHIFT);
}

/* Lifts before it presses: Shift going down while Alt is held switches layouts in some guests.
 */
static bool arrange(struct typist *t, struct keyboard *kb, enum want shift, enum want altgr)
{
    bool differs = false;
    for (int down = 0; down <= 1; down++) {
        for (size_t i = 0; i < sizeof(borrowed); i++) {
            uint8_t qnum = borrowed[i];
            bool target = should_be_down(t, qnum, qnum == QNUM_ALTGR ? altgr : shift);
            if (target == down && keystate_is_down(&t->hands.keys, qnum) != target)
                keyboard_key(kb, &t->hands, qnum, target);
            differs |= target != keystate_is_down(&t->own, qnum);
        }
    }
    return differs;
}

static void give_back(struct typist *t, struct keyboard *kb)
{
    (void)arrange(t, kb, WANT_OWN, WANT_OWN);
    t->borrower = 0;
}

/* The client itself presses or releases a key, whose modifiers are already right. */
static void own_key(struct typist *t, struct keyboard *kb, uint8_t qnum, bool down)
{
    bool changed = keystate_set(&t->own, qnum, down);
    if (!down)
        forget(t, qnum);
    if (is_borrowed(qnum))
        give_back(t, kb);
    else if (down || changed)
        keyboard_key(kb, &t->hands, qnum, down);
    if (!down && qnum == t->borrower)
        give_back(t, kb);
}

/* A keysym that is down already is a repeat: it stays with its key, whatever the lights say
 * now. */
static bool press(struct typist *t, struct keyboard *kb, const struct keymap *map,
                  unsigned leds, uint32_t keysym)
{
    struct keymap_key key;
    if (!find_key(map, leds, keysym, &key))
        return false;
    unsigned i = find_held(t, keysym, 0);
    if (i < t->n_held)
        key.qnum = t->held[i].qnum;
    if (!remember(t, keysym, key.qnum))
        return true;
    if (!is_borrowed(key.qnum)) {
        bool borrows = arrange(t, kb, want_shift(t, leds, &key), want_altgr(t, &key));
        t->borrower = borrows ? key.qnum : 0;
    }
    own_key(t, kb, key.qnum, true);
    return true;
}

/* A key may come up under another name than it went down: Shift or Num Lock changed meanwhile.
 */
static bool release(struct typist *t, struct keyboard *kb, const struct keymap *map,
                    uint32_t keysym)
{
    static const unsigned lights[] = {0, LED_NUM};
    unsigned i = find_held(t, keysym, 0);
    struct keymap_key key;
    bool known = false;
    if (i < t->n_held) {
        own_key(t, kb, t->held[i].qnum, false);
        return true;
    }
    for (size_t l = 0; l < sizeof(lights) / sizeof(lights[0]); l++) {
        if (find_key(map, lights[l], keysym, &key)) {
            known = true;
            own_key(t, kb, key.qnum, false);
        }
    }
    return known;
}

bool typist_keysym(struct typist *t, struct keyboard *kb, const struct keymap *map,
                   unsigned leds, uint32_t keysym, bool down)
{
    return down ? press(t, kb, map, leds, keysym) : release(t, kb, map, keysym);
}

bool typist_scancode(struct typist *t, struct keyboard *kb, const struct keymap *map,
                     unsigned leds, uint32_t keysym, uint32_t xt, bool down)
{
    uint8_t qnum = keymap_qnum_from_xt(xt);
    if (!qnum)
        return typist_keysym(t, kb, map, leds, keysym, down);
    if (down)
        give_back(t, kb);
    own_key(t, kb, qnum, down);
    return true;
}

void typist_lift(struct typist *t, struct keyboard *kb)
{
    keyboard_lift(kb, &t->hands);
    *t = (struct typist){.hands.owner = t->hands.owner};
}
