/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pointers: positions, buttons and wheels on their way to the guest. */
#include <config.h>
#include "tests/e2e/keys.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define WIDTH_PX 1024
#define HEIGHT_PX 768
#define ZERO 0x7fff /* rfbproto, QEMU Pointer Motion Change Pseudo-encoding */

/* Bits of a PointerEvent (RFC 6143 section 7.5.5, rfbproto ExtendedMouseButtons). */
enum {
    LEFT = 1,
    MIDDLE = 2,
    RIGHT = 4,
    WHEEL_UP = 8,
    WHEEL_DOWN = 16,
    WHEEL_LEFT = 32,
    WHEEL_RIGHT = 64,
    BACK = 128,
    FORWARD = 256,
};

/* What the guest calls them. */
enum { GUEST_LEFT = 1, GUEST_RIGHT = 2, GUEST_MIDDLE = 4, GUEST_SIDE = 8, GUEST_EXTRA = 16 };

struct report {
    int x, y, buttons, wheel;
};

static struct report next_report(struct guest *guest, const char *kind)
{
    const char *event = guest_event(guest);
    struct report r = {0};
    char got[16];

    trial_check(guest->trial,
                sscanf(event, "%15s %d %d %d %d", got, &r.x, &r.y, &r.buttons, &r.wheel) == 5 &&
                    strcmp(got, kind) == 0,
                "the guest reports '%s'; expected '%s ...'", event, kind);
    return r;
}

/* The guest's 0 to 65535 as the pixel that it lies in. */
static int to_px(int axis, int size_px)
{
    return (int)((int64_t)axis * size_px / 65536);
}

static void expect_at(struct guest *guest, int x_px, int y_px, int buttons, int wheel)
{
    struct report r = next_report(guest, "abs");
    int x = to_px(r.x, WIDTH_PX), y = to_px(r.y, HEIGHT_PX);

    trial_check(guest->trial,
                abs(x - x_px) <= 1 && abs(y - y_px) <= 1 && r.buttons == buttons &&
                    r.wheel == wheel,
                "the guest's pointer is at %d,%d with buttons %d and wheel %d; expected %d,%d "
                "with %d and %d",
                x, y, r.buttons, r.wheel, x_px, y_px, buttons, wheel);
}

static void point(struct trial *trial, struct client *client, unsigned buttons, int x_px,
                  int y_px)
{
    look_must(trial, client, client_send_pointer(client, buttons, x_px, y_px), "PointerEvent");
}

/* The guest takes this kind of pointer, and the daemon knows. */
static struct client *open_viewer(struct stand *stand, const char *mode, const char *encodings)
{
    int absolute = strcmp(mode, "abs") == 0;
    struct client *knows = stand_look(stand, "raw,cursor,qemupointer", NULL);

    guest_say(stand->guest, "pointer %s", mode);
    look_whole(stand->trial, knows);
    while (knows->extras.pointer_absolute != absolute)
        look_must(stand->trial, knows, client_wait_update(knows, PATIENCE_MS),
                  "the pointer's mode");
    if (!encodings)
        return knows;
    look_leave(knows);
    struct client *client = stand_look(stand, encodings, NULL);
    look_whole(stand->trial, client);
    return client;
}

/* ---- absolute ---- */

static void positions_arrive(struct trial *trial)
{
    static const struct {
        int x_px, y_px;
    } places[] = {{0, 0},   {1023, 767}, {512, 384}, {1, 0},     {0, 1},    {1023, 0},
                  {0, 767}, {100, 700},  {700, 100}, {333, 222}, {334, 223}};
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe", NULL);
    struct client *client = open_viewer(&stand, "abs", "raw,cursor");

    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        point(trial, client, 0, places[i].x_px, places[i].y_px);
        expect_at(stand.guest, places[i].x_px, places[i].y_px, 0, 0);
    }
    point(trial, client, 0, 5000, 60000); /* beyond the picture: its edge */
    expect_at(stand.guest, WIDTH_PX - 1, HEIGHT_PX - 1, 0, 0);
    keys_expect_no_more(stand.guest, client);
}

static void every_button_arrives(struct trial *trial)
{
    static const struct {
        unsigned rfb;
        int guest;
    } steps[] = {{LEFT, GUEST_LEFT},
                 {0, 0},
                 {MIDDLE, GUEST_MIDDLE},
                 {0, 0},
                 {RIGHT, GUEST_RIGHT},
                 {0, 0},
                 {LEFT, GUEST_LEFT},
                 {LEFT | RIGHT, GUEST_LEFT | GUEST_RIGHT},
                 {LEFT | RIGHT | MIDDLE, GUEST_LEFT | GUEST_RIGHT | GUEST_MIDDLE},
                 {RIGHT | MIDDLE, GUEST_RIGHT | GUEST_MIDDLE},
                 {RIGHT, GUEST_RIGHT},
                 {0, 0}};
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe", NULL);
    struct client *client = open_viewer(&stand, "abs", "raw,cursor");

    point(trial, client, 0, 300, 200);
    expect_at(stand.guest, 300, 200, 0, 0);
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        point(trial, client, steps[i].rfb, 300, 200);
        expect_at(stand.guest, 300, 200, steps[i].guest, 0);
    }
    keys_expect_no_more(stand.guest, client);
}

/*
 * Releases of the wheel's "button" are reported, too, without a step; by some releases of QEMU
 * twice. Returns the next step, or 0 when the left button, which ends the test, comes.
 */
static int next_step(struct guest *guest)
{
    for (;;) {
        struct report r = next_report(guest, "abs");
        trial_check(guest->trial, (r.buttons & ~GUEST_LEFT) == 0,
                    "button %d while the wheel turns", r.buttons);
        if (r.wheel != 0 || r.buttons == GUEST_LEFT)
            return r.wheel;
    }
}

static void the_wheel_arrives(struct trial *trial)
{
    static const unsigned turns[] = {WHEEL_UP, WHEEL_UP,   WHEEL_DOWN,
                                     WHEEL_UP, WHEEL_DOWN, WHEEL_DOWN};
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe", NULL);
    struct client *client = open_viewer(&stand, "abs", "raw,cursor");

    point(trial, client, 0, 300, 200);
    expect_at(stand.guest, 300, 200, 0, 0);
    for (size_t i = 0; i < ARRAY_SIZE(turns); i++) {
        point(trial, client, turns[i], 300, 200);
        point(trial, client, 0, 300, 200);
    }
    point(trial, client, LEFT, 300, 200);
    for (size_t i = 0; i < ARRAY_SIZE(turns); i++) {
        int step = next_step(stand.guest);
        trial_check(trial, step == (turns[i] == WHEEL_UP ? -1 : 1), "step %zu is %d", i, step);
    }
    trial_check(trial, next_step(stand.guest) == 0, "the wheel turns on");
}

static void a_drag_arrives_in_order(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe", NULL);
    struct client *client = open_viewer(&stand, "abs", "raw,cursor");

    for (int i = 0; i < 40; i++) {
        int x = 20 + i * 20, y = 700 - i * 15;
        point(trial, client, i % 4 == 3 ? 0 : LEFT, x, y);
        /* The pointer moves first, then the button changes. */
        expect_at(stand.guest, x, y, i % 4 == 0 ? 0 : GUEST_LEFT, 0);
        if (i % 4 == 0)
            expect_at(stand.guest, x, y, GUEST_LEFT, 0);
        if (i % 4 == 3)
            expect_at(stand.guest, x, y, 0, 0);
    }
    keys_expect_no_more(stand.guest, client);
}

static void a_viewer_that_goes_lets_go_of_buttons(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe", NULL);
    struct client *goes = open_viewer(&stand, "abs", "raw,cursor");
    struct client *stays = stand_look(&stand, "raw,cursor", NULL);

    look_whole(trial, stays);
    point(trial, goes, LEFT | RIGHT, 50, 60);
    expect_at(stand.guest, 50, 60, 0, 0);
    expect_at(stand.guest, 50, 60, GUEST_LEFT, 0);
    expect_at(stand.guest, 50, 60, GUEST_LEFT | GUEST_RIGHT, 0);
    look_leave(goes);
    struct report r = next_report(stand.guest, "abs");
    trial_check(trial, r.buttons == GUEST_LEFT || r.buttons == GUEST_RIGHT,
                "both buttons should come up one after the other");
    expect_at(stand.guest, 50, 60, 0, 0);
    keys_expect_no_more(stand.guest, stays);
}

/* ---- relative ---- */

/* Reports until the movement is complete; the sums must fit exactly. */
static void expect_motion(struct guest *guest, int dx, int dy, int buttons)
{
    int x = 0, y = 0;

    while (x != dx || y != dy) {
        struct report r = next_report(guest, "rel");
        x += r.x;
        y += r.y;
        trial_check(guest->trial, r.buttons == buttons && r.wheel == 0,
                    "buttons %d and wheel %d in a movement", r.buttons, r.wheel);
        trial_check(guest->trial, abs(x) <= abs(dx) && abs(y) <= abs(dy),
                    "the guest has moved by %d,%d; expected %d,%d", x, y, dx, dy);
    }
}

static void expect_still(struct guest *guest, int buttons, int wheel)
{
    struct report r = next_report(guest, "rel");

    trial_check(
        guest->trial, r.x == 0 && r.y == 0 && r.buttons == buttons && r.wheel == wheel,
        "the guest reports %d,%d with buttons %d and wheel %d; expected 0,0 with %d and %d",
        r.x, r.y, r.buttons, r.wheel, buttons, wheel);
}

static const struct {
    int dx, dy;
} motions[] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}, {5, -7}, {100, 60}, {-100, -60}, {300, -250}};

static void motion_arrives(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe", NULL);
    struct client *client = open_viewer(&stand, "rel", NULL);

    for (size_t i = 0; i < ARRAY_SIZE(motions); i++) {
        point(trial, client, 0, ZERO + motions[i].dx, ZERO + motions[i].dy);
        expect_motion(stand.guest, motions[i].dx, motions[i].dy, 0);
    }
    point(trial, client, LEFT, ZERO, ZERO);
    expect_still(stand.guest, GUEST_LEFT, 0);
    point(trial, client, LEFT, ZERO + 9, ZERO + 4);
    expect_motion(stand.guest, 9, 4, GUEST_LEFT);
    point(trial, client, 0, ZERO, ZERO);
    expect_still(stand.guest, 0, 0);
    keys_expect_no_more(stand.guest, client);
}

static void positions_become_motion(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe", NULL);
    struct client *client = open_viewer(&stand, "rel", "raw,cursor");
    int x = 400, y = 400;

    point(trial, client, 0, x, y); /* from where is not known: no movement */
    for (size_t i = 0; i < ARRAY_SIZE(motions); i++) {
        x += motions[i].dx;
        y += motions[i].dy;
        point(trial, client, 0, x, y);
        expect_motion(stand.guest, motions[i].dx, motions[i].dy, 0);
    }
    keys_expect_no_more(stand.guest, client);
}

static void side_buttons_and_wheels_arrive(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe", NULL);
    struct client *client = open_viewer(&stand, "rel", "raw,cursor,qemupointer,extendedmouse");

    while (!client->extras.extended_mouse)
        look_must(trial, client, client_wait_update(client, PATIENCE_MS),
                  "extended mouse buttons");
    point(trial, client, BACK, ZERO, ZERO);
    expect_still(stand.guest, GUEST_SIDE, 0);
    point(trial, client, BACK | FORWARD, ZERO, ZERO);
    expect_still(stand.guest, GUEST_SIDE | GUEST_EXTRA, 0);
    point(trial, client, FORWARD, ZERO, ZERO);
    expect_still(stand.guest, GUEST_EXTRA, 0);
    point(trial, client, 0, ZERO, ZERO);
    expect_still(stand.guest, 0, 0);
    point(trial, client, WHEEL_UP, ZERO, ZERO);
    point(trial, client, 0, ZERO, ZERO);
    expect_still(stand.guest, 0, -1);
    expect_still(stand.guest, 0, 0); /* the wheel's release */
    point(trial, client, WHEEL_DOWN, ZERO, ZERO);
    point(trial, client, 0, ZERO, ZERO);
    expect_still(stand.guest, 0, 1);
    expect_still(stand.guest, 0, 0);
    keys_expect_no_more(stand.guest, client);
}

/* ---- both ---- */

static void a_viewer_is_told_when_the_mode_changes(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe", NULL);
    struct client *client = open_viewer(&stand, "abs", NULL);

    for (int i = 0; i < 4; i++) {
        guest_say(stand.guest, "pointer %s", i % 2 ? "abs" : "rel");
        while (client->extras.pointer_absolute != i % 2)
            look_must(trial, client, client_wait_update(client, PATIENCE_MS),
                      "the pointer's mode");
    }
    point(trial, client, 0, 640, 480);
    expect_at(stand.guest, 640, 480, 0, 0);
}

static void others_see_where_a_viewer_points(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe", NULL);
    struct client *points = open_viewer(&stand, "abs", "raw,cursor");
    struct client *sees = stand_look(&stand, "raw,cursor,pointerpos", NULL);

    look_whole(trial, sees);
    for (int i = 1; i < 6; i++) {
        point(trial, points, 0, i * 100, i * 50);
        while (sees->extras.pointer_x_px != i * 100 || sees->extras.pointer_y_px != i * 50)
            look_must(trial, sees, client_wait_update(sees, PATIENCE_MS),
                      "the other's position");
    }
}

static void extended_buttons_come_and_go(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe", NULL);
    struct client *client = open_viewer(&stand, "abs", "raw,cursor,extendedmouse");

    while (!client->extras.extended_mouse)
        look_must(trial, client, client_wait_update(client, PATIENCE_MS),
                  "extended mouse buttons");
    for (int i = 0; i < 3; i++) {
        look_must(trial, client, client_send_pointer_extended(client, LEFT, 200, 100),
                  "extended");
        expect_at(stand.guest, 200, 100, 0, 0);
        expect_at(stand.guest, 200, 100, GUEST_LEFT, 0);
        point(trial, client, 0, 210, 110);
        expect_at(stand.guest, 210, 110, GUEST_LEFT, 0);
        expect_at(stand.guest, 210, 110, 0, 0);
    }
    keys_expect_no_more(stand.guest, client);
}

static const struct trial_row rows[] = {
    {"positions arrive", positions_arrive, NULL, false},
    {"every button arrives", every_button_arrives, NULL, false},
    {"the wheel arrives", the_wheel_arrives, NULL, false},
    {"a drag arrives in order", a_drag_arrives_in_order, NULL, false},
    {"a viewer that goes lets go of its buttons", a_viewer_that_goes_lets_go_of_buttons, NULL,
     false},
    {"motion arrives at a relative mouse", motion_arrives, NULL, false},
    {"positions become motion for a relative mouse", positions_become_motion, NULL, false},
    {"side buttons and wheels arrive", side_buttons_and_wheels_arrive, NULL, false},
    {"a viewer is told when the mode changes", a_viewer_is_told_when_the_mode_changes, NULL,
     false},
    {"others see where a viewer points", others_see_where_a_viewer_points, NULL, false},
    {"extended and plain pointer events mix", extended_buttons_come_and_go, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "pointer", rows, ARRAY_SIZE(rows));
}
