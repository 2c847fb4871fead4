/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/interop/hands.h"
#include "tests/e2e/clock.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_MOST 8
#define KEY_MS 300 /* until a key is tried again */

struct room hands_start(struct trial *trial, const char *machine)
{
    struct room room = room_start(trial, ROOM_VIRTIO, "follow off; display virtio", machine);

    room_hide_pointer(&room);
    guest_say(room.guest, "mode %d %d", HANDS_WIDTH_PX, HANDS_HEIGHT_PX);
    guest_say(room.guest, "scene still");
    return room;
}

void hands_enter(struct room *room, struct window *window, const struct viewer_program *program)
{
    window_open(window, room, program, NULL, SCREEN_ALL);
    window_compare(window, 1);
    window_enter(window, HANDS_WIDTH_PX / 2, HANDS_HEIGHT_PX / 2);
}

void hands_enter_typing(struct room *room, struct window *window,
                        const struct viewer_program *program)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    hands_enter(room, window, program);
    do {
        trial_check(room->trial, clock_now_ms() < deadline_ms, "no key arrives");
        hands_chord(room, "a");
    } while (!guest_event_within(room->guest, KEY_MS));
    /* The first of these may have been late only. */
    hands_chord(room, "b");
    while (strcmp(guest_event(room->guest), "key 30 up") != 0)
        ;
}

static size_t split(struct trial *trial, const char *list, char **words)
{
    char *copy = trial_text(trial, "%s", list), *save = NULL;
    size_t n = 0;

    for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
        trial_check(trial, n < KEYS_MOST, "too many keys: %s", list);
        words[n++] = w;
    }
    return n;
}

void hands_chord(struct room *room, const char *keys)
{
    char *names[KEYS_MOST];
    const char *words[4 * KEYS_MOST + 1];
    size_t n = split(room->trial, keys, names), w = 0;

    for (size_t i = 0; i < 2 * n; i++) {
        words[w++] = i < n ? "keydown" : "keyup";
        words[w++] = names[i < n ? i : 2 * n - 1 - i];
    }
    words[w] = NULL;
    screen_do_words(room->screen, words);
}

void hands_expect_chord(struct room *room, const char *codes)
{
    char *names[KEYS_MOST];
    size_t n = split(room->trial, codes, names);
    const char *down = "", *up = "";

    for (size_t i = 0; i < n; i++) {
        down = trial_text(room->trial, "%s+%s ", down, names[i]);
        up = trial_text(room->trial, "-%s %s", names[i], up);
    }
    keys_expect(room->guest, trial_text(room->trial, "%s%s", down, up));
}

/* ---- the pointer ---- */

struct hands_pointer hands_next_pointer(struct guest *guest, const char *expected)
{
    const char *event = guest_event_within(guest, PATIENCE_MS);
    struct hands_pointer p = {0};

    trial_check(guest->trial, event != NULL, "the machine reports nothing; expected %s",
                expected);
    int fields = sscanf(event, "abs %d %d %d %d", &p.x, &p.y, &p.buttons, &p.wheel);
    trial_check(guest->trial, fields == 4, "the machine reports '%s'; expected %s", event,
                expected);
    return p;
}

/* Whether a position of 0 to 65535 is within a pixel of that. */
static bool is_near(int position, int at_px, int length_px)
{
    return abs(position * length_px / 65536 - at_px) <= 1;
}

static bool is_at(struct hands_pointer p, int x_px, int y_px)
{
    return is_near(p.x, x_px, HANDS_WIDTH_PX) && is_near(p.y, y_px, HANDS_HEIGHT_PX);
}

void hands_expect_pointer(struct guest *guest, int x_px, int y_px, int before, int buttons)
{
    const char *expected = trial_text(guest->trial, "buttons %d at %d,%d", buttons, x_px, y_px);

    for (;;) {
        struct hands_pointer p = hands_next_pointer(guest, expected);
        if (p.buttons == buttons && p.wheel == 0 && is_at(p, x_px, y_px))
            return;
        trial_check(guest->trial, p.buttons == before && p.wheel == 0,
                    "buttons %d and wheel %d at %d,%d; expected %s", p.buttons, p.wheel, p.x,
                    p.y, expected);
    }
}

void hands_expect_click(struct guest *guest, int x_px, int y_px, int buttons)
{
    hands_expect_pointer(guest, x_px, y_px, 0, buttons);
    hands_expect_pointer(guest, x_px, y_px, buttons, 0);
}
