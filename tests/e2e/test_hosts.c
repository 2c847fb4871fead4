/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several hosts: machines are served at every node, wherever they run and go. */
#include <config.h>
#include "server/overlay/lobby.h"
#include "tests/e2e/hosts_party.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/lobby_look.h"
#include "tests/e2e/pattern.h"
#include "tests/e2e/trial.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define VIEW "zrle,cursor,desktopsize"
#define WINDOW "display vbe; mode 800 600; scene window; run 30"

static void a_machine_is_seen_at_another_node(struct trial *trial)
{
    static const char place[] = "place = {\"pattern:640x480\"}";
    static const char there[] = "machine still1 { listen = {\"unix:$/still1\"} %s }";
    struct hosts *hosts = hosts_make(trial);
    struct host *a = hosts_add(hosts, "a"), *b = hosts_add(hosts, "b");

    host_start(a, "", trial_text(trial, there, place));
    host_start(b, "", trial_text(trial, there, ""));
    struct client *near = host_look(a, "still1", "alice", VIEW);
    look_whole(trial, near);
    daemon_wait_machine(b->daemon, "still1", "running");
    struct client *far = host_look(b, "still1", "bob", VIEW);
    look_whole(trial, far);
    look_until(trial, far, look_shot(trial, near), 0);
}

static void every_node_knows_where_a_machine_is(struct trial *trial)
{
    struct hosts *hosts = hosts_make(trial);
    struct host *a = hosts_add(hosts, "a"), *b = hosts_add(hosts, "b"),
                *g = hosts_add(hosts, "g");
    struct vm vm;

    host_start(g, "", "");
    vm_start(&vm, a, "web1", NULL);
    host_start(a, "", vm_section(a, "web1", ""));
    host_start(b, "", vm_section(b, "web1", ""));
    vm_wait_known_everywhere(&vm);
    for (int round = 0; round < 4; round++) {
        vm_move(&vm, vm.at == a ? b : a, round % 2);
        vm_wait_known_everywhere(&vm);
    }
}

static void a_guest_is_seen_and_typed_at_from_another_node(struct trial *trial)
{
    struct hosts *hosts = hosts_make(trial);
    struct host *a = hosts_add(hosts, "a"), *g = hosts_add(hosts, "g");
    struct vm vm;

    vm_start(&vm, a, "web1", "display vbe; mode 800 600; scene still");
    host_start(a, "", vm_section(a, "web1", ""));
    host_start(g, "", "machine web1 { listen = {\"unix:$/web1\"} }");
    vm_wait_known_everywhere(&vm);
    struct client *client = host_look(g, "web1", "gina", VIEW);
    look_until(trial, client, vm_stop(&vm), 0);
    vm_go_on(&vm);
    keys_tap(trial, client, 'a');
    keys_expect(vm.here, "+1e -1e");
    guest_say(vm.here, "noise 10 10 200 100 7");
    look_until(trial, client, vm_stop(&vm), 0);
    vm_go_on(&vm);
    keys_expect_no_more(vm.here, client);
}

/* Stills: what is taken there of two machines here, and what the lobby shows of them. */
static void pictures_are_taken_at_another_node(struct trial *trial)
{
    struct hosts *hosts = hosts_make(trial);
    struct host *a = hosts_add(hosts, "a"), *g = hosts_add(hosts, "g");
    char *path = trial_path(trial, "shot.png");
    const char *output = "";
    struct vm vm;

    vm_start(&vm, a, "web1", "display vbe; mode 800 600; scene photo");
    host_start(a, "",
               trial_text(trial, "%s machine still1 { place = {\"pattern:640x480\"} }\n",
                          vm_section(a, "web1", "")));
    host_start(g, "", "machine web1 { listen = {\"unix:$/web1\"} }");
    vm_wait_known_everywhere(&vm);
    daemon_wait_machine(g->daemon, "still1", "running");
    struct client *viewer = host_look(g, "web1", "gina", VIEW); /* of whom a notice tells */
    look_whole(trial, viewer);
    const struct shot shots[] = {pattern_shot(trial, 640, 480, PATTERN_STILL, 0), vm_stop(&vm)};
    static const char *const names[] = {"still1", "web1"};
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        trial_check(trial,
                    daemon_ctl(g->daemon, &output, "screenshot", names[i], path, NULL) == 0,
                    "screenshot: %s", output);
        look_must_png(trial, path, shots[i]);
    }
    struct client *client = host_look(g, "any", "gina", VIEW);
    lobby_look_whole(trial, client);
    for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
        lobby_look_until(trial, client, i, ARRAY_SIZE(names), shots[i]);
    vm_go_on(&vm);
    guest_say(vm.here, "noise 10 10 700 500 7");
    lobby_look_until(trial, client, 1, ARRAY_SIZE(names), vm_stop(&vm));
    look_leave(viewer);
    look_leave(client);
    daemon_wait_counter(g->daemon, "relay_streams", 0);
}

static void a_picture_that_does_not_come_is_an_error(struct trial *trial)
{
    struct hosts *hosts = hosts_make(trial);
    struct host *a = hosts_add(hosts, "a"), *g = hosts_add(hosts, "g");
    char *path = trial_path(trial, "shot.png");
    const char *output = "";

    host_start(a, "", "machine still1 { place = {\"pattern:640x480\"} }");
    host_start(g, "", "");
    daemon_wait_machine(g->daemon, "still1", "running");
    hosts_tell_lines(hosts, "hold");
    trial_check(trial,
                daemon_ctl(g->daemon, &output, "screenshot", "still1", path, NULL) == 1 &&
                    (strstr(output, "no picture came from the other node within 15 seconds") ||
                     strstr(output, "the node where the machine was cannot be reached") ||
                     strstr(output, "the machine is not here now")),
                "screenshot: %s", output);
    trial_check(trial, access(path, F_OK) < 0, "there is a file all the same");
    hosts_tell_lines(hosts, "mend");
    daemon_wait_machine(g->daemon, "still1", "running");
    trial_check(trial, daemon_ctl(g->daemon, &output, "screenshot", "still1", path, NULL) == 0,
                "screenshot: %s", output);
    look_must_png(trial, path, pattern_shot(trial, 640, 480, PATTERN_STILL, 0));
}

static void the_lobby_asks_other_nodes_for_few_pictures_at_a_time(struct trial *trial)
{
    enum { MACHINES = 60, ASKED_MOST = 4 };
    char text[MACHINES * 64] = "";
    struct hosts *hosts = hosts_make(trial);
    struct host *a = hosts_add(hosts, "a"), *g = hosts_add(hosts, "g");
    struct lobby_choice choice = {0};
    struct lobby_shape shape;

    for (int i = 0; i < MACHINES; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text),
                 "machine m%02d { place = {\"pattern:%dx240\"} }\n", i, 320 + 16 * i);
    host_start(a, "", text);
    host_start(g, "", "");
    for (int i = 0; i < MACHINES; i++)
        daemon_wait_machine(g->daemon, trial_text(trial, "m%02d", i), "running");
    struct client *client = host_look(g, "any", "gina", VIEW);
    lobby_look_whole(trial, client);
    lobby_shape_find(&shape, LOBBY_W, LOBBY_H, &choice, MACHINES);
    for (unsigned i = 0; lobby_shows(&shape, i); i++) {
        lobby_look_until(trial, client, i, MACHINES,
                         pattern_shot(trial, 320 + 16 * (int)i, 240, PATTERN_STILL, 0));
        trial_check(trial, daemon_counter(g->daemon, "relay_streams") <= ASKED_MOST,
                    "more pictures are asked for than may be");
    }
}

static void a_machine_moves_from_host_to_host(struct trial *trial)
{
    struct party *party = party_start(trial, *(const char *)trial->data, WINDOW);
    unsigned rounds = trial_is_long() ? 50 : 5;

    crew_check(party->crew);
    for (unsigned round = 0; round < rounds; round++) {
        party_move(party, round % 2);
        crew_compare(party->crew);
        if (round % 5 == 4)
            crew_expect_sessions(party->crew);
    }
    party_check(party);
}

static void control_goes_around(struct trial *trial)
{
    struct party *party = party_start(trial, 'a', WINDOW);
    struct crew *crew = party->crew;
    unsigned rounds = trial_is_long() ? 30 : 6;

    for (unsigned round = 0; round < rounds; round++) {
        struct host *host = &party->hosts->all[dice_throw(&crew->dice, party->hosts->count)];
        crew_give(crew, host, &crew->hands[dice_throw(&crew->dice, crew->count)]);
        party_move(party, false);
    }
    party_check(party);
}

static const struct trial_row rows[] = {
    {"a machine is seen at another node", a_machine_is_seen_at_another_node, NULL, false},
    {"every node knows where a machine is", every_node_knows_where_a_machine_is, NULL, false},
    {"a guest is seen and typed at from another node",
     a_guest_is_seen_and_typed_at_from_another_node, NULL, false},
    {"pictures are taken at another node", pictures_are_taken_at_another_node, NULL, false},
    {"a picture that does not come is an error", a_picture_that_does_not_come_is_an_error, NULL,
     false},
    {"the lobby asks other nodes for few pictures at a time",
     the_lobby_asks_other_nodes_for_few_pictures_at_a_time, NULL, false},
    {"a machine moves, and one who drives stays where it began",
     a_machine_moves_from_host_to_host, "a", false},
    {"a machine moves, and a gateway's viewer drives", a_machine_moves_from_host_to_host, "g",
     false},
    {"control goes around while a machine moves", control_goes_around, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "hosts", rows, ARRAY_SIZE(rows));
}
