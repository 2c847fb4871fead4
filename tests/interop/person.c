/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/interop/person.h"
#include "tests/e2e/clock.h"
#include "tests/e2e/trial.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define WORDS_MOST 16
#define KEY_MS 300 /* until a key is tried again */
#define LEFT_CONTROL 0xffe3

/* ---- coming and going ---- */

static const char *tcp_port(const struct room *room, const char *home)
{
    (void)home;
    return trial_text(room->trial, "127.0.0.1::%d", room->port);
}

static const struct viewer_program tigervnc = {
    "tigervnc",
    "tigervnc",
    {"xtigervncviewer", "-Log=*:stderr:30", "-Shared", "-AlertOnFatalError=0",
     "-ReconnectOnError=0", "-RemoteResize=0", "-NoJPEG", "-SecurityTypes=TLSPlain"},
    false,
    true,
    tcp_port};

/* It takes name and password from its environment. */
static void open_tigervnc(struct person *person)
{
    setenv("VNC_USERNAME", person->user, 1);
    setenv("VNC_PASSWORD", person->password, 1);
    window_open(&person->window, &person->seat, &tigervnc, NULL, SCREEN_ALL);
    unsetenv("VNC_USERNAME");
    unsetenv("VNC_PASSWORD");
}

/* It asks in a window of its own. */
static void open_gtkvnc(struct person *person)
{
    struct screen *screen = person->seat.screen;

    window_open(&person->window, &person->seat, &viewer_gtkvnc, NULL, SCREEN_ALL);
    screen_focus(screen, screen_find(screen, "--name", "Authentication"));
    screen_do(screen, "type", "--delay", "0", trial_text(screen->trial, "%s\t", person->user),
              NULL);
    screen_do(screen, "type", "--delay", "0", person->password, NULL);
    screen_do(screen, "key", "--delay", "0", "Return", NULL);
}

void person_come(struct person *person, const struct room *seat)
{
    person->seat = *seat;
    if (person->viewer == PERSON_LIBVNC) {
        person->caller = caller_come(seat->trial, seat->port, person->user, person->password);
        return;
    }
    if (!seat->screen)
        person->seat.screen = screen_start(seat->trial);
    if (person->viewer == PERSON_TIGERVNC)
        open_tigervnc(person);
    else
        open_gtkvnc(person);
}

void person_leave(struct person *person)
{
    if (person->caller)
        caller_leave(person->caller);
    else
        process_stop(person->window.process, SIGKILL);
}

/* ---- what is seen ---- */

void person_show(struct person *person, struct shot shot)
{
    if (person->caller)
        caller_wait(person->caller, shot);
    else
        window_wait(&person->window, shot);
}

/* A picture of its own for the menu over one of this size: at *x_px_r, *y_px_r. */
static struct shot menu_over(struct trial *trial, struct shot under,
                             const struct menu_facts *facts, int *x_px_r, int *y_px_r)
{
    const struct menu menu = {0};
    struct layer layer;

    layer_init(&layer);
    menu_draw(&menu, facts, under.width_px, under.height_px, &layer);
    const struct surface *s = &layer.picture;
    struct shot shot = {trial_room(trial, 3 * (size_t)s->w * (size_t)s->h), s->w, s->h};
    for (int i = 0; i < s->w * s->h; i++) {
        uint32_t px = *surface_at(s, i % s->w, i / s->w);
        for (int c = 0; c < 3; c++)
            shot.rgb[3 * i + c] = (uint8_t)(px >> (16 - 8 * c));
    }
    *x_px_r = layer.x;
    *y_px_r = layer.y;
    layer_fini(&layer);
    return shot;
}

struct shot person_with_menu(struct trial *trial, struct shot under,
                             const struct menu_facts *facts)
{
    size_t width = (size_t)under.width_px, size = width * (size_t)under.height_px * 3;
    struct shot shot = {trial_room(trial, size), under.width_px, under.height_px};
    int x_px, y_px;
    struct shot menu = menu_over(trial, under, facts, &x_px, &y_px);

    memcpy(shot.rgb, under.rgb, size);
    for (int y = 0; y < menu.height_px; y++)
        memcpy(shot.rgb + 3 * ((size_t)(y_px + y) * width + (size_t)x_px),
               menu.rgb + 3 * (size_t)y * (size_t)menu.width_px, 3 * (size_t)menu.width_px);
    return shot;
}

void person_show_menu(struct person *person, const struct menu_facts *facts)
{
    struct area picture = person->window.picture;
    const struct shot under = {NULL, picture.width_px, picture.height_px};
    int x_px, y_px;
    struct shot menu = menu_over(person->seat.trial, under, facts, &x_px, &y_px);

    screen_wait(
        person->seat.screen,
        (struct area){picture.x_px + x_px, picture.y_px + y_px, menu.width_px, menu.height_px},
        menu);
}

/* ---- keyboard and mouse ---- */

static uint32_t keysym_of(const char *key)
{
    return strcmp(key, "Control_L") == 0 ? LEFT_CONTROL : (unsigned char)key[0];
}

void person_press(struct person *person, const char *key, bool down)
{
    if (person->caller)
        caller_press(person->caller, keysym_of(key), down);
    else
        screen_do(person->seat.screen, down ? "keydown" : "keyup", key, NULL);
}

void person_type(struct person *person, const char *keys)
{
    char *copy = trial_text(person->seat.trial, "%s", keys), *save = NULL;
    const char *words[WORDS_MOST] = {"key", "--delay", "0"};
    size_t n = 3;

    for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
        trial_check(person->seat.trial, n < ARRAY_SIZE(words) - 1, "too many keys: %s", keys);
        if (person->caller) {
            person_press(person, w, true);
            person_press(person, w, false);
        } else {
            words[n++] = w;
        }
    }
    if (!person->caller)
        screen_do_words(person->seat.screen, words);
}

void person_choose(struct person *person, const char *digit)
{
    person_type(person,
                trial_text(person->seat.trial, "Control_L Control_L Control_L %s", digit));
}

void person_point(struct person *person, int x_px, int y_px)
{
    if (person->caller)
        caller_point(person->caller, x_px, y_px, 0);
    else
        window_point(&person->window, x_px, y_px);
}

void person_park(struct person *person)
{
    if (!person->caller)
        screen_park(person->seat.screen);
}

void person_click(struct person *person, int x_px, int y_px)
{
    person_point(person, x_px, y_px);
    if (person->caller) {
        caller_point(person->caller, x_px, y_px, 1);
        caller_point(person->caller, x_px, y_px, 0);
    } else {
        screen_do(person->seat.screen, "click", "1", NULL);
    }
}

static bool key_comes(struct guest *guest)
{
    const char *event;

    do {
        event = guest_event_within(guest, KEY_MS);
    } while (event && strncmp(event, "key ", 4) != 0); /* of the pointer */
    return event;
}

/* Some programs give the keyboard to the picture only a while after the click. */
void person_begin_typing(struct person *person, struct guest *guest)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    if (!person->caller) {
        window_enter(&person->window, person->window.picture.width_px / 2,
                     person->window.picture.height_px / 2);
        person_park(person); /* its pointer would be seen */
    }
    do {
        trial_check(guest->trial, clock_now_ms() < deadline_ms, "no key of %s arrives",
                    person->user);
        person_type(person, "a");
    } while (!key_comes(guest));
    /* The first of these may have been late only. */
    person_type(person, "b");
    while (strcmp(guest_event(guest), "key 30 up") != 0)
        ;
}
