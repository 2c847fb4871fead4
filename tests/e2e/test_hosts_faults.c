/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several hosts, of which some fail: etcd, a node, the lines between nodes. */
#include <config.h>
#include "tests/e2e/hosts_party.h"
#include "tests/e2e/trial.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define WINDOW "display vbe; mode 800 600; scene window; run 30"
#define HOLD_MS 3000
#define DEAD_MS 25000 /* longer than a node believes in another that is silent */

static void pass_time(struct party *party, int time_ms)
{
    int64_t end_ms = clock_now_ms() + time_ms;

    while (clock_now_ms() < end_ms)
        trial_look_again(party->trial, end_ms + PATIENCE_MS, "the end of some time");
}

/* The crew works for some time, whatever happens. */
static void work_for(struct party *party, int time_ms)
{
    crew_work(party->crew);
    pass_time(party, time_ms);
    crew_rest(party->crew);
}

/* ---- without viewers ---- */

/* Where the machine is gets known again to all, whatever failed while it moved. */
static void places_are_known_after_faults(struct trial *trial)
{
    static const char *const commands[] = {"cut", "hold"};
    struct party *party = party_start_empty(trial, "");
    unsigned rounds = trial_is_long() ? 20 : 4;

    for (unsigned round = 0; round < rounds; round++) {
        vm_expect(&party->vm, party_other(party), false);
        vm_begin_and_stop(&party->vm);
        hosts_tell_lines(party->hosts, commands[round % 2]);
        vm_continue(&party->vm);
        vm_arrived(&party->vm);
        hosts_tell_lines(party->hosts, "mend");
        vm_wait_known_everywhere(&party->vm);
        if (round == 1)
            etcd_kill(party->hosts->etcd);
    }
    etcd_restart(party->hosts->etcd);
    struct host *empty = party_other(party);
    host_kill(empty);
    host_restart(empty);
    vm_wait_known_everywhere(&party->vm);
    vm_move(&party->vm, empty, true);
    vm_wait_known_everywhere(&party->vm);
}

/* ---- etcd ---- */

static void etcd_is_away(struct trial *trial)
{
    static const struct member_wish wish = {.encodings = "trle", .draws_pointer = true};
    struct party *party = party_start(trial, 'g', WINDOW);
    struct crew *crew = party->crew;

    party_move(party, false);
    etcd_kill(party->hosts->etcd);
    work_for(party, 1000);
    party_move(party, false);
    crew_give(crew, party->g, &crew->hands[2]);
    party_move(party, true);
    crew_leave(crew, &crew->hands[1]);
    crew_come_again(crew, &crew->hands[1], party->g);
    crew_come(crew, party->b, "new", &wish);
    party_check(party);
    etcd_restart(party->hosts->etcd);
    work_for(party, 1000);
    crew_give(crew, party->a, &crew->hands[0]);
    party_move(party, false);
    party_check(party);
}

/* ---- nodes ---- */

struct loss {
    char driver; /* where the driver is */
    char lost;   /* which node; the machine is at A */
};

/* All whose node is lost come to another one. */
static void come_elsewhere(struct party *party, struct host *lost, struct host *to)
{
    struct crew *crew = party->crew;

    crew_lose_host(crew, lost);
    for (unsigned i = 0; i < crew->count; i++)
        if (crew->hands[i].host == lost)
            crew_come_again(crew, &crew->hands[i], to);
}

static void a_node_is_lost(struct trial *trial)
{
    const struct loss *loss = trial->data;
    struct party *party = party_start(trial, loss->driver, WINDOW);
    struct host *lost = party_host(party, loss->lost);

    crew_expect_sessions(party->crew);
    host_kill(lost);
    come_elsewhere(party, lost, lost == party->g ? party->b : party->g);
    work_for(party, 1000);
    party_check(party);
    if (lost == party->g)
        party_move(party, false);
    host_restart(lost);
    vm_wait_known_everywhere(&party->vm);
    party_check(party);
    party_move(party, false);
    party_check(party);
}

/* The daemon where the machine is ends; its QEMU goes on. */
static void the_machines_own_daemon_is_lost(struct trial *trial)
{
    struct party *party = party_start(trial, 'g', WINDOW);

    crew_expect_sessions(party->crew);
    host_kill(party->a);
    host_restart(party->a);
    vm_wait_known_everywhere(&party->vm);
    come_elsewhere(party, party->a, party->b);
    work_for(party, 1000);
    party_check(party);
    party_move(party, false);
    party_check(party);
}

/* ---- lines ---- */

struct cut {
    char driver;         /* where the driver is */
    const char *lines;   /* to which hosts */
    const char *command; /* for the relay */
    int lasts_ms;
    bool loses; /* what is on its way */
};

static void tell(struct party *party, const char *lines, const char *command)
{
    for (; *lines; lines++)
        line_tell(party_host(party, *lines)->line, "%s", command);
}

/* Keys that are on a line when it is cut are lost: the driver's node must know first. */
static void wait_noticed(struct party *party, struct host *host)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    while (strcmp("running", json_string_value(json_object_get(
                                 daemon_machine(host->daemon, "web1"), "state"))) == 0)
        trial_look_again(party->trial, deadline_ms, "the cut is noticed");
}

/* From the moment when the source has stopped until after the machine has come. */
static void lines_fail_while_it_moves(struct trial *trial)
{
    const struct cut *cut = trial->data;
    struct party *party = party_start(trial, cut->driver, WINDOW);
    struct crew *crew = party->crew;
    int rounds = trial_is_long() ? 4 : cut->lasts_ms < DEAD_MS ? 2 : 1;

    for (int round = 0; round < rounds; round++) {
        crew_work(crew);
        vm_expect(&party->vm, party_other(party), false);
        if (cut->loses)
            crew_expect_all(crew);
        if (cut->loses)
            crew_look(crew);
        vm_begin_and_stop(&party->vm);
        tell(party, cut->lines, cut->command);
        if (cut->loses)
            wait_noticed(party, crew->driver->host);
        vm_continue(&party->vm);
        crew_work(crew);
        vm_arrived(&party->vm);
        pass_time(party, cut->lasts_ms);
        tell(party, cut->lines, "mend");
        vm_wait_known_everywhere(&party->vm);
        work_for(party, 1000);
        party_check(party);
    }
}

static void lines_fail_at_any_time(struct trial *trial)
{
    struct party *party = party_start(trial, 'g', WINDOW);
    struct crew *crew = party->crew;

    for (int round = 0; round < (trial_is_long() ? 20 : 4); round++) {
        bool cut = round % 2;
        work_for(party, (int)dice_throw(&crew->dice, 1000));
        crew_expect_all(crew);
        hosts_tell_lines(party->hosts, cut ? "cut" : "hold");
        crew_look(crew);
        pass_time(party, (int)dice_throw(&crew->dice, 1000));
        hosts_tell_lines(party->hosts, "mend");
        vm_wait_known_everywhere(&party->vm);
        crew_rest(crew);
        party_check(party);
    }
}

static void far_and_interrupted(struct trial *trial)
{
    struct party *party = party_start(trial, 'g', WINDOW);

    hosts_tell_lines(party->hosts, "latency 50");
    hosts_tell_lines(party->hosts, "stall 500 2500");
    for (int round = 0; round < (trial_is_long() ? 20 : 4); round++) {
        party_move(party, round % 2);
        crew_compare(party->crew);
    }
    party_check(party);
}

static const struct loss gateway_lost = {'g', 'g'}, other_lost = {'b', 'b'},
                         gateway_of_others = {'a', 'g'};
static const struct cut closed_for_all = {'b', "abg", "cut", HOLD_MS, true},
                        closed_for_gateway = {'g', "ab", "cut 10.77.0.3", HOLD_MS, true},
                        held_for_gateway = {'g', "ab", "hold 10.77.0.3", HOLD_MS, false},
                        silent_for_all = {'b', "abg", "hold", DEAD_MS, true};

static const struct trial_row rows[] = {
    {"places are known after faults", places_are_known_after_faults, NULL, false},
    {"etcd is away", etcd_is_away, NULL, false},
    {"a gateway is lost with its driver", a_node_is_lost, &gateway_lost, false},
    {"a gateway is lost, and the driver is elsewhere", a_node_is_lost, &gateway_of_others,
     false},
    {"the other host is lost with the driver", a_node_is_lost, &other_lost, false},
    {"the machine's own daemon is lost", the_machines_own_daemon_is_lost, NULL, false},
    {"all lines are closed while a machine moves", lines_fail_while_it_moves, &closed_for_all,
     false},
    {"a driving gateway's lines are closed while a machine moves", lines_fail_while_it_moves,
     &closed_for_gateway, false},
    {"a driving gateway's lines are held while a machine moves", lines_fail_while_it_moves,
     &held_for_gateway, false},
    {"all lines are silent while a machine moves, until nodes give up",
     lines_fail_while_it_moves, &silent_for_all, false},
    {"lines fail at any time", lines_fail_at_any_time, NULL, false},
    {"lines are long and interrupted", far_and_interrupted, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "hosts_faults", rows, ARRAY_SIZE(rows));
}
