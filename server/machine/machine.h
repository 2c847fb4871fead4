/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine: what its viewers share, whatever place it runs at. Holds the shadow of every head, the pointer, the
 * keyboard and mouse as all users share them, and the views that are looked at. Knows no connections.
 */
#ifndef HF_SERVER_MACHINE_MACHINE_H
#define HF_SERVER_MACHINE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "framebuffer/surface.h"
#include "input/keyboard.h"
#include "input/keymap.h"
#include "input/pointer.h"
#include "server/attach/attach.h"
#include "server/config.h"

struct machines;
struct view;

struct place {
    struct machine *machine;
    struct place *next;
    char *text; /* "qmp:/run/vm/web1.sock" */
    struct attach *attach;
    enum place_state state;
    char *problem; /* what a person should do, or NULL */
    bool discovered;
    struct place_head heads[HEADS_MOST]; /* labels are not kept */
    unsigned n_heads;
};

struct machine_head {
    struct surface shadow;
    bool can_resize;
};

enum machine_state { MACHINE_WAITING, MACHINE_RUNNING, MACHINE_PAUSED, MACHINE_SWITCHING };
const char *machine_state_name(enum machine_state state);

/* Called when something happened that viewers of the machine must learn; a list, each entry the owner's. */
struct machine_watcher {
    struct machine_watcher *next, **link; /* the machine's */
    /* The machine has a picture and input now, or lost its last place; its name changed; it is going away for good. */
    void (*changed)(struct machine_watcher *w);
    void (*leds)(struct machine_watcher *w);
    void (*pointer_mode)(struct machine_watcher *w);
    void (*gone)(struct machine_watcher *w); /* detached: w is unlinked already */
};

struct machine {
    struct machines *owner;
    struct machine *next;
    char *name;
    uint8_t uuid[16];
    bool has_uuid;
    bool configured; /* stands in the config file or was attached by hand; stays without a place */
    struct machine_config config; /* borrowed strings of the config in force */
    struct place *places, *active;
    enum machine_state state;

    struct machine_head heads[HEADS_MOST];
    unsigned n_heads;
    struct pointer_image *pointer_image; /* never NULL */
    bool pointer_visible;
    unsigned pointer_head;
    int pointer_x, pointer_y; /* px in that head: where the machine or a viewer put it last */
    unsigned leds;

    struct keyboard keyboard;
    struct pointer pointer;
    struct keymap *keymap;

    struct view *views;
    unsigned n_watching; /* viewers and screenshots that want pixels */
    bool watching;       /* the place was told to send them */
    bool picture_complete;
    sd_event_source *idle_timer;
    struct machine_watcher *watchers;
    unsigned n_viewers;
};

/* Viewers come and go: pixels are wanted from the first one on, and until listener-idle after the last. */
void machine_watch(struct machine *m);
void machine_unwatch(struct machine *m);
void machine_add_watcher(struct machine *m, struct machine_watcher *w);
void machine_remove_watcher(struct machine_watcher *w);

/* The picture's size: heads side by side from left to right, in px. 0 x 0 while there is none. */
void machine_size(const struct machine *m, int *w_r, int *h_r);
/* 36 characters and a zero. */
void machine_uuid_text(const uint8_t uuid[16], char text_r[37]);
bool machine_uuid_parse(const char *text, uint8_t uuid_r[16]);

/* Asks the active place; -ENODEV without one, -EOPNOTSUPP where it cannot. */
int machine_resize(struct machine *m, unsigned head, int w, int h);
int machine_power(struct machine *m, enum power_action action);

/*
 * One frame of all heads as they are now (listening for it when nobody watches). done is called once, from the loop,
 * perhaps before this returns; frame is NULL with a static why when there is no picture within 5 s.
 */
struct machine_shot;
void machine_screenshot(struct machine *m, void (*done)(void *self, const struct surface *frame, const char *why),
                        void *self);

#endif
