/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vm: a machine with the guest of tests/guest that moves between the QEMUs of several hosts, by
 * TCP. What the guest writes on its serial line goes on at the QEMU where it is.
 */
#ifndef HF_TESTS_E2E_HOSTS_VM_H
#define HF_TESTS_E2E_HOSTS_VM_H

#include "tests/e2e/guest.h"
#include "tests/e2e/hosts.h"

struct vm {
    struct trial *trial;
    const char *name;   /* of the machine in the daemons' configuration */
    const char *append; /* the guest's first commands */
    struct host *at, *to;
    struct guest *here;  /* where the machine is */
    struct guest *there; /* where it is going to be; NULL: nowhere */
    unsigned moves;
    bool postcopy; /* of the destination that waits */
};

/*
 * For the configuration of a host: the section of this machine with the place where its QEMU
 * there is, a listener "unix:$/NAME", and more options.
 */
char *vm_section(struct host *host, const char *name, const char *more);
/* Starts it; display is std VGA. The daemons may start before or after. */
void vm_start(struct vm *vm, struct host *at, const char *name, const char *append);

/* Starts a QEMU that waits for the machine, until the daemon there knows it. */
void vm_expect(struct vm *vm, struct host *to, bool postcopy);
/* Begins to move the machine there; with a limit in bytes a second (0: none). */
void vm_begin(struct vm *vm, long long limit);
/* The same, but the source stops and waits for vm_continue: until then the machine runs
 * nowhere. Waits until it is so. */
void vm_begin_and_stop(struct vm *vm);
void vm_continue(struct vm *vm);
/* Waits until query-migrate of where the machine was says this. */
void vm_wait_migration(struct vm *vm, const char *status);
/* The machine runs there and the source is told so: the source ends; there becomes here. */
void vm_arrived(struct vm *vm);
/* All of the above. */
void vm_move(struct vm *vm, struct host *to, bool postcopy);

/* Waits until the daemon of this host has the machine running where it is. */
void vm_wait_known(const struct vm *vm, struct host *host);
/* The same for each host with a daemon. */
void vm_wait_known_everywhere(const struct vm *vm);

/* Stops the guest and takes its picture. */
struct shot vm_stop(struct vm *vm);
void vm_go_on(struct vm *vm);

#endif
