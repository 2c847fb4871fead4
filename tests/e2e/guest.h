/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest: a QEMU that runs the bare-metal guest of tests/guest (or another kernel), with its
 * serial line and a QMP connection of our own. The daemon gets a second QMP socket.
 *
 * Environment: HOLDFAST_QEMU is the program (qemu-system-x86_64). If it changes its root, such
 * as a script that does `exec chroot DIR qemu-system-x86_64 "$@"`, HOLDFAST_QEMU_ROOT is DIR:
 * scratch folders are then made under DIR/tmp, and QEMU is given paths without DIR.
 */
#ifndef HF_TESTS_E2E_GUEST_H
#define HF_TESTS_E2E_GUEST_H

#include <stdbool.h>

#include "tests/e2e/process.h"
#include "tests/e2e/qmp.h"

struct guest_options {
    const char *name;          /* QEMU's -name; also names its files. NULL: "web1" */
    const char *uuid;          /* NULL: a fixed one; "": none */
    const char *socket;        /* path for the daemon's QMP socket; NULL: see guest_qmp_path */
    const char *append;        /* commands of the guest at its start, separated by ';' */
    const char *const *device; /* "-device" arguments, NULL-terminated. NULL: std VGA, id=vga */
    const char *const *more;   /* further arguments of QEMU, NULL-terminated; NULL: none */
    bool no_display;           /* without -display dbus */
};

struct guest_line {
    struct guest_line *next;
    char *text;
};

struct guest {
    struct trial *trial;
    struct guest_options options;
    struct process *process;
    struct qmp *qmp;
    char *qmp_path;   /* the daemon's */
    const char *root; /* HOLDFAST_QEMU_ROOT or "" */
    int serial_fd;
    char in[65536]; /* of the serial line: no whole line yet */
    size_t in_size;
    struct guest_line *events, **events_end; /* lines that no command has asked for */
};

#define GUEST_UUID "6e1f3a52-7a0c-4f5e-9d5b-1c2f00c0ffee"

/* Starts it and waits until it says that it is ready. Ends with the trial. */
struct guest *guest_start(struct trial *trial, const struct guest_options *options);
/* The same for any other kernel: nothing is waited for, the serial line is not read. */
struct guest *guest_start_kernel(struct trial *trial, const struct guest_options *options,
                                 const char *const *kernel);
/* After guest_kill: starts QEMU anew with the same options and sockets. */
void guest_restart(struct guest *guest);
/* SIGKILL. */
void guest_kill(struct guest *guest);

/* A file as QEMU sees it; copied to where QEMU sees something, if need be. */
const char *guest_file(struct trial *trial, const char *path);

/* "FOLDER/NAME.qmp": where the daemon attaches unless options.socket says otherwise. */
char *guest_qmp_path(struct trial *trial, const char *name);

/* Sends a command; the text behind "ok " (or ""). Fails the test on "err". */
const char *guest_say(struct guest *guest, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The next line that is an event (key, abs, rel, hwheel, display, ...); waits for it. */
const char *guest_event(struct guest *guest);
/* The same, NULL when none comes in this time. */
const char *guest_event_within(struct guest *guest, int timeout_ms);
/* The next event must be exactly this. */
void guest_expect(struct guest *guest, const char *event);
/* All events so far are forgotten, also those that the guest has not sent yet. */
void guest_forget_events(struct guest *guest);

/* All lines so far are forgotten, whole or not; for a line that has ended. */
void guest_line_drop(struct guest *guest);
/* The guest has moved: what it wrote at the source comes first, and the source's last line may
 * end at the destination. */
void guest_line_join(struct guest *from, struct guest *to);

struct shot guest_screendump(struct guest *guest, const char *device, int head);

#endif
