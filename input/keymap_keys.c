/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "input/keymap_keys.h"

#include <stddef.h>
#include <xkbcommon/xkbcommon-keysyms.h>

/*
 * QEMU key numbers as keycodemapdb, QEMU's source of key codes, derives them from the AT set 1
 * column of its data/keymaps.csv. Alt with Shift gives Meta on X11 keyboards, so Meta is the
 * Alt key.
 */
static const struct {
    uint32_t keysym;
    uint8_t qnum;
} keys[] = {
    {XKB_KEY_BackSpace, 0x0e},
    {XKB_KEY_Tab, 0x0f},
    {XKB_KEY_Linefeed, 0x1c},
    {XKB_KEY_Return, 0x1c},
    {XKB_KEY_Escape, 0x01},
    {XKB_KEY_Delete, 0xd3},
    {XKB_KEY_Home, 0xc7},
    {XKB_KEY_Left, 0xcb},
    {XKB_KEY_Up, 0xc8},
    {XKB_KEY_Right, 0xcd},
    {XKB_KEY_Down, 0xd0},
    {XKB_KEY_Page_Up, 0xc9},
    {XKB_KEY_Page_Down, 0xd1},
    {XKB_KEY_End, 0xcf},
    {XKB_KEY_Insert, 0xd2},
    {XKB_KEY_Menu, 0xdd},
    {XKB_KEY_Print, 0x54},
    {XKB_KEY_Sys_Req, 0x54},
    {XKB_KEY_Pause, 0xc6},
    {XKB_KEY_Break, 0xc6},
    {XKB_KEY_Find, 0xc1},
    {XKB_KEY_Undo, 0x87},
    {XKB_KEY_Redo, 0x8a},
    {XKB_KEY_Help, 0xf5},

    {XKB_KEY_Shift_L, 0x2a},
    {XKB_KEY_Shift_R, 0x36},
    {XKB_KEY_Control_L, 0x1d},
    {XKB_KEY_Control_R, 0x9d},
    {XKB_KEY_Alt_L, 0x38},
    {XKB_KEY_Alt_R, 0xb8},
    {XKB_KEY_Meta_L, 0x38},
    {XKB_KEY_Meta_R, 0xb8},
    {XKB_KEY_Super_L, 0xdb},
    {XKB_KEY_Super_R, 0xdc},
    {XKB_KEY_Hyper_L, 0xdb},
    {XKB_KEY_Hyper_R, 0xdc},
    {XKB_KEY_Caps_Lock, 0x3a},
    {XKB_KEY_Shift_Lock, 0x3a},
    {XKB_KEY_Num_Lock, 0x45},
    {XKB_KEY_Scroll_Lock, 0x46},

    {XKB_KEY_F1, 0x3b},
    {XKB_KEY_F2, 0x3c},
    {XKB_KEY_F3, 0x3d},
    {XKB_KEY_F4, 0x3e},
    {XKB_KEY_F5, 0x3f},
    {XKB_KEY_F6, 0x40},
    {XKB_KEY_F7, 0x41},
    {XKB_KEY_F8, 0x42},
    {XKB_KEY_F9, 0x43},
    {XKB_KEY_F10, 0x44},
    {XKB_KEY_F11, 0x57},
    {XKB_KEY_F12, 0x58},
    {XKB_KEY_F13, 0x5d},
    {XKB_KEY_F14, 0x5e},
    {XKB_KEY_F15, 0x5f},
    {XKB_KEY_F16, 0x55},
    {XKB_KEY_F17, 0x83},
    {XKB_KEY_F18, 0xf7},
    {XKB_KEY_F19, 0x84},
    {XKB_KEY_F20, 0x5a},
    {XKB_KEY_F21, 0x74},
    {XKB_KEY_F22, 0xf9},
    {XKB_KEY_F23, 0x6d},
    {XKB_KEY_F24, 0x6f},

    {XKB_KEY_KP_Enter, 0x9c},
    {XKB_KEY_KP_Divide, 0xb5},
    {XKB_KEY_KP_Multiply, 0x37},
    {XKB_KEY_KP_Subtract, 0x4a},
    {XKB_KEY_KP_Add, 0x4e},
    {XKB_KEY_KP_Equal, 0x59},
    {XKB_KEY_KP_Separator, 0x53},
    {XKB_KEY_KP_Decimal, 0x53},
    {XKB_KEY_KP_Delete, 0x53},
    {XKB_KEY_KP_0, 0x52},
    {XKB_KEY_KP_Insert, 0x52},
    {XKB_KEY_KP_1, 0x4f},
    {XKB_KEY_KP_End, 0x4f},
    {XKB_KEY_KP_2, 0x50},
    {XKB_KEY_KP_Down, 0x50},
    {XKB_KEY_KP_3, 0x51},
    {XKB_KEY_KP_Page_Down, 0x51},
    {XKB_KEY_KP_4, 0x4b},
    {XKB_KEY_KP_Left, 0x4b},
    {XKB_KEY_KP_5, 0x4c},
    {XKB_KEY_KP_Begin, 0x4c},
    {XKB_KEY_Clear, 0x4c},
    {XKB_KEY_KP_6, 0x4d},
    {XKB_KEY_KP_Right, 0x4d},
    {XKB_KEY_KP_7, 0x47},
    {XKB_KEY_KP_Home, 0x47},
    {XKB_KEY_KP_8, 0x48},
    {XKB_KEY_KP_Up, 0x48},
    {XKB_KEY_KP_9, 0x49},
    {XKB_KEY_KP_Page_Up, 0x49},

    {XKB_KEY_Zenkaku_Hankaku, 0x76},
    {XKB_KEY_Henkan_Mode, 0x79},
    {XKB_KEY_Muhenkan, 0x7b},
    {XKB_KEY_Hiragana_Katakana, 0x70},
    {XKB_KEY_Hiragana, 0x77},
    {XKB_KEY_Katakana, 0x78},
    {XKB_KEY_Hangul, 0xf2},
    {XKB_KEY_Hangul_Hanja, 0xf1},

    {XKB_KEY_XF86AudioLowerVolume, 0xae},
    {XKB_KEY_XF86AudioMute, 0xa0},
    {XKB_KEY_XF86AudioRaiseVolume, 0xb0},
    {XKB_KEY_XF86AudioPlay, 0xa2},
    {XKB_KEY_XF86AudioStop, 0xa4},
    {XKB_KEY_XF86AudioPrev, 0x90},
    {XKB_KEY_XF86AudioNext, 0x99},
    {XKB_KEY_XF86AudioMedia, 0xed},
    {XKB_KEY_XF86HomePage, 0xb2},
    {XKB_KEY_XF86Mail, 0xec},
    {XKB_KEY_XF86Search, 0xe5},
    {XKB_KEY_XF86Calculator, 0xa1},
    {XKB_KEY_XF86MyComputer, 0xeb},
    {XKB_KEY_XF86Favorites, 0xe6},
    {XKB_KEY_XF86Back, 0xea},
    {XKB_KEY_XF86Forward, 0xe9},
    {XKB_KEY_XF86Stop, 0xe8},
    {XKB_KEY_XF86Refresh, 0xe7},
    {XKB_KEY_XF86PowerOff, 0xde},
    {XKB_KEY_XF86Sleep, 0xdf},
    {XKB_KEY_XF86WakeUp, 0xe3},
};

/* Viewers should send Shift and Tab, older ones send this symbol (rfbproto, KeyEvent). */
static const struct keymap_key left_tab = {
    .qnum = 0x0f,
    .modifiers = KEYMAP_SHIFT,
    .matters = KEYMAP_SHIFT,
};

bool keymap_keys_find(uint32_t keysym, struct keymap_key *key_r)
{
    if (keysym == XKB_KEY_ISO_Left_Tab) {
        *key_r = left_tab;
        return true;
    }
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (keys[i].keysym == keysym) {
            *key_r = (struct keymap_key){.qnum = keys[i].qnum};
            return true;
        }
    }
    return false;
}
