/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One listener on one console of a QEMU: the object org.qemu.Display1.Listener (with Unix.Map)
 * that QEMU calls with its picture and pointer, over a connection of its own. Checks what comes
 * and passes it on; keeps no picture and knows no place. It never stops reading: QEMU's queue
 * to it has no bound.
 */
#ifndef HF_SERVER_ATTACH_QEMU_LISTENER_H
#define HF_SERVER_ATTACH_QEMU_LISTENER_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "framebuffer/pointer_image.h"
#include "server/attach/scanout.h"

struct qemu_listener;

/* All pointers hold during the call. Each may free the listener. */
struct qemu_listener_handler {
    /* The picture has this size from now on; all of it follows, if QEMU keeps its word, and
     * then `whole`. */
    void (*scanout)(void *self, int w, int h);
    void (*whole)(void *self);
    /* New pixels; r need not lie in the picture: QEMU may have changed its size before it says
     * so. */
    void (*pixels)(void *self, const struct scanout_pixels *pixels, const void *data);
    void (*disable)(void *self);
    void (*pointer_image)(void *self, struct pointer_image *image);
    void (*pointer_moved)(void *self, int x, int y, bool visible);
    /* Something came that cannot be used; why is static. */
    void (*bad)(void *self, const char *why);
    void (*lost)(void *self);
};

/*
 * Makes a listener and the socket that RegisterListener hands to QEMU, which the caller closes.
 * 0 or -errno.
 */
int qemu_listener_new(struct qemu_listener **listener_r, sd_event *loop, int *theirs_r,
                      const struct qemu_listener_handler *handler, void *self);
/* Nothing is called any more; may be called in a callback. NULL inside is allowed. */
void qemu_listener_free(struct qemu_listener **listener);

#endif
