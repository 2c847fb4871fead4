/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real viewers at a gateway, a node that runs no machine itself: what they show and what is
 * typed and pointed at in them, while the machine moves from host to host, too.
 */
#include <config.h>
#include "tests/e2e/keys.h"
#include "tests/e2e/shape.h"
#include "tests/e2e/trial.h"
#include "tests/interop/gate.h"
#include "tests/interop/hands.h"

#include <signal.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define STILL "display vbe; mode 640 480; scene still"

/* ---- pictures, keys, pointers ---- */

/* Until those with windows have shown something of it; all are exact then. */
static void play(struct gate *gate, const char *scene)
{
    guest_say(gate->vm.here, "scene %s", scene);
    guest_say(gate->vm.here, "run 20");
    for (int who = ALICE; who <= BOB; who++)
        screen_wait_change(gate->people[who].seat.screen, gate->people[who].window.picture);
    guest_say(gate->vm.here, "stop");
    gate_compare(gate);
}

static void type_something(struct gate *gate, enum gate_person who)
{
    struct person *person = &gate->people[who];

    person_begin_typing(person, gate->vm.here);
    person_type(person, "h i");
    keys_expect(gate->vm.here, "+23 -23 +17 -17");
}

static void point_somewhere(struct gate *gate, enum gate_person who)
{
    struct person *person = &gate->people[who];

    person_point(person, 100, 50);
    hands_expect_pointer(gate->vm.here, 100, 50, 0, 0);
    person_click(person, 500, 300);
    hands_expect_click(gate->vm.here, 500, 300, 1);
    person_park(person);
}

static void people_look_type_and_point(struct trial *trial)
{
    static const char *const scenes[] = {"scroll", "window", "photo"};
    struct gate *gate = gate_open(trial, STILL, "sharing = free");

    gate_all_come(gate, gate->g);
    gate_compare(gate);
    for (size_t i = 0; i < ARRAY_SIZE(scenes); i++)
        play(gate, scenes[i]);
    for (int who = ALICE; who < GATE_PEOPLE; who++)
        type_something(gate, who);
    /* Viewers are told. Some send where the pointer is after keys that were pressed later. */
    guest_say(gate->vm.here, "pointer abs");
    for (int who = ALICE; who < GATE_PEOPLE; who++)
        point_somewhere(gate, who);
    gate_compare(gate);
}

/* ---- the window's size, and the machine's pointer ---- */

static const char *const virtio[] = {"virtio-vga,id=" ROOM_VIRTIO, NULL};

/* The X server draws the pointer that the program has made of the machine's. */
static void compare_pointer(struct window *window, const struct shape *shape)
{
    struct shot shot = room_stop(window->room);

    shape_draw(shot, shape, 200, 100);
    window_point(window, 200, 100);
    window_wait(window, shot);
    screen_park(window->room->screen);
    room_go_on(window->room);
}

static void a_window_resizes_the_machine(struct trial *trial)
{
    static const char *const options[] = {"-RemoteResize", "-DesktopSize=1024x768", "-NoJPEG",
                                          NULL};
    static const struct {
        int width_px, height_px;
    } sizes[] = {{900, 700}, {640, 480}};
    /* Translucent ones look too bright: the program takes them for not premultiplied. */
    static const struct shape *const opaque[] = {&shapes[SHAPE_BLOCK], &shapes[SHAPE_CROSS],
                                                 &shapes[SHAPE_BEAM]};
    const struct guest_options machine = {
        .name = "web1-a", .append = "display virtio; scene still", .device = virtio};
    struct gate *gate = gate_open_with(trial, &machine, "");
    struct room room = gate_room(gate, gate->g);
    struct window window;

    room.device = ROOM_VIRTIO;
    room.screen = screen_start(trial);
    host_enter(gate->g);
    window_open(&window, &room, &viewer_tigervnc, options, SCREEN_ALL);
    host_leave(gate->g);
    room_expect_size(&room, 1024, 768);
    window_compare(&window, 1);
    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        window_resize(&window, sizes[i].width_px, sizes[i].height_px);
        room_expect_size(&room, sizes[i].width_px, sizes[i].height_px);
        window_compare(&window, 1);
    }
    for (size_t i = 0; i < ARRAY_SIZE(opaque); i++) {
        guest_say(room.guest, "cursor %s 0 0", opaque[i]->name);
        compare_pointer(&window, opaque[i]);
    }
}

/* ---- moving ---- */

/* gvncviewer scales a new size into its old window, so that is made to fit. */
static void change_size(struct gate *gate, int width_px, int height_px, int menu_px)
{
    guest_say(gate->vm.here, "mode %d %d", width_px, height_px);
    window_resize(&gate->people[BOB].window, width_px, height_px + menu_px);
    gate_compare(gate);
}

/* A key is down from before until after. */
static void move_while_alice_types(struct gate *gate, bool postcopy)
{
    struct person *alice = &gate->people[ALICE];

    guest_say(gate->vm.here, "run 30");
    person_press(alice, "s", true);
    keys_expect(gate->vm.here, "+1f");
    gate_move(gate, postcopy);
    person_press(alice, "s", false);
    keys_expect(gate->vm.here, "-1f");
    person_type(alice, "h i");
    keys_expect(gate->vm.here, "+23 -23 +17 -17");
    guest_say(gate->vm.here, "stop");
    gate_compare(gate);
}

static void people_stay_when_the_machine_moves(struct trial *trial)
{
    static const struct {
        int width_px, height_px;
    } sizes[] = {{1280, 1024}, {400, 300}, {1400, 1000}};
    struct gate *gate = gate_open(trial, STILL, "");
    unsigned rounds = trial_is_long() ? 12 : ARRAY_SIZE(sizes);

    gate_all_come(gate, gate->g);
    gate_compare(gate);
    int menu_px = gate->people[BOB].window.picture.y_px;
    person_begin_typing(&gate->people[ALICE], gate->vm.here);
    guest_say(gate->vm.here, "scene window");
    for (unsigned round = 0; round < rounds; round++) {
        move_while_alice_types(gate, round % 2);
        change_size(gate, sizes[round % ARRAY_SIZE(sizes)].width_px,
                    sizes[round % ARRAY_SIZE(sizes)].height_px, menu_px);
    }
    guest_say(gate->vm.here, "display text");
    guest_say(gate->vm.here, "text 3 7 The quick brown fox");
    window_resize(&gate->people[BOB].window, 720, 400 + menu_px);
    gate_compare(gate);
    gate_wait_driver(gate, ALICE);
    hosts_expect_no_new_logins(gate->hosts);
}

/* ---- handing over ---- */

/* gvncviewer takes inexact pixels; of TigerVNC the test asks for exact ones. */
static const struct menu_facts bob_may_ask = {
    .bits = MENU_MAY_ASK | MENU_INEXACT, .machine = "web1", .driver = "alice"};
static const struct menu_facts alice_may_ask = {
    .bits = MENU_MAY_ASK, .machine = "web1", .driver = "bob"};
#define IS_ASKED (MENU_DRIVES | MENU_ASKED | MENU_TYPES | MENU_SWITCHES)
static const struct menu_facts alice_is_asked = {
    .bits = IS_ASKED, .machine = "web1", .driver = "alice", .asker = "bob"};
static const struct menu_facts bob_is_asked = {
    .bits = IS_ASKED | MENU_INEXACT, .machine = "web1", .driver = "bob", .asker = "alice"};

/* By the menu, which both must be shown. */
static void hand_over(struct gate *gate, enum gate_person from, const struct menu_facts *asked,
                      enum gate_person to, const struct menu_facts *may_ask)
{
    struct person *giver = &gate->people[from], *taker = &gate->people[to];

    person_type(taker, "x"); /* unheard, or it would be seen among the keys below */
    person_type(taker, "Control_L Control_L Control_L");
    person_show_menu(taker, may_ask);
    person_type(taker, "1");
    gate_wait_place(gate, to, 1);
    person_type(giver, "Control_L Control_L Control_L");
    keys_expect(gate->vm.here, PERSON_THREE_TAPS);
    person_show_menu(giver, asked);
    person_type(giver, "1");
    gate_wait_driver(gate, to);
    person_type(giver, "x");
    person_type(taker, "h i");
    keys_expect(gate->vm.here, "+23 -23 +17 -17");
}

/* Who opens the menu is the only one to see it. */
static void compare_with_menu(struct gate *gate, enum gate_person who,
                              const struct menu_facts *facts)
{
    person_type(&gate->people[who], "Control_L Control_L Control_L");
    gate_compare_with_menu(gate, who, facts);
    screen_do(gate->people[who].seat.screen, "key", "Escape", NULL);
}

static void control_goes_from_node_to_node(struct trial *trial)
{
    struct gate *gate = gate_open(trial, STILL, "sharing = single hot-key-time = 1h ask = 1h");
    struct person *bob = &gate->people[BOB];

    gate_come(gate, ALICE, gate->g);
    gate_come(gate, BOB, gate->a);
    gate_compare(gate);
    person_begin_typing(bob, gate->vm.here);
    gate_wait_driver(gate, BOB);
    person_choose(bob, "1"); /* release control */
    keys_expect(gate->vm.here, PERSON_THREE_TAPS);
    gate_wait_driver(gate, NOBODY);
    person_begin_typing(&gate->people[ALICE], gate->vm.here);
    gate_wait_driver(gate, ALICE);
    compare_with_menu(gate, BOB, &bob_may_ask);
    hand_over(gate, ALICE, &alice_is_asked, BOB, &bob_may_ask);
    gate_move(gate, false); /* now neither is where the machine is */
    hand_over(gate, BOB, &bob_is_asked, ALICE, &alice_may_ask);
}

/* ---- coming back ---- */

static const char *make_ticket(struct host *host, const char *user)
{
    json_t *wish =
        json_pack("{s:s, s:s, s:s}", "machine", "web1", "user", user, "role", "drive");

    return json_string_value(
        json_object_get(daemon_ask(host->daemon, "POST", "/v1/tickets", wish), "ticket"));
}

static void must_be_same(struct gate *gate, enum gate_person who, json_int_t session)
{
    json_int_t is = gate_session(gate, who);

    trial_check(gate->trial, is == session, "%s has session %d, not %d", gate->people[who].user,
                (int)is, (int)session);
}

/* Who drives is killed and goes elsewhere; then the gateway dies under who waits for it. */
static void people_come_back_elsewhere(struct trial *trial)
{
    struct gate *gate = gate_open(trial, STILL, "sharing = single hot-key-time = 1h ask = 1h");
    struct person *alice = &gate->people[ALICE], *carol = &gate->people[CAROL];

    gate_come(gate, ALICE, gate->g);
    gate_compare(gate);
    person_begin_typing(alice, gate->vm.here);
    gate_wait_driver(gate, ALICE);
    json_int_t first = gate_session(gate, ALICE);
    gate_leave(gate, ALICE);
    gate_come(gate, ALICE, gate->a);
    gate_compare(gate);
    must_be_same(gate, ALICE, first);
    gate_wait_driver(gate, ALICE);
    person_begin_typing(alice, gate->vm.here);

    carol->user = "whoever"; /* the ticket says who it is */
    carol->password = make_ticket(gate->b, "carol");
    gate_come(gate, CAROL, gate->g);
    gate_compare(gate);
    person_choose(carol, "1"); /* ask for control */
    gate_wait_place(gate, CAROL, 1);
    json_int_t second = gate_session(gate, CAROL);
    host_kill(gate->g);
    gate_leave(gate, CAROL);
    gate_come(gate, CAROL, gate->b);
    must_be_same(gate, CAROL, second);
    gate_wait_place(gate, CAROL, 1);
    person_choose(alice, "1"); /* give control */
    keys_expect(gate->vm.here, PERSON_THREE_TAPS);
    gate_wait_driver(gate, CAROL);
    person_type(carol, "h i");
    keys_expect(gate->vm.here, "+23 -23 +17 -17");
    gate_compare(gate);
}

static const struct trial_row rows[] = {
    {"people at a gateway look, type and point", people_look_type_and_point, NULL, false},
    {"a window at a gateway resizes the machine", a_window_resizes_the_machine, NULL, false},
    {"people at a gateway stay when the machine moves", people_stay_when_the_machine_moves,
     NULL, false},
    {"control goes by menu from node to node", control_goes_from_node_to_node, NULL, false},
    {"people come back at another node", people_come_back_elsewhere, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "interop gateway", rows, ARRAY_SIZE(rows));
}
