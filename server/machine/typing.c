/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/typing.h"
#include "server/machine/key_names.h"

#include <errno.h>
#include <string.h>
#include <xkbcommon/xkbcommon-keysyms.h>

static void put(struct typing *t, struct typing_event e)
{
    t->events[(t->first + t->n++) % TYPING_EVENTS_MOST] = e;
    t->added++;
}

/* Takes one character off *text. False when it is not UTF-8 (RFC 3629: shortest form, no
 * surrogates). */
static bool take_character(const char **text, uint32_t *code_point_r)
{
    static const struct {
        uint8_t mask, lead;
        uint32_t least;
    } forms[] = {
        {0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    const uint8_t *p = (const uint8_t *)*text;
    size_t more = 0;
    while (more < 4 && (p[0] & forms[more].mask) != forms[more].lead)
        more++;
    if (more == 4)
        return false;
    uint32_t c = p[0] & (uint8_t)~forms[more].mask;
    for (size_t i = 1; i <= more; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return false;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < forms[more].least || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return false;
    *text += more + 1;
    *code_point_r = c;
    return true;
}

static bool can_type(const struct keymap *map, uint32_t keysym)
{
    struct keymap_key key;
    return keysym && keymap_find(map, keysym, &key);
}

/* How many characters, or -errno. */
static int check_text(const struct keymap *map, const char *text, uint32_t *bad_r)
{
    int n = 0;
    while (*text) {
        uint32_t c;
        if (!take_character(&text, &c))
            return -EILSEQ;
        if (!can_type(map, keymap_keysym_of(c))) {
            *bad_r = c;
            return -EINVAL;
        }
        if (++n > TYPING_CHARACTERS_MOST)
            return -ENOSPC;
    }
    return n;
}

int typing_add_text(struct typing *t, const struct keymap *map, const char *text,
                    uint32_t *bad_r)
{
    int n = check_text(map, text, bad_r);
    if (n < 0)
        return n;
    if (t->n + (size_t)n * 2 > TYPING_EVENTS_MOST)
        return -ENOSPC;
    uint32_t c, before = 0;
    while (*text && take_character(&text, &c)) {
        uint32_t keysym = keymap_keysym_of(c);
        if (c == '\n' && before == '\r') { /* one end of line */
            before = c;
            continue;
        }
        before = c;
        put(t, (struct typing_event){.keysym = keysym, .down = true});
        put(t, (struct typing_event){.keysym = keysym, .down = false});
    }
    return 0;
}

struct chord {
    uint8_t keys[TYPING_CHORD_MOST];
    size_t n;
};

static bool chord_add(struct chord *c, uint8_t qnum)
{
    if (memchr(c->keys, qnum, c->n))
        return true;
    if (c->n == TYPING_CHORD_MOST)
        return false;
    c->keys[c->n++] = qnum;
    return true;
}

static uint32_t keysym_of_part(const char *part, size_t n)
{
    uint32_t named = key_name_find(part, n), c;
    const char *end = part;
    if (named)
        return named;
    return take_character(&end, &c) && end == part + n && c >= 0x20 ? keymap_keysym_of(c) : 0;
}

static bool chord_add_modifier(struct chord *c, const struct keymap *map, uint32_t keysym)
{
    struct keymap_key key;
    return keymap_find(map, keysym, &key) && chord_add(c, key.qnum);
}

/* The key of one part, behind the modifiers that its symbol needs. */
static bool chord_add_part(struct chord *c, const struct keymap *map, const char *part,
                           size_t n)
{
    struct keymap_key key;
    uint32_t keysym = n ? keysym_of_part(part, n) : 0;
    if (!keysym || !keymap_find(map, keysym, &key))
        return false;
    if ((key.modifiers & KEYMAP_SHIFT) && !chord_add_modifier(c, map, XKB_KEY_Shift_L))
        return false;
    if ((key.modifiers & KEYMAP_ALTGR) && !chord_add_modifier(c, map, XKB_KEY_ISO_Level3_Shift))
        return false;
    return chord_add(c, key.qnum);
}

/* The length of the part at text: up to the next '-', which is a key itself where a part begins
 * with it. */
static size_t part_length(const char *text)
{
    size_t n = strcspn(text, "-");
    return n == 0 && *text ? 1 : n;
}

int typing_add_chord(struct typing *t, const struct keymap *map, const char *text,
                     const char **bad_r, size_t *bad_len_r)
{
    struct chord c = {.n = 0};
    const char *part = text;
    for (;;) {
        size_t n = part_length(part);
        if (!chord_add_part(&c, map, part, n)) {
            bool full = c.n == TYPING_CHORD_MOST;
            *bad_r = full ? text : part;
            *bad_len_r = full ? strlen(text) : n;
            return -EINVAL;
        }
        if (!part[n])
            break;
        part += n + 1;
    }
    if (t->n + c.n * 2 > TYPING_EVENTS_MOST)
        return -ENOSPC;
    for (size_t i = 0; i < c.n; i++)
        put(t, (struct typing_event){.qnum = c.keys[i], .down = true});
    for (size_t i = c.n; i-- > 0;)
        put(t, (struct typing_event){.qnum = c.keys[i], .down = false});
    return 0;
}

bool typing_step(struct typing *t, struct keyboard *kb, const struct keymap *map, unsigned leds)
{
    if (t->n == 0)
        return false;
    struct typing_event e = t->events[t->first];
    t->first = (t->first + 1) % TYPING_EVENTS_MOST;
    t->n--;
    t->played++;
    if (e.keysym)
        typist_keysym(&t->typist, kb, map, leds, e.keysym, e.down);
    else
        keyboard_key(kb, &t->typist.hands, e.qnum, e.down);
    return t->n > 0;
}

void typing_stop(struct typing *t, struct keyboard *kb)
{
    t->n = 0;
    typist_lift(&t->typist, kb);
}
