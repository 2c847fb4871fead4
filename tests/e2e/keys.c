/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/keys.h"
#include "tests/e2e/look.h"
#include "tests/e2e/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYSYM_F12 0xffc9
#define SET_MOST 64

const char *keys_short(struct trial *trial, const char *event)
{
    char code[16], way[8];

    if (sscanf(event, "key %15s %7s", code, way) != 2)
        return event;
    return trial_text(trial, "%c%s", strcmp(way, "down") == 0 ? '+' : '-', code);
}

static const char *next_short(struct guest *guest, const char *expected)
{
    const char *event = guest_event_within(guest, PATIENCE_MS);

    trial_check(guest->trial, event != NULL, "the guest reports nothing; expected '%s'",
                expected);
    return keys_short(guest->trial, event);
}

void keys_expect(struct guest *guest, const char *list)
{
    char *copy = trial_text(guest->trial, "%s", list), *save = NULL;

    for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
        const char *got = next_short(guest, word);
        trial_check(guest->trial, strcmp(got, word) == 0,
                    "the guest reports '%s'; expected '%s' at byte %d of '%s'", got, word,
                    (int)(word - copy), list);
    }
}

void keys_expect_set(struct guest *guest, const char *list)
{
    char *copy = trial_text(guest->trial, "%s", list), *save = NULL, *words[SET_MOST];
    size_t n = 0;

    for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
        words[n++] = word;
    for (size_t left = n; left > 0; left--) {
        const char *got = next_short(guest, list);
        size_t i = 0;
        while (i < left && strcmp(words[i], got) != 0)
            i++;
        trial_check(guest->trial, i < left, "the guest reports '%s'; expected one of '%s'", got,
                    list);
        words[i] = words[left - 1];
    }
}

void keys_expect_no_more(struct guest *guest, struct client *client)
{
    keys_tap(guest->trial, client, KEYSYM_F12);
    keys_expect(guest, "+58 -58");
}

uint32_t keys_next_keysym(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    int more = *at >= 0xe0 ? 2 : *at >= 0xc0 ? 1 : 0;
    uint32_t code = more == 2 ? *at & 0x0fu : more == 1 ? *at & 0x1fu : *at;

    if (!*at)
        return 0;
    for (int i = 0; i < more; i++)
        code = code << 6 | (*++at & 0x3fu);
    *text = (const char *)at + 1;
    if (code == '\n')
        return 0xff0d;
    if (code == 0x20ac)
        return 0x20ac; /* EuroSign */
    return code < 0x100 ? code : 0x01000000 | code;
}

void keys_press(struct trial *trial, struct client *client, uint32_t keysym)
{
    look_must(trial, client, client_send_key(client, true, keysym), "KeyEvent");
}

void keys_release(struct trial *trial, struct client *client, uint32_t keysym)
{
    look_must(trial, client, client_send_key(client, false, keysym), "KeyEvent");
}

void keys_tap(struct trial *trial, struct client *client, uint32_t keysym)
{
    keys_press(trial, client, keysym);
    keys_release(trial, client, keysym);
}
