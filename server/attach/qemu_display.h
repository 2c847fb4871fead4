/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control connection to a QEMU's D-Bus display (org.qemu.Display1): its graphic consoles
 * with their properties as they change, and calls on them. QEMU serves one such connection;
 * another client's takes it away from us. Knows no place and no pixels.
 */
#ifndef HF_SERVER_ATTACH_QEMU_DISPLAY_H
#define HF_SERVER_ATTACH_QEMU_DISPLAY_H

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "server/attach/qemu_console.h"

struct qemu_display;

/* Each may free the display. */
struct qemu_display_handler {
    /* The consoles are known. */
    void (*ready)(void *self);
    /* A property of a console changed; what: DISPLAY_* bits. Only after ready. */
    void (*changed)(void *self, unsigned what);
    /* The connection has ended; why is static. Nothing is called after it. */
    void (*lost)(void *self, const char *why);
};

/* Takes over fd, our end of the socket whose other end QEMU got by add_client. 0 or -errno. */
int qemu_display_new(struct qemu_display **display_r, sd_event *loop, int fd,
                     const struct qemu_display_handler *handler, void *self);
/* QEMU took the other end: asks for the consoles. */
void qemu_display_start(struct qemu_display *d);
/* No callback comes any more, answers of calls neither. NULL inside is allowed. */
void qemu_display_free(struct qemu_display **display);

/* The graphic consoles in the order of their numbers; none before ready. */
unsigned qemu_display_consoles(const struct qemu_display *d);
const struct qemu_console *qemu_display_console(const struct qemu_display *d, unsigned index);

/*
 * Calls a method (of org.qemu.Display1.Console when interface is NULL) with arguments as in
 * sd_bus_message_append; an 'h' is copied. done gets the answer (sd_bus_message_get_error tells
 * a refusal) from the loop; NULL: no answer is wanted. 0 or -errno, then done is not called.
 */
int qemu_display_call(struct qemu_display *d, unsigned index, const char *interface,
                      const char *method, sd_bus_message_handler_t done, void *self,
                      const char *types, ...);

#endif
