/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stand: the usual arrangement of a test: one guest in one QEMU, and a daemon that serves it as
 * machine "web1" on unix:FOLDER/view and on a TCP port to anybody.
 */
#ifndef HF_TESTS_E2E_STAND_H
#define HF_TESTS_E2E_STAND_H

#include "tests/e2e/daemon.h"
#include "tests/e2e/guest.h"
#include "tests/e2e/look.h"

struct stand {
    struct trial *trial;
    struct guest *guest;
    struct daemon *daemon;
    char *address;      /* of the machine's listener */
    const char *device; /* the display's id, for screendump */
};

/* Ids of the displays that stand_start knows. */
#define STAND_VGA "vga"       /* std VGA */
#define STAND_VIRTIO "gpu"    /* virtio-vga, one head */
#define STAND_TWO_HEADS "two" /* virtio-vga, two heads, id "two" */

/*
 * Starts both and waits until the machine runs. append: the guest's first commands. machine:
 * more options of the machine's section. Both may be NULL.
 */
struct stand stand_start(struct trial *trial, const char *device, const char *append,
                         const char *machine);

/* A viewer as look_open gives it. */
struct client *stand_look(struct stand *stand, const char *encodings, const char *format);

/*
 * Stops the machine, waits until the viewer shows what QEMU says that the head shows, and lets
 * it go on.
 */
void stand_compare(struct stand *stand, struct client *client, int tolerance);

/* Two pictures side by side, each at its top; what is below the lower one is black. */
struct shot stand_side_by_side(struct trial *trial, struct shot left, struct shot right);

#endif
