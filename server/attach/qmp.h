/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One connection to a QMP socket: commands out, their results and events in. Knows QMP (QEMU's
 * docs/interop/qmp-spec) and no single command but qmp_capabilities. Never blocks.
 */
#ifndef HF_SERVER_ATTACH_QMP_H
#define HF_SERVER_ATTACH_QMP_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

enum { QMP_GREETING_US = 2000000 };

struct qmp;

/* Each may free the connection, or call commands. */
struct qmp_handler {
    /* It takes commands. Once. */
    void (*ready)(void *self);
    /* data is lent, an object or NULL. */
    void (*event)(void *self, const char *name, json_t *data);
    /*
     * No more: nothing is called after this, pending commands get no answer. error: -ETIMEDOUT
     * when there was no greeting in time (QEMU serves one client at a time and lets others
     * wait), else another -errno; why: text for people.
     */
    void (*lost)(void *self, int error, const char *why);
};

/* result is lent and NULL when the command was refused: then error says why (QEMU's words). */
typedef void qmp_done(void *self, json_t *result, const char *error);

/*
 * Connects to the socket at path. 0; or -errno: -ENOENT, -ECONNREFUSED, -EACCES, -EAGAIN (its
 * queue is full), -ENAMETOOLONG. Handler calls come from the loop, never before this returns.
 */
int qmp_open(struct qmp **qmp_r, sd_event *loop, const char *path,
             const struct qmp_handler *handler, void *self);
/* The same with a connected, non-blocking socket, which is taken over. */
int qmp_open_fd(struct qmp **qmp_r, sd_event *loop, int fd, const struct qmp_handler *handler,
                void *self);
/* Closes; no callback comes any more. May be called in a callback. NULL inside is allowed. */
void qmp_close(struct qmp **qmp);
/*
 * Sends a command, after the greeting. arguments is taken over and may be NULL. fd
 * goes with it (SCM_RIGHTS) and is taken over; -1: none. QEMU keeps one descriptor: a second
 * may only be sent when the first was answered. done may be NULL; it is called once from the
 * loop unless the connection ends or qmp_forget comes first.
 */
void qmp_call(struct qmp *q, const char *command, json_t *arguments, int fd, qmp_done *done,
              void *self);
/* What self waits for is answered to nobody. */
void qmp_forget(struct qmp *q, const void *self);

#endif
