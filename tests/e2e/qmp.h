/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qmp: a blocking QMP connection, for tests to look behind the daemon's back. */
#ifndef HF_TESTS_E2E_QMP_H
#define HF_TESTS_E2E_QMP_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trial;

struct qmp {
    struct trial *trial;
    int fd;
    char *in; /* what has come and is no whole line yet */
    size_t in_size, in_room;
};

/* What a head shows: RGB888 without padding, in memory of the trial. */
struct shot {
    uint8_t *rgb;
    int width_px, height_px;
};

/* Waits until QEMU listens there; closed with the trial. */
struct qmp *qmp_open(struct trial *trial, const char *path);
void qmp_close(struct qmp *qmp);

/* Runs a command; `arguments` (may be NULL) is taken over. Fails the test on an error. What it
 * returns lives as long as the trial. Events that come meanwhile are dropped. */
json_t *qmp_run(struct qmp *qmp, const char *command, json_t *arguments);
/* The same, with false for an error. */
bool qmp_try(struct qmp *qmp, const char *command, json_t *arguments);

/* Waits for the next event of this name. */
void qmp_wait_event(struct qmp *qmp, const char *name);

/*
 * The picture of a head of a device (-device ...,id=DEVICE; NULL: the first console) right now.
 * root is what QEMU does not see of the scratch folder's path; "" without a chroot.
 */
struct shot qmp_screendump(struct qmp *qmp, const char *root, const char *device, int head);

#endif
