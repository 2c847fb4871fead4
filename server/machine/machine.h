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

#include "base/text_map.h"
#include "framebuffer/damage.h"
#include "framebuffer/surface.h"
#include "input/keyboard.h"
#include "input/keymap.h"
#include "input/pointer.h"
#include "server/attach/attach.h"
#include "server/config.h"
#include "server/machine/held_input.h"
#include "server/machine/switchboard.h"

struct lobby;
struct machines;
struct peer_machine;
struct machine_notices;
struct machine_told;
struct place_picture;
struct view;

struct place {
    struct switch_place seat; /* at the machine's switchboard */
    struct machines *all;
    struct machine *machine;    /* NULL until it has told who it is */
    struct place *next, **link; /* of the machine, or of those still unknown */
    char *text;                 /* "qmp:/run/vm/web1.sock" */
    struct text_map_entry by_text;
    struct attach *attach;
    enum place_state state;
    char *problem;               /* what a person should do, or NULL */
    bool discovered, configured; /* by the folder; by the config file; neither: by hand */
    bool from_node;              /* or told by another node */
    char *file_name;             /* of its socket: the name of last resort; or NULL */
    bool warned_no_uuid;
    struct place_head heads[HEADS_MOST]; /* labels are not kept */
    unsigned n_heads;
    unsigned leds; /* as last told, like all of this, also while another place is active */
    bool absolute;
    enum input_mode input;         /* as it was told to do */
    bool watched;                  /* it was asked for pixels */
    bool whole;                    /* and all of them have come */
    struct place_picture *picture; /* where its pixels go while they are not shown; or NULL */
    uint64_t ran;                  /* when it began to run last; see switchboard.h */
    uint64_t stopped_us;           /* when its guest stopped; 0: it runs, as far as is known */
    uint64_t drew_us; /* when its first pixels came after a move to it; 0: not yet */
};

struct machine_head {
    struct surface shadow;
    struct damage changed; /* scratch of one comparison */
    bool can_resize;
};

enum machine_state { MACHINE_WAITING, MACHINE_RUNNING, MACHINE_PAUSED, MACHINE_SWITCHING };
const char *machine_state_name(enum machine_state state);

/* What happened to a machine; told to machines.on_event. */
enum machine_event {
    MACHINE_EVENT_SWITCHING, /* stopped, to go on at another place */
    MACHINE_EVENT_SWITCHED,  /* goes on there */
    MACHINE_EVENT_WAITING,   /* is at no place */
    MACHINE_EVENT_BACK,      /* runs again where it was, or after it was waited for */
    MACHINE_EVENT_RESET,
};
const char *machine_event_name(enum machine_event event);

/* What a machine tells those who look at it. */
enum machine_news {
    MACHINE_NEWS_STATE, /* its state, its name, its heads */
    MACHINE_NEWS_LEDS,
    MACHINE_NEWS_POINTER_IMAGE, /* the shape, or whether it shows */
    MACHINE_NEWS_POINTER_POS,
    MACHINE_NEWS_POINTER_MODE, /* absolute or relative */
    MACHINE_NEWS_PICTURE,      /* the picture is complete, after having been watched anew */
    MACHINE_NEWS_INPUT,        /* machine_input_settled may say something else */
    MACHINE_NEWS_LEAVES,       /* it goes on at another node; nothing has been sent there yet */
    MACHINE_NEWS_RESET,        /* its guest was reset */
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
    char uuid_text[37]; /* while it has one */
    struct text_map_entry by_uuid;
    bool configured;              /* stands in the config file: stays without a place */
    bool by_hand;                 /* was attached by hand: likewise */
    struct machine_config config; /* borrowed strings of the config in force */
    struct place *places, *active;
    uint64_t epoch; /* counts changes of the active place */
    enum machine_state state;
    struct switchboard switchboard;
    struct machine_moves {
        uint64_t switches;    /* moves from place to place since the start */
        uint64_t picture;     /* counts pictures of new places that were taken over */
        uint64_t stopped_us;  /* when the guest stopped for the switch under way; 0: none */
        uint64_t gap_from_us; /* the same of the last switch */
        uint64_t arrived_us;  /* when it began to run at the new place */
        uint64_t last_gap_us; /* see machine_update_queued; UINT64_MAX: not known */
        bool gap_open;        /* the switch's first update has not been queued */
        bool picture_taken;   /* the new place's picture is in the shadow */
    } moves;
    struct held_input held;       /* between keyboard, pointer and the active place */
    struct place *giving_back;    /* its undelivered input is being waited for; or NULL */
    bool play_wanted;             /* held input is to be played, once that has come */
    bool confirming;              /* it is held for machine_confirm_input alone */
    bool point_again;             /* the new place is told where the pointer is */
    sd_event_source *held_timer;  /* goes on with playing */
    sd_event_source *away_notice; /* tells viewers when it takes long */
    uint64_t away_us;             /* since when it moves or is waited for */
    sd_event_source *settled;     /* looks again a while after a switch */
    sd_event_source *patience;    /* ends the wait for a place that is not known */

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
    unsigned n_watching;       /* viewers and screenshots that want pixels */
    bool watching;             /* the place was told to send them */
    bool shown_from_elsewhere; /* views were kept last for a place at another node */
    bool picture_complete;
    sd_event_source *idle_timer;
    struct machine_watcher *watchers;
    unsigned n_viewers;
    struct lobby *lobby;             /* that it shows; NULL: it is a machine */
    struct machine_told *told;       /* what other nodes were told of it: served_told.c */
    struct machine_notices *notices; /* server/overlay/machine_notices.h; NULL: none yet */
};

/* The node that the active place stands for; NULL: it is a place of this node, or there is
 * none.
 */
struct peer_machine *machine_elsewhere(const struct machine *m);
/* Whether the place is at another node. */
bool place_is_elsewhere(const struct place *p);
/*
 * What a node tells others of the places here together: the state of the active one, or else of
 * the one that is most the machine, and in *ran_r (0: it does not run) since when. False when
 * there is no place here.
 */
bool machine_state_here(const struct machine *m, enum place_state *state_r, uint64_t *ran_r);

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

/*
 * An update was queued to a viewer; picture: the `moves.picture` of when its frame was taken.
 * The first with the picture of a new place ends the gap of its switch, which began when the
 * source's guest stopped.
 */
void machine_update_queued(struct machine *m, uint64_t picture);

/* ---- input of other nodes ---- */

/* What comes now gets to the active place, if behind what is held and is about to be played. */
static inline bool machine_input_passes(const struct machine *m)
{
    return m->active && (m->held.mode != HELD_HOLD || m->play_wanted);
}

/*
 * Whether all input that was ever sent to the machine here has reached a guest, or the next
 * place, or nobody; told anew by MACHINE_NEWS_INPUT.
 */
bool machine_input_settled(const struct machine *m);
/*
 * Somebody has heard that the machine runs elsewhere: input stops for a moment, until what the
 * guest here did not get has been given back. Nothing where that is known anyway.
 */
void machine_confirm_input(struct machine *m);
/* These keys and buttons are down at the guest, as those know who hold them: sends nothing. */
void machine_input_is_down(struct machine *m, const struct input_event *e);
/* The same of one that may be down there, unless it is known better here. */
void machine_input_may_be_down(struct machine *m, const struct input_event *e);
/* What these hands and this mouse hold is held by somebody else from now on: sends nothing. */
void machine_input_leaves(struct machine *m, struct hands *hands, struct mouse *mouse);
/*
 * What comes until `on` is false goes before what is held: it was on its way to the machine
 * before, and another place gave it back.
 */
void machine_input_older(struct machine *m, bool on);
/* See held_input_was_down. */
bool machine_input_was_down(const struct machine *m, const struct input_event *e, bool now);
/* Input that comes until `on` is false was let through already, wherever the machine is. */
void machine_input_sure(struct machine *m, bool on);

/* A viewer has come: it is told that the machine is away where the picture does not say so (see
 * machine_notice). */
void machine_tell_newcomer(struct machine *m);

/* Asks the active place; -ENODEV without one, -EOPNOTSUPP where it cannot. */
int machine_resize(struct machine *m, unsigned head, int w, int h);
int machine_power(struct machine *m, enum power_action action);

/*
 * One frame of a head (-1: all, side by side) as it is now (listening for it when nobody
 * watches), without the notices that lie over it. done is called once, from the loop, perhaps
 * before this returns; frame is NULL with a static why when there is no picture within 5 s, or
 * where the machine is at another node, RELAY_PIXELS_US_MOST.
 */
void machine_screenshot(struct machine *m, int head,
                        void (*done)(void *self, const struct surface *frame, const char *why),
                        void *self);

#endif
