/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Real viewers of every kind at one machine at once, and machines that change under them. */
#include <config.h>
#include "tests/e2e/clock.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/trial.h"
#include "tests/interop/window.h"

#include <signal.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

enum { GTKVNC, TIGERVNC, TIGERVNC_UNIX, TIGHTVNC, KINDS };

static const struct {
    const struct viewer_program *program;
    const char *options[WINDOW_OPTIONS_MOST];
} kinds[KINDS] = {
    [GTKVNC] = {&viewer_gtkvnc, {NULL}}, /* takes no place, and stands in the first */
    [TIGERVNC] = {&viewer_tigervnc, {"-AutoSelect=0", "-FullColor", "-PreferredEncoding=ZRLE"}},
    [TIGERVNC_UNIX] = {&viewer_tigervnc_unix, {NULL}},
    [TIGHTVNC] = {&viewer_tightvnc, {"-encodings", "copyrect tight hextile"}},
};

static struct room start(struct trial *trial)
{
    struct room room = room_start(trial, ROOM_VIRTIO, "follow off; display virtio", NULL);

    room_hide_pointer(&room);
    guest_say(room.guest, "mode 640 480");
    guest_say(room.guest, "scene still");
    return room;
}

static void open_all(struct room *room, struct window *windows)
{
    for (int i = 0; i < KINDS; i++)
        window_open(&windows[i], room, kinds[i].program, kinds[i].options,
                    window_cell(i, 2, 2));
    window_compare(windows, KINDS);
}

static void every_kind_looks_at_once(struct trial *trial)
{
    static const char *const scenes[] = {"scroll", "window", "photo"};
    struct room room = start(trial);
    struct window windows[KINDS];

    open_all(&room, windows);
    for (size_t i = 0; i < ARRAY_SIZE(scenes); i++) {
        guest_say(room.guest, "scene %s", scenes[i]);
        guest_say(room.guest, "run 20");
        for (int w = 0; w < KINDS; w++)
            screen_wait_change(room.screen, windows[w].picture);
        guest_say(room.guest, "stop");
        window_compare(windows, KINDS);
    }
}

static void each_types_in_turn(struct trial *trial)
{
    static const int typists[] = {GTKVNC, TIGHTVNC, GTKVNC};
    struct room room = start(trial);
    struct window windows[KINDS];

    open_all(&room, windows);
    for (size_t i = 0; i < ARRAY_SIZE(typists); i++) {
        window_enter(&windows[typists[i]], 320, 240);
        screen_do(room.screen, "key", "--delay", "0", "h", "i", NULL);
        keys_expect(room.guest, "+23 -23 +17 -17");
    }
}

static void a_killed_viewer_lets_go(struct trial *trial)
{
    struct room room = start(trial);
    struct window windows[KINDS];

    open_all(&room, windows);
    window_enter(&windows[TIGHTVNC], 320, 240);
    screen_do(room.screen, "keydown", "a", NULL);
    keys_expect(room.guest, "+1e");
    process_stop(windows[TIGHTVNC].process, SIGKILL);
    keys_expect(room.guest, "-1e");
    guest_say(room.guest, "noise 100 100 200 200 7");
    window_compare(windows, TIGHTVNC);
}

/* The windows stay, and show what is there when the machine is back. */
static void the_machine_dies_under_them(struct trial *trial)
{
    struct room room = start(trial);
    struct window windows[KINDS];

    open_all(&room, windows);
    guest_kill(room.guest);
    daemon_wait_machine(room.daemon, "web1", "waiting");
    guest_restart(room.guest);
    daemon_wait_machine(room.daemon, "web1", "running");
    guest_say(room.guest, "mode 640 480");
    guest_say(room.guest, "scene still");
    guest_say(room.guest, "fill 30 40 50 60 ff8800");
    /* The pointer that TightVNC draws was hidden in the machine that is gone. */
    guest_say(room.guest, "cursor empty 0 0");
    window_compare(windows, KINDS);
}

/* ---- the machine's size follows the window ---- */

static void a_window_resizes_the_machine(struct trial *trial)
{
    static const char *const options[] = {"-RemoteResize", "-DesktopSize=1024x768",
                                          "-AutoSelect=0", "-FullColor",
                                          "-NoJPEG",       NULL};
    static const struct {
        int width_px, height_px;
    } sizes[] = {{900, 700}, {640, 480}, {1200, 1000}};
    struct room room =
        room_start(trial, ROOM_VIRTIO, "display virtio; mode 640 480; scene still", NULL);
    struct window window;

    window_open(&window, &room, &viewer_tigervnc, options, SCREEN_ALL);
    room_expect_size(&room, 1024, 768);
    window_compare(&window, 1);
    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        window_resize(&window, sizes[i].width_px, sizes[i].height_px);
        room_expect_size(&room, sizes[i].width_px, sizes[i].height_px);
        window_compare(&window, 1);
    }
}

static const struct trial_row rows[] = {
    {"every kind of viewer looks at one machine", every_kind_looks_at_once, NULL, false},
    {"each types in turn", each_types_in_turn, NULL, false},
    {"a killed viewer lets go of its key", a_killed_viewer_lets_go, NULL, false},
    {"the machine dies under them and comes back", the_machine_dies_under_them, NULL, false},
    {"TigerVNC's window resizes the machine", a_window_resizes_the_machine, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "interop together", rows, ARRAY_SIZE(rows));
}
