/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lobby, against the real daemon: a machine is chosen there, shown, and left again. */
#include <config.h>
#include "server/overlay/lobby.h"
#include "server/overlay/thumb.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/lobby_look.h"
#include "tests/e2e/look.h"
#include "tests/e2e/pattern.h"
#include "tests/e2e/daemon.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

enum { ENTER = 0xff0d, CONTROL_L = 0xffe3 };
enum { TRY_AGAIN_MS = 1500 };

static struct daemon *start(struct trial *trial)
{
    struct daemon *daemon = daemon_start(trial, "listen = {\"127.0.0.1:0\"}",
                                         "auth { methods = {none} }\n"
                                         "machine \"*\" { hot-key-time = 20s }\n"
                                         "machine alpha { listen = {\"127.0.0.1:0\"} "
                                         "place = {\"pattern:640x400\"} }\n"
                                         "machine beta { place = {\"pattern:1280x900\"} }\n");
    daemon_wait_machine(daemon, "alpha", "running");
    daemon_wait_machine(daemon, "beta", "running");
    return daemon;
}

static struct client *come(struct trial *trial, struct daemon *daemon, const char *encodings)
{
    struct client *client = look_open(trial, daemon_tcp(daemon, NULL), encodings, NULL);
    lobby_look_whole(trial, client);
    return client;
}

static void machines_are_seen_small(struct trial *trial)
{
    struct daemon *daemon = start(trial);
    struct client *client = come(trial, daemon, "zrle,cursor,desktopsize");
    const struct shot shots[] = {pattern_shot(trial, 640, 400, PATTERN_STILL, 0),
                                 pattern_shot(trial, 1280, 900, PATTERN_STILL, 0)};
    for (unsigned i = 0; i < ARRAY_SIZE(shots); i++)
        lobby_look_until(trial, client, i, ARRAY_SIZE(shots), shots[i]);
}

static void choose(struct trial *trial, struct client *client, const char *name)
{
    for (const char *at = name; *at;)
        keys_tap(trial, client, keys_next_keysym(&at));
    keys_tap(trial, client, ENTER);
}

static void one_is_chosen_shown_and_left_again(struct trial *trial)
{
    struct daemon *daemon = start(trial);
    struct client *client = come(trial, daemon, "copyrect,tight,cursor,desktopsize");
    choose(trial, client, "lph");
    look_until(trial, client, pattern_shot(trial, 640, 400, PATTERN_STILL, 0), 0);
    for (int i = 0; i < 3; i++)
        keys_tap(trial, client, CONTROL_L);
    keys_tap(trial, client, '3'); /* release, who is here, another machine */
    choose(trial, client, "BETA");
    look_until(trial, client, pattern_shot(trial, 1280, 900, PATTERN_STILL, 0), 0);
}

static void a_client_of_one_size_sees_all_of_it(struct trial *trial)
{
    static const char *const encodings[] = {"raw,cursor", "zrle,cursor", "tight,cursor"};
    struct daemon *daemon = start(trial);
    const struct shot alpha = pattern_shot(trial, 640, 400, PATTERN_STILL, 0);
    const struct shot beta = pattern_shot(trial, 1280, 900, PATTERN_STILL, 0);
    const struct rect whole = {0, 0, LOBBY_W, LOBBY_H};
    for (size_t i = 0; i < ARRAY_SIZE(encodings); i++) {
        struct client *client = come(trial, daemon, encodings[i]);
        const struct shot shot = i % 2 ? alpha : beta;
        choose(trial, client, i % 2 ? "alpha" : "beta");
        look_until(trial, client,
                   lobby_small(trial, shot, thumb_fit(whole, shot.width_px, shot.height_px),
                               LOBBY_W, LOBBY_H),
                   0);
    }
}

static void who_came_by_it_comes_back_when_the_machine_is_detached(struct trial *trial)
{
    struct daemon *daemon = start(trial);
    struct client *client = come(trial, daemon, "zrle,cursor,desktopsize");
    struct client *named = look_open(trial, daemon_tcp(daemon, "alpha"), "zrle,cursor", NULL);
    choose(trial, client, "alpha");
    look_until(trial, client, pattern_shot(trial, 640, 400, PATTERN_STILL, 0), 0);
    trial_check(trial, daemon_ctl(daemon, NULL, "detach", "alpha", NULL) == 0, "detach");
    look_must(trial, named, client_wait_close(named, PATIENCE_MS), "the end");
    /* Keys count once none came for a second. */
    for (int tries = 0; client->picture.width_px != 1280 && tries < 60; tries++) {
        int got = client_wait_update(client, TRY_AGAIN_MS);
        while (got == 0)
            got = client_wait_update(client, TRY_AGAIN_MS);
        look_must(trial, client, got == -ETIMEDOUT ? 0 : got, "the lobby");
        keys_tap(trial, client, ENTER);
    }
    look_until(trial, client, pattern_shot(trial, 1280, 900, PATTERN_STILL, 0), 0);
}

static void the_wheel_scrolls(struct trial *trial)
{
    enum { MACHINES = 40, WHEEL_DOWN = 16, LEFT = 1, STEP_PX = 16, FIRST_PX = 320 };
    char text[MACHINES * 64] = "auth { methods = {none} }\n";
    struct lobby_choice choice = {0};
    struct lobby_shape shape;
    for (int i = 0; i < MACHINES; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text),
                 "machine m%02d { place = {\"pattern:%dx240\"} }\n", i, FIRST_PX + i * STEP_PX);
    struct daemon *daemon = daemon_start(trial, "listen = {\"127.0.0.1:0\"}", text);
    struct client *client = come(trial, daemon, "zrle,cursor,desktopsize");
    lobby_shape_find(&shape, LOBBY_W, LOBBY_H, &choice, MACHINES);
    const struct rect r = lobby_cell(&shape, 0);
    static const unsigned masks[] = {0, WHEEL_DOWN, 0, WHEEL_DOWN, 0, LEFT, 0};
    for (size_t i = 0; i < ARRAY_SIZE(masks); i++)
        look_must(trial, client, client_send_pointer(client, masks[i], r.x + 9, r.y + 9),
                  "PointerEvent");
    look_until(
        trial, client,
        pattern_shot(trial, FIRST_PX + 2 * shape.columns * STEP_PX, 240, PATTERN_STILL, 0), 0);
}

int main(int argc, char **argv)
{
    const struct trial_row rows[] = {
        {.name = "machines are seen small", .run = machines_are_seen_small},
        {.name = "one is chosen, shown and left again",
         .run = one_is_chosen_shown_and_left_again},
        {.name = "a client of one size sees all of it",
         .run = a_client_of_one_size_sees_all_of_it},
        {.name = "who came by it comes back when the machine is detached",
         .run = who_came_by_it_comes_back_when_the_machine_is_detached},
        {.name = "the wheel scrolls", .run = the_wheel_scrolls},
    };
    return trial_main(argc, argv, "lobby", rows, ARRAY_SIZE(rows));
}
