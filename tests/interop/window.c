/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/interop/window.h"
#include "tests/e2e/clock.h"
#include "tests/e2e/trial.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define WORDS_MOST 24

static const char *tcp_port(const struct room *room)
{
    return trial_text(room->trial, "127.0.0.1::%d", room->port);
}

static const char *display_number(const struct room *room)
{
    return trial_text(room->trial, "127.0.0.1:%d", room->port - 5900);
}

static const char *unix_path(const struct room *room)
{
    return trial_path(room->trial, "any");
}

/*
 * Without the alerts, a viewer whose connection ends does so too, and its log says why. A
 * viewer that may change the size of the machine's screen would do so whenever its window has
 * another.
 */
#define TIGERVNC                                                                               \
    "xtigervncviewer", "-Log=*:stderr:30", "-Shared", "-AlertOnFatalError=0",                  \
        "-ReconnectOnError=0", "-RemoteResize=0", "-SecurityTypes=None"

const struct viewer_program viewer_tigervnc = {
    "tigervnc", "TigerVNC", {TIGERVNC}, true, tcp_port};
const struct viewer_program viewer_tigervnc_unix = {
    "tigervnc", "TigerVNC", {TIGERVNC}, true, unix_path};
const struct viewer_program viewer_tightvnc = {
    "tightvnc", "TightVNC", {"xtightvncviewer", "-shared"}, true, tcp_port};
const struct viewer_program viewer_gtkvnc = {
    "gtkvnc", "GVncViewer", {"gvncviewer"}, false, display_number};

/* ---- opening and closing ---- */

static size_t add_words(const char **argv, size_t n, const char *const *words)
{
    for (; words && *words && n < WORDS_MOST - 4; words++)
        argv[n++] = *words;
    return n;
}

void window_open(struct window *window, struct room *room, const struct viewer_program *program,
                 const char *const *options, struct area cell)
{
    const char *argv[WORDS_MOST] = {NULL};
    size_t n = add_words(argv, add_words(argv, 0, program->words), options);

    if (program->takes_place) {
        argv[n++] = "-geometry";
        argv[n++] = trial_text(room->trial, "+%d+%d", cell.x_px, cell.y_px);
    }
    argv[n] = program->address(room);
    *window = (struct window){.room = room, .program = program, .cell = cell};
    window->process = screen_run(room->screen, program->name, argv, NULL);
}

void window_close(struct window *window)
{
    process_stop(window->process, SIGTERM);
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

    screen_do(window->room->screen, "search", "--onlyvisible", "--name", window->program->title,
              "windowsize", trial_text(trial, "%d", width_px),
              trial_text(trial, "%d", height_px), NULL);
}

void window_focus(struct window *window)
{
    screen_do(window->room->screen, "search", "--onlyvisible", "--name", window->program->title,
              "windowfocus", "--sync", NULL);
}

void window_point(struct window *window, int x_px, int y_px)
{
    screen_point(window->room->screen, window->picture.x_px + x_px,
                 window->picture.y_px + y_px);
}
