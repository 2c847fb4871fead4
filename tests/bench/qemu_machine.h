/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qemu machine: a real QEMU with one of the guests that benchmarks know, and what makes its
 * screen change. Ends the program with a sentence when something fails. Environment:
 * HOLDFAST_QEMU is the program (qemu-system-x86_64); if it changes its root, HOLDFAST_QEMU_ROOT
 * is that folder, and TMPDIR must lie in it.
 */
#ifndef HF_BENCH_QEMU_MACHINE_H
#define HF_BENCH_QEMU_MACHINE_H

#include <stdbool.h>
#include <sys/types.h>

struct qemu_guest {
    const char *name;
    const char *append; /* of the test guest; NULL: Debian's installer, at its first page */
    const char *device; /* instead of "VGA" */
    unsigned fps;       /* steps of the scene, or keys, a second */
    unsigned patience;  /* times as long is it measured; 0: once. For one that changes seldom */
    bool counts;        /* the project's goals speak of it */
};

struct qemu_machine {
    const struct qemu_guest *guest;
    pid_t pid, driver;
    int qmp_fd, line_fd; /* our own QMP; the serial line, -1: none */
};

/* Debian's installer has been put on this machine. */
bool qemu_machine_has_installer(void);
/* Starts it with these words (to NULL) about its display, until it runs. */
void qemu_machine_start(struct qemu_machine *m, const struct qemu_guest *guest,
                        const char *const *display);
/* From here on its screen changes, by a process of its own; qmp_fd and line_fd are closed. */
void qemu_machine_drive(struct qemu_machine *m);
void qemu_machine_stop(struct qemu_machine *m);

/* One more frame of the test guest: drawn when this returns. */
void qemu_machine_step(struct qemu_machine *m);
/* The n-th key: down a list, and up again. */
void qemu_machine_key(struct qemu_machine *m, unsigned n);
/* The path as QEMU sees it. */
const char *qemu_machine_inside(const char *path);

#endif
