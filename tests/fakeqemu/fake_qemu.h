/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole QEMU for tests, as far as a place sees one: a QMP socket with a D-Bus display behind
 * it. */
#ifndef HF_TESTS_FAKEQEMU_FAKE_QEMU_H
#define HF_TESTS_FAKEQEMU_FAKE_QEMU_H

#include "tests/fakeqemu/fake_display.h"
#include "tests/fakeqemu/fake_qmp.h"

struct fake_qemu {
    struct fake_qmp qmp;
    struct fake_display display;
    char folder[32], path[64]; /* path of the QMP socket */
    const char *name, *uuid, *status;
    const char *no_display; /* the error of add_client, or NULL */
    bool mouse_absolute;
    unsigned refuses_inputs; /* so many of the next input-send-event, as if it stood still */
    char *log_text; /* what was called, a line each; fflush(log) first */
    size_t log_size;
    FILE *log;
};

/* A running machine with one console. */
struct fake_qemu *fake_qemu_new(sd_event *loop);
void fake_qemu_free(struct fake_qemu **qemu);
/* All lines so far. */
const char *fake_qemu_log(struct fake_qemu *q);
/* Says the event, after setting what query-status will answer. */
void fake_qemu_status(struct fake_qemu *q, const char *status, const char *event);

#endif
