/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/interop/window.h"
#include "tests/e2e/clock.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORDS_MOST 24

/* ---- opening and closing ---- */

static size_t add_words(const char **argv, size_t n, const char *const *words)
{
    for (; words && *words && n < WORDS_MOST - 4; words++)
        argv[n++] = *words;
    return n;
}

static void make_folder(struct trial *trial, const char *path)
{
    trial_check(trial, mkdir(path, 0700) == 0, "cannot make %s: %s", path, strerror(errno));
}

/* One for each window. KRDC writes elsewhere if it finds no folder for its data. */
static const char *make_home(struct trial *trial)
{
    const char *home;
    int number = 0;

    do {
        home = trial_text(trial, "%s/home%d", trial->folder, number++);
    } while (access(home, F_OK) == 0);
    make_folder(trial, home);
    make_folder(trial, trial_text(trial, "%s/.config", home));
    make_folder(trial, trial_text(trial, "%s/.data", home));
    return home;
}

static void start_at(struct window *window, const char *home, const char *const *argv)
{
    struct trial *trial = window->room->trial;
    const char *more[] = {
        trial_text(trial, "HOME=%s", home),
        trial_text(trial, "XDG_CONFIG_HOME=%s/.config", home),
        trial_text(trial, "XDG_DATA_HOME=%s/.data", home),
        trial_text(trial, "XDG_CACHE_HOME=%s/.cache", home),
        trial_text(trial, "XDG_RUNTIME_DIR=%s", home),
        trial_text(trial, "DBUS_SESSION_BUS_ADDRESS=unix:path=%s/no-bus", home),
        "NO_AT_BRIDGE=1",
        NULL,
    };

    window->process = screen_run(window->room->screen, window->program->name, argv, more);
}

void window_open(struct window *window, struct room *room, const struct viewer_program *program,
                 const char *const *options, struct area cell)
{
    const char *argv[WORDS_MOST] = {NULL}, *home = make_home(room->trial);
    size_t n = 0;

    if (program->in_trixie)
        argv[n++] = trial_source(room->trial, "tests/interop/in-trixie.sh");
    n = add_words(argv, add_words(argv, n, program->words), options);
    if (program->takes_place) {
        argv[n++] = "-geometry";
        argv[n++] = trial_text(room->trial, "+%d+%d", cell.x_px, cell.y_px);
    }
    argv[n] = program->target(room, home);
    *window = (struct window){.room = room, .program = program, .cell = cell};
    start_at(window, home, argv);
}

void window_close(struct window *window)
{
    /* Upon SIGTERM TigerVNC calls exit() in the signal handler, and may wait for ever. */
    process_stop(window->process, SIGKILL);
}

struct area window_cell(int index, int columns, int rows)
{
    int width_px = SCREEN_WIDTH_PX / columns, height_px = SCREEN_HEIGHT_PX / rows;

    return (struct area){index % columns * width_px, index / columns * height_px, width_px,
                         height_px};
}

/* ---- looking ---- */

static void must_run(struct window *window)
{
    trial_check(window->room->trial, process_runs(window->process), "%s has ended",
                window->process->name);
}

void window_wait(struct window *window, struct shot shot)
{
    must_run(window);
    window->picture = screen_wait(window->room->screen, window->cell, shot);
    must_run(window);
}

void window_wait_close(struct window *window, struct shot shot, struct error most)
{
    must_run(window);
    screen_wait_close(window->room->screen, window->picture, shot, most);
}

void window_compare(struct window *windows, size_t count)
{
    struct shot shot = room_stop(windows->room);

    for (size_t i = 0; i < count; i++)
        window_wait(&windows[i], shot);
    room_go_on(windows->room);
}

/* ---- keyboard and mouse ---- */

void window_resize(struct window *window, int width_px, int height_px)
{
    struct trial *trial = window->room->trial;

    screen_do(window->room->screen, "windowsize",
              screen_find(window->room->screen, "--class", window->program->class),
              trial_text(trial, "%d", width_px), trial_text(trial, "%d", height_px), NULL);
}

void window_point(struct window *window, int x_px, int y_px)
{
    screen_point(window->room->screen, window->picture.x_px + x_px,
                 window->picture.y_px + y_px);
}

void window_enter(struct window *window, int x_px, int y_px)
{
    struct screen *screen = window->room->screen;

    window_point(window, x_px, y_px);
    screen_focus(screen, screen_find(screen, "--class", window->program->class));
    screen_do(screen, "click", "1", NULL);
}
