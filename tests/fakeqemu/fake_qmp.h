/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server's side of a QMP socket, for tests: takes one client, greets it, hands its commands
 * to the test's table of answers, or misbehaves as told. Runs on the test's loop.
 */
#ifndef HF_TESTS_FAKEQEMU_FAKE_QMP_H
#define HF_TESTS_FAKEQEMU_FAKE_QMP_H

#include <jansson.h>
#include <stdbool.h>
#include <systemd/sd-event.h>

#include "server/attach/qmp_line.h"

struct fake_qmp {
    const char *greeting; /* NULL: says nothing */
    /*
     * Answers a command: a new reference of what stands behind "return", or NULL to answer
     * nothing, or with *error set to refuse. fd: what came with it, taken over when the
     * callback sets it to -1.
     */
    json_t *(*on_command)(void *self, const char *command, json_t *arguments, int *fd,
                          const char **error);
    void *self;
    int hold_fd; /* QEMU's one place for a descriptor; -1 */
    int listener, client;
    sd_event *loop;
    sd_event_source *accept_source, *client_source;
    struct qmp_line line;
    unsigned clients; /* that ever came */
};

/* Listens at path. Asserts that it can. */
void fake_qmp_init(struct fake_qmp *f, sd_event *loop, const char *path);
void fake_qmp_fini(struct fake_qmp *f);
/* Sends bytes to the client, whatever they are. */
void fake_qmp_say(struct fake_qmp *f, const void *data, size_t n);
/* Closes the client's connection; the next one is taken. */
void fake_qmp_hang_up(struct fake_qmp *f);
/* {"event": name, ...} */
void fake_qmp_event(struct fake_qmp *f, const char *name);
/* MIGRATION with that status. */
void fake_qmp_migration(struct fake_qmp *f, const char *status);

#endif
