/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/interop/gate.h"
#include "tests/e2e/clock.h"
#include "tests/e2e/trial.h"

#include <string.h>

#define PORT 5900

static const struct person everybody[GATE_PEOPLE] = {
    [ALICE] = {.user = "alice", .password = "any", .viewer = PERSON_TIGERVNC},
    [BOB] = {.user = "bob", .password = "any", .viewer = PERSON_GTKVNC},
    [CAROL] = {.user = "carol", .password = "any", .viewer = PERSON_LIBVNC},
};

static bool is_there(const struct person *person)
{
    return person->seat.daemon != NULL;
}

/* ---- opening ---- */

static void look_meanwhile(void *what)
{
    struct gate *gate = what;

    for (int who = 0; who < GATE_PEOPLE; who++)
        if (is_there(&gate->people[who]) && gate->people[who].caller)
            caller_look(gate->people[who].caller);
}

static void start_daemons(struct gate *gate, const char *machine)
{
    static const char server[] = "listen = {\"127.0.0.1:5900\", \"unix:$/any\"}";

    host_start(gate->a, server, vm_section(gate->a, "web1", machine));
    host_start(gate->b, server, vm_section(gate->b, "web1", machine));
    host_start(gate->g, server, trial_text(gate->trial, "machine web1 { %s }\n", machine));
    vm_wait_known_everywhere(&gate->vm);
}

static struct gate *make_hosts(struct trial *trial)
{
    struct gate *gate = trial_room(trial, sizeof(*gate));

    gate->trial = trial;
    memcpy(gate->people, everybody, sizeof(everybody));
    gate->hosts = hosts_make(trial);
    gate->a = hosts_add(gate->hosts, "a");
    gate->b = hosts_add(gate->hosts, "b");
    gate->g = hosts_add(gate->hosts, "g");
    trial->meanwhile = look_meanwhile;
    trial->meanwhile_what = gate;
    return gate;
}

struct gate *gate_open(struct trial *trial, const char *append, const char *machine)
{
    struct gate *gate = make_hosts(trial);

    vm_start(&gate->vm, gate->a, "web1", append);
    start_daemons(gate, machine);
    return gate;
}

struct gate *gate_open_with(struct trial *trial, const struct guest_options *guest,
                            const char *machine)
{
    struct gate *gate = make_hosts(trial);

    host_enter(gate->a);
    gate->vm = (struct vm){
        .trial = trial, .name = "web1", .at = gate->a, .here = guest_start(trial, guest)};
    host_leave(gate->a);
    start_daemons(gate, machine);
    return gate;
}

/* ---- people ---- */

struct room gate_room(struct gate *gate, struct host *host)
{
    return (struct room){.trial = gate->trial,
                         .guest = gate->vm.here,
                         .device = ROOM_VGA,
                         .daemon = host->daemon,
                         .port = PORT};
}

void gate_come(struct gate *gate, enum gate_person who, struct host *host)
{
    struct person *person = &gate->people[who];
    struct room seat = gate_room(gate, host);

    /* Not there: X servers find out by their sockets which numbers of displays are free. */
    seat.screen = person->seat.screen;
    if (!seat.screen && person->viewer != PERSON_LIBVNC)
        seat.screen = screen_start(gate->trial);
    host_enter(host);
    person_come(person, &seat);
    host_leave(host);
    host->logins++;
}

void gate_leave(struct gate *gate, enum gate_person who)
{
    person_leave(&gate->people[who]);
    gate->people[who].seat.daemon = NULL;
}

void gate_all_come(struct gate *gate, struct host *host)
{
    for (int who = 0; who < GATE_PEOPLE; who++)
        gate_come(gate, who, host);
}

/* ---- what they see ---- */

static void compare(struct gate *gate, int with_menu, const struct menu_facts *facts)
{
    struct shot shot = vm_stop(&gate->vm);

    for (int who = 0; who < GATE_PEOPLE; who++)
        if (is_there(&gate->people[who]))
            person_show(&gate->people[who],
                        who == with_menu ? person_with_menu(gate->trial, shot, facts) : shot);
    vm_go_on(&gate->vm);
}

void gate_compare(struct gate *gate)
{
    compare(gate, NOBODY, NULL);
}

void gate_compare_with_menu(struct gate *gate, enum gate_person who,
                            const struct menu_facts *facts)
{
    compare(gate, who, facts);
}

/* ---- the machine ---- */

void gate_move(struct gate *gate, bool postcopy)
{
    vm_move(&gate->vm, gate->vm.at == gate->a ? gate->b : gate->a, postcopy);
    vm_wait_known_everywhere(&gate->vm);
}

/* ---- what the daemons say ---- */

typedef bool question(struct daemon *daemon, enum gate_person who, json_int_t wanted);

static void wait_everywhere(struct gate *gate, question *is_so, enum gate_person who,
                            json_int_t wanted, const char *what)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    for (unsigned i = 0; i < gate->hosts->count; i++) {
        struct host *host = &gate->hosts->all[i];
        while (host->daemon && !is_so(host->daemon, who, wanted))
            trial_look_again(gate->trial, deadline_ms,
                             trial_text(gate->trial, "%s at %s", what, host->name));
    }
}

static bool drives(struct daemon *daemon, enum gate_person who, json_int_t wanted)
{
    const char *is =
        json_string_value(json_object_get(daemon_machine(daemon, "web1"), "driver"));

    (void)wanted;
    return who == NOBODY ? !is : is && strcmp(is, everybody[who].user) == 0;
}

void gate_wait_driver(struct gate *gate, enum gate_person who)
{
    wait_everywhere(
        gate, drives, who, 0,
        trial_text(gate->trial, "%s drives", who == NOBODY ? "nobody" : everybody[who].user));
}

static json_int_t session_number(struct daemon *daemon, enum gate_person who,
                                 const char *member)
{
    return json_integer_value(
        json_object_get(daemon_session(daemon, everybody[who].user), member));
}

static bool has_place(struct daemon *daemon, enum gate_person who, json_int_t wanted)
{
    return session_number(daemon, who, "queue") == wanted;
}

void gate_wait_place(struct gate *gate, enum gate_person who, int place)
{
    wait_everywhere(gate, has_place, who, place,
                    trial_text(gate->trial, "%s has place %d", everybody[who].user, place));
}

static bool has_session(struct daemon *daemon, enum gate_person who, json_int_t wanted)
{
    return session_number(daemon, who, "id") == wanted;
}

json_int_t gate_session(struct gate *gate, enum gate_person who)
{
    json_int_t id = session_number(gate->vm.at->daemon, who, "id");

    trial_check(gate->trial, id > 0, "%s has no session", everybody[who].user);
    wait_everywhere(gate, has_session, who, id,
                    trial_text(gate->trial, "%s has session %d", everybody[who].user, (int)id));
    return id;
}
