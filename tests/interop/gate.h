/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gate: the usual arrangement of tests with real viewers and several hosts: A and B, where
 * machine "web1" can run, a gateway G that has no machines, and people who come to any of them.
 * Each host listens on its own 127.0.0.1 and lets in any name with any password. Screens belong
 * to no host.
 */
#ifndef HF_TESTS_INTEROP_GATE_H
#define HF_TESTS_INTEROP_GATE_H

#include "tests/e2e/hosts_vm.h"
#include "tests/interop/person.h"

enum gate_person { ALICE, BOB, CAROL, GATE_PEOPLE, NOBODY };

struct gate {
    struct trial *trial;
    struct hosts *hosts;
    struct host *a, *b, *g;
    struct vm vm; /* begins at A */
    struct person people[GATE_PEOPLE];
};

/* Alice has TigerVNC, Bob gtk-vnc, Carol LibVNCClient. append: the guest's first commands.
 * machine: more options of the machine's section, at all hosts. Ends with the trial. */
struct gate *gate_open(struct trial *trial, const char *append, const char *machine);
/* The same with a machine of another kind, named "web1-a", that stays at A. */
struct gate *gate_open_with(struct trial *trial, const struct guest_options *guest,
                            const char *machine);
/* The room for a viewer at a host, without a screen. */
struct room gate_room(struct gate *gate, struct host *host);
/* Somebody connects to a host: for the first time, or again after person_leave. */
void gate_come(struct gate *gate, enum gate_person who, struct host *host);
/* The viewer is killed. */
void gate_leave(struct gate *gate, enum gate_person who);
/* All of them. */
void gate_all_come(struct gate *gate, struct host *host);

/* Stops the machine, waits until all that are there show what QEMU says that it shows, lets it
 * go on. */
void gate_compare(struct gate *gate);
/* Likewise, but one of them has the menu open. */
void gate_compare_with_menu(struct gate *gate, enum gate_person who,
                            const struct menu_facts *facts);

/* The machine goes to the other one of A and B, until all nodes know it there. */
void gate_move(struct gate *gate, bool postcopy);

/* Waits until that one drives, says the daemon of each host. */
void gate_wait_driver(struct gate *gate, enum gate_person who);
/* Waits until all of them say that this is the place in the queue, from 1; 0: does not ask. */
void gate_wait_place(struct gate *gate, enum gate_person who, int place);
/* The number of somebody's session, which all of them must say. */
json_int_t gate_session(struct gate *gate, enum gate_person who);

#endif
