/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Input on its way to a QEMU, in order. Keys and pointer go by D-Bus
 * (org.qemu.Display1.Keyboard, Mouse). Only the release of a key that this QEMU was never told
 * pressed - it was pressed before a migration, or before the display connection was lost - goes
 * by QMP's input-send-event, because D-Bus drops it. Two sockets keep no order between them:
 * the other one is used only when everything on the first was answered.
 */
#ifndef HF_SERVER_ATTACH_QEMU_INPUT_H
#define HF_SERVER_ATTACH_QEMU_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "input/keystate.h"
#include "input/sink.h"
#include "server/attach/qemu_display.h"
#include "server/attach/qmp.h"

enum {
    INPUT_QUEUE = 1024,        /* events that wait; motion and presses are refused beyond it */
    INPUT_QUEUE_MOST = 1536,   /* the rest is for releases */
    INPUT_IN_FLIGHT_MOST = 32, /* sent and not answered */
};

struct input_event;

struct qemu_input {
    struct qemu_display *display; /* lent; NULL while there is none, then everything waits */
    struct qmp *qmp;              /* lent; NULL: what needs it is dropped */
    struct input_event *queue;    /* a ring of INPUT_QUEUE_MOST, taken at the first event */
    size_t first, n;
    struct keystate down; /* keys that this QEMU was told pressed by D-Bus */
    bool by_qmp;          /* what is in flight went by QMP, not by D-Bus */
    unsigned in_flight;
    unsigned long dropped; /* events that found no room */
    /* Something waits for a display connection. */
    void (*on_wanted)(void *self);
    /* QEMU refused a motion: its mouse may have changed its kind. */
    void (*on_refused)(void *self);
    void *self;
};

void qemu_input_init(struct qemu_input *i);
void qemu_input_fini(struct qemu_input *i);
/* The display connection is ready: what waits goes out. */
void qemu_input_attach(struct qemu_input *i, struct qemu_display *display, struct qmp *qmp);
/* Before the display or QMP connection goes. lift: the keys that it holds are released first,
 * as far as may be. */
void qemu_input_detach(struct qemu_input *i, bool lift);
/* What waits will never go out. */
void qemu_input_drop(struct qemu_input *i);
/* A listener was closed: QEMU has lifted all keys that it was told by D-Bus. */
void qemu_input_lifted(struct qemu_input *i);
/* Whether something waits, or is held down or in flight. */
bool qemu_input_active(const struct qemu_input *i);

void qemu_input_key(struct qemu_input *i, uint8_t qnum, bool down);
void qemu_input_move_to(struct qemu_input *i, unsigned head, int x, int y);
void qemu_input_move_by(struct qemu_input *i, unsigned head, int dx, int dy);
/* Buttons that QEMU does not know are dropped here: QEMU 7.2 would abort. */
void qemu_input_button(struct qemu_input *i, unsigned head, enum pointer_button button,
                       bool down);

#endif
