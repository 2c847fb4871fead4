/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Key symbols become the scancodes that a keyboard of the machine's layout types them with. */
#include <config.h>
#include "tests/e2e/keys.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

enum {
    SHIFT_L = 0xffe1,
    SHIFT_R = 0xffe2,
    CONTROL_L = 0xffe3,
    CONTROL_R = 0xffe4,
    ALT_L = 0xffe9,
    SUPER_L = 0xffeb,
    DELETE = 0xffff,
    ISO_LEVEL3_SHIFT = 0xfe03,
};

static struct stand start(struct trial *trial, const char *layout)
{
    return stand_start(trial, STAND_VGA, NULL, trial_text(trial, "keymap = \"%s\"", layout));
}

/* Each character and how a keyboard of that layout types it. */
struct typing {
    const char *character, *keys;
};

struct layout {
    const char *name;
    struct typing typing[48];
};

static const struct layout us = {
    "us",
    {
        {"a", "+1e -1e"},         {"A", "+2a +1e -1e -2a"},  {"z", "+2c -2c"},
        {"Y", "+2a +15 -15 -2a"}, {"1", "+02 -02"},          {"!", "+2a +02 -02 -2a"},
        {"@", "+2a +03 -03 -2a"}, {"#", "+2a +04 -04 -2a"},  {"^", "+2a +07 -07 -2a"},
        {"(", "+2a +0a -0a -2a"}, {"-", "+0c -0c"},          {"_", "+2a +0c -0c -2a"},
        {"=", "+0d -0d"},         {"+", "+2a +0d -0d -2a"},  {"[", "+1a -1a"},
        {"}", "+2a +1b -1b -2a"}, {";", "+27 -27"},          {":", "+2a +27 -27 -2a"},
        {"'", "+28 -28"},         {"\"", "+2a +28 -28 -2a"}, {"`", "+29 -29"},
        {"~", "+2a +29 -29 -2a"}, {"\\", "+2b -2b"},         {"|", "+2a +2b -2b -2a"},
        {",", "+33 -33"},         {"<", "+2a +33 -33 -2a"},  {".", "+34 -34"},
        {"/", "+35 -35"},         {"?", "+2a +35 -35 -2a"},  {" ", "+39 -39"},
        {"\n", "+1c -1c"},
    },
};

static const struct layout gb = {
    "gb",
    {
        {"\"", "+2a +03 -03 -2a"},
        {"@", "+2a +28 -28 -2a"},
        {"#", "+2b -2b"},
        {"~", "+2a +2b -2b -2a"},
        {"£", "+2a +04 -04 -2a"},
        {"\\", "+56 -56"},
        {"|", "+2a +56 -56 -2a"},
        {"¬", "+2a +29 -29 -2a"},
        {"€", "+e038 +05 -05 -e038"},
        {"a", "+1e -1e"},
    },
};

static const struct layout de = {
    "de",
    {
        {"z", "+15 -15"},
        {"y", "+2c -2c"},
        {"Z", "+2a +15 -15 -2a"},
        {"ü", "+1a -1a"},
        {"Ö", "+2a +27 -27 -2a"},
        {"ä", "+28 -28"},
        {"ß", "+0c -0c"},
        {"?", "+2a +0c -0c -2a"},
        {"@", "+e038 +10 -10 -e038"},
        {"€", "+e038 +12 -12 -e038"},
        {"{", "+e038 +08 -08 -e038"},
        {"]", "+e038 +0a -0a -e038"},
        {"\\", "+e038 +0c -0c -e038"},
        {"/", "+2a +08 -08 -2a"},
        {"=", "+2a +0b -0b -2a"},
        {"#", "+2b -2b"},
        {"'", "+2a +2b -2b -2a"},
        {"+", "+1b -1b"},
        {"*", "+2a +1b -1b -2a"},
        {"<", "+56 -56"},
        {">", "+2a +56 -56 -2a"},
        {"|", "+e038 +56 -56 -e038"},
        {"-", "+35 -35"},
        {";", "+2a +33 -33 -2a"},
    },
};

static const struct layout fr = {
    "fr",
    {
        {"a", "+10 -10"},
        {"q", "+1e -1e"},
        {"z", "+11 -11"},
        {"w", "+2c -2c"},
        {"m", "+27 -27"},
        {"1", "+2a +02 -02 -2a"},
        {"&", "+02 -02"},
        {"é", "+03 -03"},
        {"\"", "+04 -04"},
        {"(", "+06 -06"},
        {"è", "+08 -08"},
        {"ç", "+0a -0a"},
        {"à", "+0b -0b"},
        {"@", "+e038 +0b -0b -e038"},
        {"{", "+e038 +05 -05 -e038"},
        {"€", "+e038 +12 -12 -e038"},
        {"!", "+35 -35"},
        {"?", "+2a +32 -32 -2a"},
        {".", "+2a +33 -33 -2a"},
        {";", "+33 -33"},
        {",", "+32 -32"},
        {"<", "+56 -56"},
        {"ù", "+28 -28"},
        {"%", "+2a +28 -28 -2a"},
        {"$", "+1b -1b"},
        {"*", "+2b -2b"},
        {"µ", "+2a +2b -2b -2a"},
    },
};

static void symbols_become_scancodes(struct trial *trial)
{
    const struct layout *layout = trial->data;
    struct stand stand = start(trial, layout->name);
    struct client *client = stand_look(&stand, "raw,cursor", NULL);

    look_whole(trial, client);
    for (const struct typing *t = layout->typing; t->character; t++) {
        const char *at = t->character;
        keys_tap(trial, client, keys_next_keysym(&at));
        keys_expect(stand.guest, t->keys);
    }
    keys_expect_no_more(stand.guest, client);
}

/* ---- modifiers that the viewer holds ---- */

/* Key symbols as a viewer sends them, and what the guest must see. */
struct held_row {
    const char *layout;
    struct {
        bool down;
        uint32_t keysym;
    } event[10];
    const char *keys;
};

static const struct held_row held_rows[] = {
    /* A viewer's own Shift is passed on, and serves. */
    {"us", {{true, SHIFT_L}, {true, 'A'}, {false, 'A'}, {false, SHIFT_L}}, "+2a +1e -1e -2a"},
    {"us",
     {{true, SHIFT_R}, {true, 'Q'}, {true, 'W'}, {false, 'Q'}, {false, 'W'}, {false, SHIFT_R}},
     "+36 +10 +11 -10 -11 -36"},
    {"us",
     {{true, CONTROL_L}, {true, 'c'}, {false, 'c'}, {false, CONTROL_L}},
     "+1d +2e -2e -1d"},
    {"us",
     {{true, CONTROL_R}, {true, 'C'}, {false, 'C'}, {false, CONTROL_R}},
     "+e01d +2e -2e -e01d"},
    {"us",
     {{true, CONTROL_L},
      {true, ALT_L},
      {true, DELETE},
      {false, DELETE},
      {false, ALT_L},
      {false, CONTROL_L}},
     "+1d +38 +e053 -e053 -38 -1d"},
    {"us", {{true, SUPER_L}, {false, SUPER_L}}, "+e05b -e05b"},
    {"de",
     {{true, ISO_LEVEL3_SHIFT}, {true, '@'}, {false, '@'}, {false, ISO_LEVEL3_SHIFT}},
     "+e038 +10 -10 -e038"},
    /* Shift-7 is a slash on a German keyboard; on the guest's it has no Shift. */
    {"us",
     {{true, SHIFT_L}, {true, '/'}, {false, '/'}, {false, SHIFT_L}},
     "+2a -2a +35 -35 +2a -2a"},
    /* The key comes up under another name than it went down: Shift was released before. */
    {"us", {{true, SHIFT_L}, {true, 'A'}, {false, SHIFT_L}, {false, 'a'}}, "+2a +1e -2a -1e"},
};

static void held_modifiers_serve(struct trial *trial)
{
    const char *layouts[] = {"us", "de"};

    for (size_t l = 0; l < ARRAY_SIZE(layouts); l++) {
        struct stand stand = start(trial, layouts[l]);
        struct client *client = stand_look(&stand, "raw,cursor", NULL);
        look_whole(trial, client);
        for (size_t i = 0; i < ARRAY_SIZE(held_rows); i++) {
            const struct held_row *row = &held_rows[i];
            if (strcmp(row->layout, layouts[l]) != 0)
                continue;
            for (size_t e = 0; e < ARRAY_SIZE(row->event) && row->event[e].keysym; e++)
                look_must(trial, client,
                          client_send_key(client, row->event[e].down, row->event[e].keysym),
                          "KeyEvent");
            keys_expect(stand.guest, row->keys);
        }
        keys_expect_no_more(stand.guest, client);
        daemon_stop(stand.daemon);
        guest_kill(stand.guest);
    }
}

static const struct trial_row rows[] = {
    {"key symbols become the scancodes of a us keyboard", symbols_become_scancodes, &us, false},
    {"key symbols become the scancodes of a gb keyboard", symbols_become_scancodes, &gb, false},
    {"key symbols become the scancodes of a de keyboard", symbols_become_scancodes, &de, false},
    {"key symbols become the scancodes of a fr keyboard", symbols_become_scancodes, &fr, false},
    {"modifiers that a viewer holds serve", held_modifiers_serve, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "layouts", rows, ARRAY_SIZE(rows));
}
