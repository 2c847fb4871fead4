/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys and motions of a client that are meant for its menu, and not for the machine. */
#include <config.h>
#include "server/overlay/lobby_room.h"
#include "server/overlay/overlay_private.h"
#include "server/view.h"

#include <stddef.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#define CODE_ONLY 0x80000000u /* a key without a symbol is known by its code */

/* ---- keys that were pressed here ---- */

static uint32_t name_of(uint32_t keysym, uint32_t xt)
{
    return keysym ? keysym : CODE_ONLY | xt;
}

static bool is_ours(const struct overlay *o, uint32_t name)
{
    for (unsigned i = 0; i < o->n_keys; i++) {
        if (o->keys[i] == name)
            return true;
    }
    return false;
}

/* With too many the oldest is forgotten: its release goes to the machine, which drops it. */
static void take_key(struct overlay *o, uint32_t name)
{
    if (is_ours(o, name))
        return;
    if (o->n_keys == OVERLAY_KEYS_MOST) {
        for (unsigned i = 1; i < o->n_keys; i++)
            o->keys[i - 1] = o->keys[i];
        o->n_keys--;
    }
    o->keys[o->n_keys++] = name;
}

static bool give_key_back(struct overlay *o, uint32_t name)
{
    for (unsigned i = 0; i < o->n_keys; i++) {
        if (o->keys[i] == name) {
            o->keys[i] = o->keys[--o->n_keys];
            return true;
        }
    }
    return false;
}

/* ---- what a key means in the menu ---- */

/* Clients that send codes alone: the keys that the menu knows. */
static uint32_t symbol_of(uint32_t xt)
{
    static const struct {
        uint32_t xt, keysym;
    } rows[] = {
        {0x01, XKB_KEY_Escape}, {0x0e, XKB_KEY_BackSpace}, {0x0f, XKB_KEY_Tab},
        {0x1c, XKB_KEY_Return}, {0x9c, XKB_KEY_Return},    {0x39, XKB_KEY_space},
        {0xc7, XKB_KEY_Home},   {0xcf, XKB_KEY_End},       {0xc8, XKB_KEY_Up},
        {0xd0, XKB_KEY_Down},   {0xcb, XKB_KEY_Left},      {0xcd, XKB_KEY_Right},
    };
    if (xt >= 2 && xt <= 10)
        return '1' + xt - 2;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].xt == xt)
            return rows[i].keysym;
    }
    return 0;
}

static void menu_takes(struct overlay *o, uint32_t keysym, uint32_t xt)
{
    struct menu_facts facts;
    overlay_find_facts(o, &facts);
    enum menu_action action = menu_key(&o->menu, &facts, keysym ? keysym : symbol_of(xt));
    if (action == MENU_NOTHING)
        overlay_draw(o);
    else
        overlay_carry_out(o, action);
}

/* ---- keys ---- */

static bool is_hot(struct overlay *o, uint32_t keysym, uint32_t xt, bool down)
{
    const struct machine *m = o->viewer->machine;
    const char *name = m && m->config.hot_key ? m->config.hot_key : "none";
    uint64_t within_us = m ? m->config.hot_key_time_us : 0;
    return hot_key_event(&o->hot_key, name, within_us, keysym, xt, down, overlay_now_us(o));
}

/* The machine sees the third tap whole: what is held goes up before the menu takes the rest. */
static void open_by_key(struct overlay *o, uint32_t keysym, uint32_t xt)
{
    struct viewer *v = o->viewer;
    o->passing = true;
    if (xt)
        viewer_extended_key(v, keysym, xt, true);
    else
        viewer_key(v, keysym, true);
    o->passing = false;
    viewer_lift(v);
    overlay_open_menu(o);
}

static void lobby_key_event(struct overlay *o, uint32_t keysym, uint32_t xt, bool down)
{
    if (down)
        take_key(o, name_of(keysym, xt));
    else
        give_key_back(o, name_of(keysym, xt));
    if (down)
        lobby_takes_key(o->viewer, keysym ? keysym : symbol_of(xt));
}

bool overlay_key(struct viewer *v, uint32_t keysym, uint32_t xt, bool down)
{
    if (v->stage != VIEWER_RUNNING || (v->overlay && v->overlay->passing))
        return false;
    struct overlay *o = overlay_of(v);
    if (viewer_in_lobby(v)) {
        lobby_key_event(o, keysym, xt, down);
        return true;
    }
    uint32_t name = name_of(keysym, xt);
    bool hot = is_hot(o, keysym, xt, down), ours = is_ours(o, name);
    if (!down)
        return give_key_back(o, name) || o->menu_open;
    if (!o->menu_open && !hot)
        return ours; /* the auto-repeat of what closed the menu */
    take_key(o, name);
    if (!o->menu_open)
        open_by_key(o, keysym, xt);
    else if (hot)
        overlay_close_menu(o);
    else
        menu_takes(o, keysym, xt);
    return true;
}

/* ---- the pointer ---- */

static bool is_relative(const struct viewer *v)
{
    return v->machine && !v->machine->pointer.absolute &&
           encodings_have(&v->encodings, EXT_QEMU_POINTER_MOTION);
}

static void note_pointer(struct overlay *o, int x, int y)
{
    o->pointer_known = true;
    o->pointer_x = x;
    o->pointer_y = y;
}

static void menu_takes_pointer(struct overlay *o, unsigned mask, int x, int y)
{
    const struct view *view = o->viewer->client.view;
    const unsigned before = o->menu.chosen, page = o->menu.page;
    bool pressed = mask & 1 && !(o->buttons & 1);
    struct menu_facts facts;
    overlay_find_facts(o, &facts);
    enum menu_action action =
        menu_pointer(&o->menu, &facts, view->frame.w, view->frame.h, x, y, pressed);
    o->buttons = mask;
    o->draining = mask != 0;
    if (action != MENU_NOTHING)
        overlay_carry_out(o, action);
    else if (o->menu.chosen != before || o->menu.page != page)
        overlay_draw(o);
}

static void lobby_pointer_event(struct overlay *o, unsigned mask, int x, int y)
{
    unsigned pressed = mask & ~o->buttons;
    o->buttons = mask;
    o->draining = mask != 0;
    note_pointer(o, x, y);
    lobby_takes_pointer(o->viewer, pressed, x, y);
}

bool overlay_pointer(struct viewer *v, unsigned mask, int x, int y)
{
    struct overlay *o = viewer_in_lobby(v) ? overlay_of(v) : v->overlay;
    if (v->stage != VIEWER_RUNNING || !o)
        return false;
    if (viewer_in_lobby(v)) {
        lobby_pointer_event(o, mask, x, y);
        return true;
    }
    if (!o->menu_open)
        o->buttons = mask;
    if (is_relative(v)) { /* nobody knows where it is; buttons still end where they began */
        o->draining = o->menu_open ? mask != 0 : o->draining && mask;
        return o->menu_open || o->draining;
    }
    note_pointer(o, x, y);
    if (o->menu_open) {
        menu_takes_pointer(o, mask, x, y);
        return true;
    }
    overlay_pointer_moved(o);
    bool ours = o->draining;
    o->draining = o->draining && mask;
    return ours;
}
