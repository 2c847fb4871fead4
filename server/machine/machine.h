/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine: what its viewers share, whatever place it runs at. Holds the shadow of every head,
 * the pointer, the keyboard and mouse as all users share them, and the views that are looked
 * at. Knows no connections.
 */
#ifndef HF_SERVER_MACHINE_MACHINE_H
#define HF_SERVER_MACHINE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "framebuffer/damage.h"
#include "framebuffer/surface.h"
#include "input/keyboard.h"
#include "input/keymap.h"
#include "input/pointer.h"
#include "server/attach/attach.h"
#include "server/config.h"

struct machines;
struct machine_notices;
struct view;

struct place {
    struct machines *all;
    struct machine *machine; /* NULL until it has told who it is */
    struct place *next;      /* of the machine, or of those still unknown */
    char *text;              /* "qmp:/run/vm/web1.sock" */
    struct attach *attach;
    enum place_state state;
    char *problem;               /* what a person should do, or NULL */
    bool discovered, configured; /* by the folder; by the config file; neither: by hand */
    char *file_name;             /* of its socket: the name of last resort; or NULL */
    bool warned_no_uuid;
    struct place_head heads[HEADS_MOST]; /* labels are not kept */
    unsigned n_heads;
    unsigned leds; /* as last told, like all of this, also while another place is active */
    bool absolute;
};

struct machine_head {
    struct surface shadow;
    struct damage changed; /* scratch of one comparison */
    bool can_resize;
};

enum machine_state { MACHINE_WAITING, MACHINE_RUNNING, MACHINE_PAUSED, MACHINE_SWITCHING };
const char *machine_state_name(enum machine_state state);

/* What a machine tells those who look at it. */
enum machine_news {
    MACHINE_NEWS_STATE, /* its state, its name, its heads */
    MACHINE_NEWS_LEDS,
    MACHINE_NEWS_POINTER_IMAGE, /* the shape, or whether it shows */
    MACHINE_NEWS_POINTER_POS,
    MACHINE_NEWS_POINTER_MODE, /* absolute or relative */
    MACHINE_NEWS_PICTURE,      /* the picture is complete, after having been watched anew */
};

/* Embedded in whoever looks. A watcher may remove itself while it is told. */
struct machine_watcher {
    struct machine_watcher *next, **link; /* the machine's */
    void (*news)(struct machine_watcher *w, enum machine_news news);
    void (*gone)(struct machine_watcher *w); /* detached: w is unlinked already */
};

struct machine {
    struct machines *owner;
    struct machine *next;
    char *name;
    uint8_t uuid[16];
    bool has_uuid;
    bool configured;              /* stands in the config file: stays without a place */
    bool by_hand;                 /* was attached by hand: likewise */
    struct machine_config config; /* borrowed strings of the config in force */
    struct place *places, *active;
    uint64_t epoch; /* counts changes of the active place */
    enum machine_state state;

    struct machine_head heads[HEADS_MOST];
    unsigned n_heads;
    struct pointer_image *pointer_image; /* never NULL: the last shape told, or the arrow */
    bool pointer_image_known;            /* the machine told a shape since it was attached */
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
    struct machine_notices *notices; /* server/overlay/machine_notices.h; NULL: none yet */
};

/* Viewers come and go: pixels are wanted from the first one on, and until listener-idle after
 * the last. */
void machine_watch(struct machine *m);
void machine_unwatch(struct machine *m);
void machine_add_watcher(struct machine *m, struct machine_watcher *w);
void machine_remove_watcher(struct machine_watcher *w);

/* The picture's size: heads side by side from left to right, in px. 0 x 0 while there is none.
 */
void machine_size(const struct machine *m, int *w_r, int *h_r);
/* 36 characters and a zero. */
void machine_uuid_text(const uint8_t uuid[16], char text_r[37]);
bool machine_uuid_parse(const char *text, uint8_t uuid_r[16]);

/*
 * Where the pointer is now, as the machine or a viewer put it: px in that head. Tells watchers
 * and redraws.
 */
void machine_pointer_at(struct machine *m, unsigned head, int x, int y, bool visible);

/* Asks the active place; -ENODEV without one, -EOPNOTSUPP where it cannot. */
int machine_resize(struct machine *m, unsigned head, int w, int h);
int machine_power(struct machine *m, enum power_action action);

/*
 * One frame of a head (-1: all, side by side) as it is now (listening for it when nobody
 * watches). done is called once, from the loop, perhaps before this returns; frame is NULL with
 * a static why when there is no picture within 5 s.
 */
void machine_screenshot(struct machine *m, int head,
                        void (*done)(void *self, const struct surface *frame, const char *why),
                        void *self);

#endif
