/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Real viewers log in with passwords: to do all, only to look, or not at all. */
#include <config.h>
#include "tests/e2e/clock.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/trial.h"
#include "tests/interop/window.h"

#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define FULL "sesame"
#define LOOKING "onlylook"

/* Passwords as vncpasswd(1) writes them: DES under a key that is the same everywhere. */
static const struct stored {
    const char *password;
    unsigned char bytes[8];
} stored[] = {
    {FULL, {0x0b, 0xa7, 0x55, 0xa9, 0x23, 0x04, 0xb7, 0x8a}},
    {LOOKING, {0xf1, 0x9a, 0x8c, 0x85, 0x41, 0x8d, 0xf9, 0xea}},
    {"mistaken", {0x44, 0x04, 0xa6, 0x62, 0xe8, 0xa1, 0xee, 0xc0}},
};

/* The path of a file for a viewer. */
static const char *store(struct trial *trial, const char *password)
{
    char *path = trial_path(trial, password);
    size_t i = 0;

    while (i < ARRAY_SIZE(stored) && strcmp(stored[i].password, password) != 0)
        i++;
    FILE *file = i < ARRAY_SIZE(stored) ? fopen(path, "wbe") : NULL;
    trial_check(trial, file && fwrite(stored[i].bytes, 1, 8, file) == 8, "cannot write %s",
                path);
    fclose(file);
    return path;
}

static struct room start(struct trial *trial)
{
    char *path = trial_path(trial, "passwords");

    trial_write_file(trial, path, FULL "\n" LOOKING "\n");
    return room_start_with(trial, ROOM_VGA, "display vbe; mode 640 480; scene still",
                           trial_text(trial, "password-file = \"%s\"", path), "vnc");
}

static void open_tigervnc(struct window *window, struct room *room, const char *password)
{
    const char *options[] = {"-SecurityTypes=VncAuth", "-PasswordFile",
                             store(room->trial, password), NULL};

    window_open(window, room, &viewer_tigervnc, options, SCREEN_ALL);
}

static void the_full_password_lets_type(struct trial *trial)
{
    struct room room = start(trial);
    struct window window;

    open_tigervnc(&window, &room, FULL);
    window_compare(&window, 1);
    window_enter(&window, 320, 240);
    screen_do(room.screen, "key", "--delay", "0", "x", NULL);
    keys_expect(room.guest, "+2d -2d");
}

/* Keys go by unheard, until another viewer may type. */
static void the_other_password_lets_look(struct trial *trial)
{
    struct room room = start(trial);
    struct window window, other;
    const char *options[] = {"-passwd", store(trial, FULL), NULL};

    open_tigervnc(&window, &room, LOOKING);
    window_compare(&window, 1);
    window_enter(&window, 320, 240);
    screen_do(room.screen, "key", "--delay", "0", "x", "y", NULL);
    /* The viewer still follows, so what it sent before has been read. */
    guest_say(room.guest, "noise 0 0 100 100 3");
    screen_park(room.screen);
    window_compare(&window, 1);
    window_open(&other, &room, &viewer_tightvnc, options, window_cell(3, 2, 2));
    /* It draws a pointer of its own into the picture, so that is not compared. */
    process_wait_log(other.process, "Authentication successful", PATIENCE_MS);
    other.picture = other.cell;
    window_enter(&other, 320, 240);
    screen_do(room.screen, "key", "--delay", "0", "z", NULL);
    keys_expect(room.guest, "+2c -2c");
}

static void a_wrong_password_is_refused(struct trial *trial)
{
    struct room room = start(trial);
    struct window window;

    open_tigervnc(&window, &room, "mistaken");
    process_wait(window.process, PATIENCE_MS);
    trial_check(trial, process_log_has(window.process, "Authentication failure"),
                "TigerVNC does not say why it ended");
}

static void vncsnapshot_takes_the_password(struct trial *trial)
{
    struct room room = start(trial);
    const char *address = trial_text(trial, "127.0.0.1::%d", room.port), *said;
    const char *good[] = {
        "vncsnapshot", "-passwd", store(trial, LOOKING), address, trial_path(trial, "good.jpg"),
        NULL};
    const char *bad[] = {"vncsnapshot",
                         "-passwd",
                         store(trial, "mistaken"),
                         address,
                         trial_path(trial, "bad.jpg"),
                         NULL};

    trial_check(trial, process_run(trial, "vncsnapshot", good, PATIENCE_MS, &said) == 0,
                "vncsnapshot: %s", said);
    trial_check(trial, process_run(trial, "vncsnapshot", bad, PATIENCE_MS, &said) != 0,
                "vncsnapshot got in: %s", said);
}

/* gvncviewer asks in a window of its own. */
static void gtk_vnc_is_told_the_password(struct trial *trial)
{
    struct room room = start(trial);
    struct window window;

    window_open(&window, &room, &viewer_gtkvnc, NULL, SCREEN_ALL);
    screen_focus(room.screen, screen_find(room.screen, "--name", "Authentication"));
    screen_do(room.screen, "key", "--delay", "0", "s", "e", "s", "a", "m", "e", "Return", NULL);
    window_compare(&window, 1);
}

static const struct trial_row rows[] = {
    {"the full password lets one type", the_full_password_lets_type, NULL, false},
    {"the other password lets one look", the_other_password_lets_look, NULL, false},
    {"a wrong password is refused", a_wrong_password_is_refused, NULL, false},
    {"vncsnapshot takes the password", vncsnapshot_takes_the_password, NULL, false},
    {"gtk-vnc is told the password", gtk_vnc_is_told_the_password, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "interop logins", rows, ARRAY_SIZE(rows));
}
