/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/key_names.h"

#include <string.h>
#include <strings.h>
#include <xkbcommon/xkbcommon-keysyms.h>

static const struct {
    const char *name;
    uint32_t keysym;
} names[] = {
    {"ctrl", XKB_KEY_Control_L},
    {"ctrl_r", XKB_KEY_Control_R},
    {"alt", XKB_KEY_Alt_L},
    {"alt_r", XKB_KEY_Alt_R},
    {"altgr", XKB_KEY_ISO_Level3_Shift},
    {"shift", XKB_KEY_Shift_L},
    {"shift_r", XKB_KEY_Shift_R},
    {"super", XKB_KEY_Super_L},
    {"super_r", XKB_KEY_Super_R},
    {"menu", XKB_KEY_Menu},
    {"delete", XKB_KEY_Delete},
    {"del", XKB_KEY_Delete},
    {"insert", XKB_KEY_Insert},
    {"home", XKB_KEY_Home},
    {"end", XKB_KEY_End},
    {"pageup", XKB_KEY_Page_Up},
    {"pagedown", XKB_KEY_Page_Down},
    {"up", XKB_KEY_Up},
    {"down", XKB_KEY_Down},
    {"left", XKB_KEY_Left},
    {"right", XKB_KEY_Right},
    {"enter", XKB_KEY_Return},
    {"return", XKB_KEY_Return},
    {"tab", XKB_KEY_Tab},
    {"space", XKB_KEY_space},
    {"backspace", XKB_KEY_BackSpace},
    {"esc", XKB_KEY_Escape},
    {"escape", XKB_KEY_Escape},
    {"minus", XKB_KEY_minus},
    {"print", XKB_KEY_Print},
    {"sysrq", XKB_KEY_Print},
    {"pause", XKB_KEY_Pause},
    {"capslock", XKB_KEY_Caps_Lock},
    {"numlock", XKB_KEY_Num_Lock},
    {"scrolllock", XKB_KEY_Scroll_Lock},
    {"f1", XKB_KEY_F1},
    {"f2", XKB_KEY_F2},
    {"f3", XKB_KEY_F3},
    {"f4", XKB_KEY_F4},
    {"f5", XKB_KEY_F5},
    {"f6", XKB_KEY_F6},
    {"f7", XKB_KEY_F7},
    {"f8", XKB_KEY_F8},
    {"f9", XKB_KEY_F9},
    {"f10", XKB_KEY_F10},
    {"f11", XKB_KEY_F11},
    {"f12", XKB_KEY_F12},
};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

uint32_t key_name_find(const char *name, size_t n)
{
    for (size_t i = 0; i < NAMES; i++)
        if (strlen(names[i].name) == n && strncasecmp(names[i].name, name, n) == 0)
            return names[i].keysym;
    return 0;
}

const char *key_name_at(size_t i)
{
    return i < NAMES ? names[i].name : NULL;
}
