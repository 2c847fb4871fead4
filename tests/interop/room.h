/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * room: the usual arrangement of a test with real viewers: a machine "web1" in QEMU, a daemon
 * that serves it on a TCP port of 127.0.0.1 and on unix:FOLDER/any to anybody, and a screen.
 */
#ifndef HF_TESTS_INTEROP_ROOM_H
#define HF_TESTS_INTEROP_ROOM_H

#include "tests/e2e/daemon.h"
#include "tests/e2e/guest.h"
#include "tests/interop/screen.h"

struct room {
    struct trial *trial;
    struct guest *guest;
    const char *device; /* of the display, for screendump */
    struct daemon *daemon;
    int port;
    struct screen *screen;
};

/* Displays of the machine. */
#define ROOM_VGA "vga"    /* std VGA */
#define ROOM_VIRTIO "gpu" /* virtio-vga */

/*
 * Starts all and waits until the machine runs. append: the guest's first commands. machine:
 * more options of the machine's section. Both may be NULL.
 */
struct room room_start(struct trial *trial, const char *device, const char *append,
                       const char *machine);

/* The same with a way to log in; "vnc" wants a password-file among the machine's options. */
struct room room_start_with(struct trial *trial, const char *device, const char *append,
                            const char *machine, const char *method);

/* The same with all of the section auth, and more sections; '$' in these is the scratch folder.
 */
struct room room_start_as(struct trial *trial, const char *device, const char *append,
                          const char *machine, const char *auth, const char *sections);

/*
 * For viewers that draw the pointer into their picture wherever they think it is: the machine
 * (on virtio) gets a pointer without pixels. QEMU 7.2 tells of a pointer only those who are
 * there when it changes, so somebody looks from now on.
 */
void room_hide_pointer(struct room *room);

/* Waits until the machine was asked to have this size. */
void room_expect_size(struct room *room, int width_px, int height_px);

/* What the machine shows now. To be compared at leisure: it is stopped until room_go_on. */
struct shot room_stop(struct room *room);
void room_go_on(struct room *room);

#endif
