/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The menu: opened by three taps, seen by one viewer, and nothing of it reaches the guest. */
#include <config.h>
#include "server/overlay/menu.h"
#include "server/overlay/menu_shape.h"
#include "tests/e2e/dice.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/scribble.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define PLAIN ",cursor,desktopsize"

enum { CONTROL_L = 0xffe3, ESCAPE = 0xff1b, ENTER = 0xff0d, DOWN = 0xff54, END = 0xff57 };

#define DRIVER_BITS (MENU_DRIVES | MENU_TYPES | MENU_SWITCHES)

/* The picture with the menu over it, as a viewer for whom this is so must see it. */
static struct shot with_menu(struct trial *trial, struct shot under, const struct menu *menu,
                             unsigned bits)
{
    const struct menu_facts facts = {
        .bits = bits, .machine = "web1", .driver = bits & MENU_DRIVES ? NULL : "anonymous"};
    size_t size = (size_t)under.width_px * (size_t)under.height_px * 3;
    struct shot shot = {trial_room(trial, size), under.width_px, under.height_px};
    struct layer layer;
    layer_init(&layer);
    menu_draw(menu, &facts, under.width_px, under.height_px, &layer);
    memcpy(shot.rgb, under.rgb, size);
    for (int y = 0; y < layer.picture.h; y++) {
        uint8_t *to =
            shot.rgb + 3 * ((size_t)(layer.y + y) * (size_t)shot.width_px + (size_t)layer.x);
        for (int x = 0; x < layer.picture.w; x++) {
            uint32_t px = *surface_at(&layer.picture, x, y);
            *to++ = (uint8_t)(px >> 16);
            *to++ = (uint8_t)(px >> 8);
            *to++ = (uint8_t)px;
        }
    }
    layer_fini(&layer);
    return shot;
}

static void open_menu(struct trial *trial, struct client *client)
{
    for (int i = 0; i < 3; i++)
        keys_tap(trial, client, CONTROL_L);
}

static struct shot stop_and_look(struct stand *stand)
{
    qmp_run(stand->guest->qmp, "stop", NULL);
    return guest_screendump(stand->guest, stand->device, 0);
}

static void go_on(struct stand *stand)
{
    qmp_run(stand->guest->qmp, "cont", NULL);
}

/* On TCP nobody has a name, so that each is somebody else. */
static struct client *look(struct stand *stand, const char *encodings)
{
    struct client *client =
        look_open(stand->trial, daemon_tcp(stand->daemon, "web1"), encodings, NULL);
    look_whole(stand->trial, client);
    return client;
}

/* ---- keys and mouse ---- */

/* A client that is asked again does not press quickly enough only if the host is very busy. */
#define SLOWLY "hot-key-time = 20s"

static struct stand start(struct trial *trial)
{
    return stand_start(trial, STAND_VGA, "display vbe; scene still", SLOWLY);
}

static void keys_stay_in_the_menu(struct trial *trial)
{
    struct stand stand = start(trial);
    struct client *one = look(&stand, "tight" PLAIN);
    struct client *other = look(&stand, "zrle" PLAIN);
    struct menu menu = {0};

    open_menu(trial, one);
    keys_expect(stand.guest, "+1d -1d +1d -1d +1d -1d");
    struct shot plain = stop_and_look(&stand);
    look_until(trial, one, with_menu(trial, plain, &menu, DRIVER_BITS), 0);
    look_until(trial, other, plain, 0);
    go_on(&stand);

    keys_tap(trial, one, 'x');
    keys_tap(trial, one, DOWN);
    keys_press(trial, one, 'y'); /* released after the menu is gone */
    menu.chosen = 1;
    plain = stop_and_look(&stand);
    look_until(trial, one, with_menu(trial, plain, &menu, DRIVER_BITS), 0);
    go_on(&stand);
    keys_press(trial, one, ESCAPE);
    keys_press(trial, one, ESCAPE); /* auto-repeat */
    keys_release(trial, one, ESCAPE);
    keys_release(trial, one, 'y');
    stand_compare(&stand, one, 0);
    keys_expect_no_more(stand.guest, one);
    keys_tap(trial, one, 'a');
    keys_expect(stand.guest, "+1e -1e");
}

static void a_row_is_chosen_by_mouse(struct trial *trial)
{
    struct stand stand = start(trial);
    struct client *client = look(&stand, "raw" PLAIN);
    struct menu menu = {0};
    struct menu_facts facts = {.bits = DRIVER_BITS, .machine = "web1"};
    struct menu_row rows[MENU_ROWS_MOST];
    struct menu_shape shape;
    unsigned n = menu_rows(&menu, &facts, rows), i = 0;

    open_menu(trial, client);
    keys_expect(stand.guest, "+1d -1d +1d -1d +1d -1d");
    while (i < n && rows[i].action != MENU_CTRL_ALT_DELETE)
        i++;
    menu_shape_find(&shape, client->picture.width_px, client->picture.height_px, n, 0);
    struct rect r = menu_shape_row(&shape, i);
    int x = shape.all.x + r.x + 5, y = shape.all.y + r.y + r.h / 2;
    client_send_pointer(client, 0, x, y);
    client_send_pointer(client, 1, x, y);
    client_send_pointer(client, 0, x, y);
    keys_expect(stand.guest, "+1d +38 +e053 -e053 -38 -1d");
    keys_expect_no_more(stand.guest, client);
    stand_compare(&stand, client, 0);
}

static void control_is_asked_for_given_and_released(struct trial *trial)
{
    struct stand stand = start(trial);
    struct client *one = look(&stand, "tight" PLAIN);
    struct client *other = look(&stand, "zrle" PLAIN);

    keys_tap(trial, one, 'a'); /* takes the wheel that nobody holds */
    keys_expect(stand.guest, "+1e -1e");
    keys_tap(trial, other, 'b'); /* is told how to ask */
    open_menu(trial, other);
    keys_tap(trial, other, ENTER); /* ask for control */
    look_must(trial, other, client_wait_update(other, PATIENCE_MS), "an update");
    /* What one viewer says and what the other one does may come in any order: the other says
     * yes until it need not any more. */
    open_menu(trial, one);
    keys_expect(stand.guest, "+1d -1d +1d -1d +1d -1d");
    keys_tap(trial, one, '1'); /* give control, or release it */
    for (int i = 0; i < 600; i++) {
        keys_tap(trial, other, 'c');
        const char *event = guest_event_within(stand.guest, 100);
        if (event) {
            trial_check(trial, strcmp(keys_short(trial, event), "+2e") == 0, "the guest saw %s",
                        event);
            return;
        }
    }
    trial_fail(trial, "the other viewer never got control");
}

/* ---- pixels ---- */

static void pixels_stay_exact(struct trial *trial)
{
    static const char *const lists[] = {"copyrect,tight" PLAIN, "copyrect,tight" PLAIN,
                                        "copyrect,zrle" PLAIN, "copyrect,raw" PLAIN,
                                        "copyrect,tight,quality=6" PLAIN};
    static const unsigned bits[] = {DRIVER_BITS, MENU_MAY_ASK, MENU_MAY_ASK, MENU_MAY_ASK,
                                    MENU_MAY_ASK | MENU_INEXACT};
    struct stand stand = start(trial);
    struct dice dice = dice_take();
    struct client *client[ARRAY_SIZE(lists)];
    bool open[ARRAY_SIZE(lists)] = {false};
    struct menu menu = {0};
    int rounds = trial_is_long() ? 60 : 8;

    for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
        client[i] = look(&stand, lists[i]);
    keys_tap(trial, client[0], 'a');
    keys_expect(stand.guest, "+1e -1e");
    const struct scribble scribble = {stand.guest, &dice, client[0]->picture.width_px,
                                      client[0]->picture.height_px};
    for (int round = 0; round < rounds; round++) {
        size_t i = dice_throw(&dice, ARRAY_SIZE(lists));
        if (open[i])
            keys_tap(trial, client[i], ESCAPE);
        else
            open_menu(trial, client[i]);
        open[i] = !open[i];
        for (int k = 0; k < 6; k++) {
            if (dice_once_in(&dice, 2))
                scribble_scroll(&scribble);
            else
                scribble_something(&scribble);
        }
        struct shot plain = stop_and_look(&stand);
        for (size_t k = 0; k < ARRAY_SIZE(lists); k++)
            look_until(trial, client[k],
                       open[k] ? with_menu(trial, plain, &menu, bits[k]) : plain, 0);
        go_on(&stand);
    }
}

int main(int argc, char **argv)
{
    const struct trial_row rows[] = {
        {.name = "keys stay in the menu, taps of the hot key pass",
         .run = keys_stay_in_the_menu},
        {.name = "a row is chosen by mouse", .run = a_row_is_chosen_by_mouse},
        {.name = "control is asked for, given and released",
         .run = control_is_asked_for_given_and_released},
        {.name = "pixels stay exact under open menus", .run = pixels_stay_exact},
    };
    return trial_main(argc, argv, "menu", rows, ARRAY_SIZE(rows));
}
