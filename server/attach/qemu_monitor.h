/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a QEMU says of itself over QMP: who it is, its run state and events, its mouse. Holds
 * the QMP connection; knows nothing of pixels. An idle machine costs no timer and no traffic.
 */
#ifndef HF_SERVER_ATTACH_QEMU_MONITOR_H
#define HF_SERVER_ATTACH_QEMU_MONITOR_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "server/attach/attach.h"
#include "server/attach/qmp.h"

struct qemu_monitor;

/* Each may free the monitor. */
struct qemu_monitor_handler {
    /* Once, before anything else. */
    void (*identity)(void *self, const struct place_identity *identity);
    /* The run state, first after identity, then whenever it changes. why as in attach_handler.
     */
    void (*state)(void *self, enum place_state state, const char *why);
    void (*event)(void *self, enum place_event event);
    /* It migrates away, or does not any more. */
    void (*moving)(void *self, bool moving);
    /* The answer to qemu_monitor_ask_mouse. */
    void (*absolute)(void *self, bool absolute);
    /* As in qmp_handler. */
    void (*lost)(void *self, int error, const char *why);
};

/* Connects to the socket at path: 0 or -errno, as qmp_open. */
int qemu_monitor_new(struct qemu_monitor **monitor_r, sd_event *loop, const char *path,
                     const struct qemu_monitor_handler *handler, void *self);
/* The same over a connected socket, which it takes over in any case. */
int qemu_monitor_new_fd(struct qemu_monitor **monitor_r, sd_event *loop, int fd,
                        const struct qemu_monitor_handler *handler, void *self);
void qemu_monitor_free(struct qemu_monitor **monitor);
/* Lent, for commands of others. */
struct qmp *qemu_monitor_qmp(const struct qemu_monitor *m);
/* Asks which kind of mouse the guest uses now. */
void qemu_monitor_ask_mouse(struct qemu_monitor *m);

/* 16 bytes of "550e8400-e29b-...": whether text is a UUID that identifies something. */
bool qemu_monitor_parse_uuid(const char *text, uint8_t uuid_r[16]);

#endif
