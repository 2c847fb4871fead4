/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A place: one running (or incoming) incarnation of a machine that we can reach. Each kind
 * (QEMU by its QMP socket, the synthetic pattern) implements attach_ops and tells its owner
 * what it sees through attach_handler. A kind knows neither viewers nor sessions. Everything
 * happens on the loop; nothing blocks it.
 */
#ifndef HF_SERVER_ATTACH_ATTACH_H
#define HF_SERVER_ATTACH_ATTACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "framebuffer/pointer_image.h"
#include "framebuffer/rect.h"
#include "framebuffer/source_format.h"
#include "input/keystate.h"
#include "input/sink.h"
#include "server/attach/dialer.h"

enum { HEADS_MOST = 16 };

enum place_state {
    PLACE_CONNECTING, /* nothing known yet, or lost and being tried again */
    PLACE_INCOMING,   /* waits for a migration's data */
    PLACE_RUNNING,
    PLACE_PAUSED,    /* stopped, by someone or by an error */
    PLACE_SWITCHING, /* stopped for a migration's switch-over */
    PLACE_GONE,      /* has migrated elsewhere */
    PLACE_LOST,      /* it was there and is not any more */
};
/* "running", "gone-elsewhere", ... */
const char *place_state_name(enum place_state state);

enum place_event {
    PLACE_RESET,
    PLACE_SHUTDOWN,
    PLACE_POWERDOWN,
    PLACE_PANIC,
    PLACE_STOPPED, /* the guest stands still since just now; its state is told soon */
};

/* What a place does with input. */
enum input_mode {
    INPUT_PASSES,    /* sends it */
    INPUT_CONFIRMED, /* sends it so that what the guest did not get is known: it may move soon
                      */
    INPUT_HELD,      /* sends nothing more */
};

enum power_action { POWER_SHUTDOWN, POWER_REBOOT, POWER_RESET };

struct place_identity {
    const char *name; /* QEMU's -name, or NULL */
    uint8_t uuid[16];
    bool has_uuid; /* false: null or none, identifies nothing */
};

struct place_head {
    int w, h;        /* px; 0 x 0 while unknown or disabled */
    bool can_resize; /* takes `resize` */
    const char *label;
};

/*
 * What a place tells its owner; every member must be set. Pointers hold during the call only.
 * None is called before `open` has returned, nor after `close`. `self` is what was given to
 * open.
 */
struct attach_handler {
    void (*identity)(void *self, const struct place_identity *identity);
    /* why: text for people, or NULL. */
    void (*state)(void *self, enum place_state state, const char *why);
    void (*event)(void *self, enum place_event event);
    /* The graphic heads, whenever their number or one's properties change (sizes too); n at
     * most HEADS_MOST. */
    void (*heads)(void *self, const struct place_head *heads, unsigned n);
    /* New content of r, which lies in the head's size as last told. */
    void (*pixels)(void *self, unsigned head, struct rect r, const void *src, size_t src_stride,
                   enum source_format format);
    /* The head shows nothing (Disable): black. */
    void (*blank)(void *self, unsigned head);
    /* The shape; the owner takes its own reference. Hot spots inside. */
    void (*pointer_image)(void *self, unsigned head, struct pointer_image *image);
    /* Where the machine itself puts the pointer, px in that head, and whether it shows one. */
    void (*pointer_moved)(void *self, unsigned head, int x, int y, bool visible);
    void (*leds)(void *self, unsigned leds);
    /* Whether it takes positions (tablet) or motion (mouse). */
    void (*absolute)(void *self, bool absolute);
    /* Something a person must do, said once per cause: "another client holds this QMP socket:
     * ...". NULL: there is nothing any more, where running again does not say so. */
    void (*problem)(void *self, const char *text);
    /*
     * All pixels that were asked for by watch(true) have come at least once: screenshots may be
     * taken. A place that has left PLACE_INCOMING tells it once more, when it shows what has
     * come to it.
     */
    void (*picture_complete)(void *self);
    /*
     * After set_input with INPUT_HELD, once: everything that was sent has been answered. These
     * events, in order, have not reached the guest; n may be 0. May come inside set_input.
     */
    void (*input_back)(void *self, const struct input_event *events, size_t n);
};

struct cluster;

struct attach_context {
    sd_event *loop;
    struct dialer
        *dialer; /* for what we may not connect to; lent, outlives the place. Or NULL */
    struct cluster *cluster; /* for places at other nodes; likewise. Or NULL */
};

struct attach;
struct peer_machine;

/* The state of an opened place; each kind embeds it first. */
struct attach {
    const struct attach_ops *ops;
    const struct attach_handler *handler;
    void *self;    /* handler's */
    unsigned busy; /* busy and closed: see attach_private.h */
    bool closed;
};

struct attach_ops {
    const char *scheme; /* "qmp", "pattern" */
    /*
     * Begins to reach `address` (what stands behind "scheme:"), without waiting; a place that
     * is not there is tried again with back-off until close. 0, or -EINVAL and *why_r for an
     * address that can never work.
     */
    int (*open)(struct attach **attach_r, const struct attach_context *context,
                const char *address, const struct attach_handler *handler, void *self,
                const char **why_r);
    void (*close)(struct attach *a); /* frees a; may be called from inside a handler call */
    /* Whether pixels and pointer shapes are wanted. Off at the start. Off: no listener, no
     * copies. */
    void (*watch)(struct attach *a, bool on);
    const struct input_sink_ops *input; /* self is the attach */
    /* INPUT_PASSES at the start. NULL: what is sent has arrived, nothing ever comes back. */
    void (*set_input)(struct attach *a, enum input_mode mode);
    /*
     * Asks the machine for another size. 0 asked, -EOPNOTSUPP, -EINVAL; -EREMOTE, as from
     * `power`: it is at another node, which is asked in the name of a session (seat_wish).
     */
    int (*resize)(struct attach *a, unsigned head, int w, int h);
    int (*power)(struct attach *a, enum power_action action);
    /*
     * Its pixels do not come here: its picture comes encoded, by this (lent), from the node
     * where it is. NULL: they do.
     */
    struct peer_machine *(*elsewhere)(const struct attach *a);
    /* When it began to run, as switchboard.h counts it; 0: never. NULL: when it was heard. */
    uint64_t (*ran)(const struct attach *a);
    /*
     * Keys and buttons (bits 1 << enum pointer_button) that the guest has down from where it
     * ran before, and whose releases come here. NULL: it need not know.
     */
    void (*adopt)(struct attach *a, const struct keystate *keys, unsigned buttons);
    /* What is sent until play(false) was let through before, at another place. NULL: all the
     * same. */
    void (*play)(struct attach *a, bool on);
    /* Whether all that was played has arrived; input_back without events follows when it was
     * not. NULL: always. */
    bool (*settled)(const struct attach *a);
};

/* The table: "qmp:/run/x.sock" gives the ops for its scheme and, in *address_r, the rest. NULL:
 * no such scheme. */
const struct attach_ops *attach_ops_for(const char *place, const char **address_r);

#endif
