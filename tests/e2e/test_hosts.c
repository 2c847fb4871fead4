/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several hosts: machines are served at every node, wherever they run and go. */
#include <config.h>
#include "tests/e2e/hosts_party.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/trial.h"

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
