/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every key of a viewer reaches the guest once and in order, and the guest's lights come back.
 */
#include <config.h>
#include "tests/e2e/keys.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

enum { SHIFT_L = 0xffe1, CONTROL_L = 0xffe3 };

static struct stand start(struct trial *trial, const char *layout)
{
    return stand_start(trial, STAND_VGA, NULL,
                       trial_text(trial, "keymap = \"%s\"", layout ? layout : "us"));
}

/* ---- scancodes ---- */

static struct client *open_scancode_viewer(struct stand *stand)
{
    struct client *client = stand_look(stand, "raw,cursor,qemukey", NULL);

    look_whole(stand->trial, client);
    while (!client->extras.qemu_key)
        look_must(stand->trial, client, client_wait_update(client, PATIENCE_MS),
                  "the announcement of extended key events");
    return client;
}

static void send_code(struct trial *trial, struct client *client, unsigned qnum, bool down)
{
    look_must(trial, client, client_send_qemu_key(client, down, 0, qnum), "extended KeyEvent");
}

static const char *code_text(struct trial *trial, unsigned qnum, bool down)
{
    return trial_text(trial, "%c%s%02x", down ? '+' : '-', qnum & 0x80 ? "e0" : "",
                      qnum & 0x7f);
}

static void every_scancode_passes_through(struct trial *trial)
{
    struct stand stand = start(trial, "de"); /* which must not matter */
    struct client *client = open_scancode_viewer(&stand);
    static const unsigned extended[] = {0x9c, 0x9d, 0xb5, 0xb8, 0xc7, 0xc8, 0xc9, 0xcb, 0xcd,
                                        0xcf, 0xd0, 0xd1, 0xd2, 0xd3, 0xdb, 0xdc, 0xdd};

    for (unsigned qnum = 0x01; qnum <= 0x53; qnum++) {
        send_code(trial, client, qnum, true);
        send_code(trial, client, qnum, false);
        keys_expect(stand.guest, code_text(trial, qnum, true));
        keys_expect(stand.guest, code_text(trial, qnum, false));
    }
    for (size_t i = 0; i < ARRAY_SIZE(extended); i++) {
        send_code(trial, client, extended[i], true);
        send_code(trial, client, extended[i], false);
        keys_expect(stand.guest, code_text(trial, extended[i], true));
        keys_expect(stand.guest, code_text(trial, extended[i], false));
    }
    keys_expect_no_more(stand.guest, client);
}

static void a_repeated_press_is_repeated(struct trial *trial)
{
    struct stand stand = start(trial, NULL);
    struct client *client = open_scancode_viewer(&stand);

    for (int i = 0; i < 5; i++)
        keys_press(trial, client, 'x');
    keys_release(trial, client, 'x');
    keys_expect(stand.guest, "+2d +2d +2d +2d +2d -2d");
    for (int i = 0; i < 5; i++)
        send_code(trial, client, 0x2e, true);
    send_code(trial, client, 0x2e, false);
    keys_expect(stand.guest, "+2e +2e +2e +2e +2e -2e");
    keys_expect_no_more(stand.guest, client);
}

/* xorshift, so that a failure can be repeated */
static unsigned next_random(unsigned *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* The keyboard controller holds 16 bytes: after each few keys the guest must have seen them. */
static void five_hundred_random_keys(struct trial *trial)
{
    static const unsigned keys[] = {0x1e, 0x30, 0x2e, 0x20, 0x12, 0x2a, 0x36, 0x1d, 0x9d,
                                    0x38, 0xc8, 0xd0, 0x39, 0x1c, 0x0e, 0x01, 0x3b, 0xdb};
    bool down[ARRAY_SIZE(keys)] = {false};
    struct stand stand = start(trial, NULL);
    struct client *client = open_scancode_viewer(&stand);
    unsigned state = 20240229;

    for (int round = 0; round < 100; round++) {
        const char *expected = "";
        for (int i = 0; i < 5; i++) {
            size_t k = next_random(&state) % ARRAY_SIZE(keys);
            down[k] = !down[k];
            send_code(trial, client, keys[k], down[k]);
            expected = trial_text(trial, "%s %s", expected, code_text(trial, keys[k], down[k]));
        }
        keys_expect(stand.guest, expected);
    }
    keys_expect_no_more(stand.guest, client);
}

/* ---- viewers that come and go ---- */

static void a_viewer_that_goes_lets_go(struct trial *trial)
{
    struct stand stand = start(trial, NULL);
    struct client *stays = stand_look(&stand, "raw,cursor", NULL);
    look_whole(trial, stays);
    struct client *goes = open_scancode_viewer(&stand);

    keys_press(trial, goes, 'a');
    keys_press(trial, goes, SHIFT_L);
    keys_press(trial, goes, CONTROL_L);
    send_code(trial, goes, 0xc8, true);
    keys_expect(stand.guest, "+1e +2a +1d +e048");
    look_leave(goes);
    keys_expect_set(stand.guest, "-1e -2a -1d -e048");
    keys_expect_no_more(stand.guest, stays);
}

static void a_key_held_by_two_stays_down_until_both_let_go(struct trial *trial)
{
    struct stand stand = start(trial, NULL);
    struct client *one = stand_look(&stand, "raw,cursor", NULL);
    struct client *other = stand_look(&stand, "raw,cursor", NULL);

    look_whole(trial, one);
    look_whole(trial, other);
    keys_press(trial, one, 'a');
    keys_expect(stand.guest, "+1e");
    keys_press(trial, other, 'a');
    keys_expect(stand.guest, "+1e");
    keys_release(trial, one, 'a');
    keys_expect_no_more(stand.guest, one);
    keys_release(trial, other, 'a');
    keys_expect(stand.guest, "-1e");
    keys_expect_no_more(stand.guest, other);
}

static void two_viewers_type_at_once(struct trial *trial)
{
    struct stand stand = start(trial, NULL);
    struct client *one = stand_look(&stand, "raw,cursor", NULL);
    struct client *other = stand_look(&stand, "raw,cursor", NULL);

    look_whole(trial, one);
    look_whole(trial, other);
    for (int i = 0; i < 20; i++) {
        keys_tap(trial, one, 'q');
        keys_tap(trial, other, 'p');
        keys_expect_set(stand.guest, "+10 -10 +19 -19");
    }
    keys_expect_no_more(stand.guest, one);
}

/* ---- lights ---- */

static void wait_lights(struct trial *trial, struct client *client, const int *light, int bits)
{
    while (*light != bits)
        look_must(trial, client, client_wait_update(client, PATIENCE_MS),
                  trial_text(trial, "lights %d; they are %d", bits, *light));
}

static void lights_reach_every_viewer(struct trial *trial)
{
    static const int lights[] = {4, 2, 1, 7, 0, 5};
    struct stand stand = start(trial, NULL);
    struct client *qemu = stand_look(&stand, "raw,cursor,qemuled", NULL);
    struct client *vmware = stand_look(&stand, "raw,cursor,vmwareled", NULL);

    look_whole(trial, qemu);
    look_whole(trial, vmware);
    for (size_t i = 0; i < ARRAY_SIZE(lights); i++) {
        guest_say(stand.guest, "leds %d", lights[i]);
        wait_lights(trial, qemu, &qemu->extras.qemu_led, lights[i]);
        wait_lights(trial, vmware, &vmware->extras.vmware_led, lights[i]);
    }
    guest_say(stand.guest, "leds 6");
    wait_lights(trial, qemu, &qemu->extras.qemu_led, 6);
    struct client *late = stand_look(&stand, "raw,cursor,qemuled", NULL);
    wait_lights(trial, late, &late->extras.qemu_led, 6);
}

static void caps_lock_turns_shift_round(struct trial *trial)
{
    struct stand stand = start(trial, NULL);
    struct client *client = stand_look(&stand, "raw,cursor,qemuled", NULL);

    look_whole(trial, client);
    guest_say(stand.guest, "leds 4");
    wait_lights(trial, client, &client->extras.qemu_led, 4);
    keys_tap(trial, client, 'a');
    keys_expect(stand.guest, "+2a +1e -1e -2a");
    keys_tap(trial, client, 'A');
    keys_expect(stand.guest, "+1e -1e");
    keys_tap(trial, client, '1');
    keys_expect(stand.guest, "+02 -02");
    keys_expect_no_more(stand.guest, client);
}

static const struct trial_row rows[] = {
    {"every scancode passes through", every_scancode_passes_through, NULL, false},
    {"a repeated press is repeated", a_repeated_press_is_repeated, NULL, false},
    {"500 random keys arrive in order", five_hundred_random_keys, NULL, false},
    {"a viewer that goes lets go of what it holds", a_viewer_that_goes_lets_go, NULL, false},
    {"a key held by two stays down until both let go",
     a_key_held_by_two_stays_down_until_both_let_go, NULL, false},
    {"two viewers type at once", two_viewers_type_at_once, NULL, false},
    {"lights reach every viewer", lights_reach_every_viewer, NULL, false},
    {"caps lock turns shift round", caps_lock_turns_shift_round, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "keys", rows, ARRAY_SIZE(rows));
}
