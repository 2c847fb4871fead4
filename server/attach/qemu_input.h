/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Input on its way to a QEMU, in order. Keys and pointer go by D-Bus
 * (org.qemu.Display1.Keyboard, Mouse). QMP's input-send-event is used for two things: the
 * release of a key that this QEMU was never told pressed - it was pressed before a migration,
 * or before the display connection was lost - because D-Bus drops it; and keys and buttons
 * while the machine may stop at any moment to move elsewhere, because D-Bus answers success for
 * what a stopped machine drops, while QMP refuses it. Two sockets keep no order between them:
 * the other one is used only when everything on the first was answered. By QMP goes one event
 * at a time: a guest that runs again refuses the first and takes the second.
 */
#ifndef HF_SERVER_ATTACH_QEMU_INPUT_H
#define HF_SERVER_ATTACH_QEMU_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "input/keystate.h"
#include "input/sink.h"
#include "server/attach/attach.h"
#include "server/attach/input_queue.h"
#include "server/attach/qemu_display.h"
#include "server/attach/qmp.h"

enum { INPUT_IN_FLIGHT_MOST = 32 }; /* sent by D-Bus and not answered */

struct qemu_input {
    struct qemu_display *display; /* lent; NULL while there is none, then everything waits */
    struct qmp *qmp;              /* lent; NULL: what needs it is dropped */
    struct input_queue queue;     /* what is in flight leaves it when it is answered */
    struct keystate down;         /* keys that this QEMU was told pressed by D-Bus */
    enum input_mode mode;
    bool moving;  /* QEMU said that it is migrating: as INPUT_CONFIRMED */
    bool by_qmp;  /* what is in flight went by QMP, not by D-Bus */
    bool refused; /* the guest did not get what is first in the queue: it stands still */
    bool owes;    /* input_back is to be told */
    unsigned in_flight;
    sd_event *loop;         /* lent */
    sd_event_source *again; /* tries again after a refusal */
    /* Something waits for a display connection. */
    void (*on_wanted)(void *self);
    /* QEMU refused a motion: its mouse may have changed its kind. */
    void (*on_refused)(void *self);
    /* See attach_handler's input_back. */
    void (*on_back)(void *self, const struct input_event *events, size_t n);
    void *self;
};

void qemu_input_init(struct qemu_input *i, sd_event *loop);
void qemu_input_fini(struct qemu_input *i);
/* The display connection is ready: what waits goes out. */
void qemu_input_attach(struct qemu_input *i, struct qemu_display *display, struct qmp *qmp);
/* Before the display or QMP connection goes. lift: the keys that it holds are released first,
 * as far as may be. */
void qemu_input_detach(struct qemu_input *i, bool lift);
/* See attach_ops' set_input. */
void qemu_input_set_mode(struct qemu_input *i, enum input_mode mode);
/* QEMU began to migrate, or ended it. */
void qemu_input_set_moving(struct qemu_input *i, bool moving);
/*
 * The QMP connection is gone: what it did not answer, and what waits, is given back, if that
 * was asked for. Before qemu_input_detach.
 */
void qemu_input_give_up(struct qemu_input *i);
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
