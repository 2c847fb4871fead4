/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine's input on its way to whichever place is active: passes it on, or holds it in order
 * while the machine is between two places, and plays it afterwards. Knows which keys and
 * buttons the guest was told pressed, wherever it ran then. Holds no timers and knows no
 * places.
 */
#ifndef HF_SERVER_MACHINE_HELD_INPUT_H
#define HF_SERVER_MACHINE_HELD_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/keystate.h"
#include "input/sink.h"

/*
 * Keyboards have short queues (PS/2: 16 bytes; USB: 16 events, fetched every 10 ms), so held
 * keys and buttons are played as a burst of this many and then one by one.
 */
enum { HELD_BURST = 6 };
#define HELD_STEP_US 10000

enum held_mode { HELD_PASS, HELD_HOLD, HELD_PLAY };

struct held_input {
    struct input_sink out; /* ops NULL: nobody is there, what comes is lost and counted */
    enum held_mode mode;
    unsigned most;    /* events held; 0: none */
    uint64_t most_us; /* how long they are held */
    uint64_t since_us, next_us;
    unsigned burst;
    struct input_event *events;
    size_t n, room;
    size_t older;         /* of `events`, the first that went ahead of what was held here */
    bool takes_older;     /* what comes goes there */
    struct keystate keys; /* that the guest has down */
    struct keystate
        told;         /* pressed or released since it runs where it does: `keys` is certain */
    unsigned buttons; /* likewise, bits 1 << enum pointer_button */
    bool fresh;       /* the guest is another one: what users hold is not pressed there */
    struct keystate spared_keys; /* that: held by users until they press or release it anew */
    unsigned spared_buttons;
    struct keystate unsure_keys; /* down, unless they were let go while nothing was heard */
    uint64_t held, lost; /* key and button events since the start: held; found no room or no
                            machine */
    uint64_t told_lost;  /* the part of `lost` that the owner has logged */
    uint64_t voided;     /* releases whose press was lost before: not passed on */
    uint64_t made;       /* presses and releases that brought keys in line */
};

/* most, most_us: see above; they may be changed at any time. */
void held_input_init(struct held_input *h, unsigned most, uint64_t most_us);
void held_input_fini(struct held_input *h);
/* What the machine's keyboard and pointer send to. Lives as long as h. */
struct input_sink held_input_sink(struct held_input *h);

/* From now on nothing passes. The time counts from the first of several calls. */
void held_input_hold(struct held_input *h, uint64_t now_us);
/*
 * What a place could not deliver any more, in order: goes before all that is held;
 * behind_older: but for what held_input_take_older let go ahead.
 */
void held_input_give_back(struct held_input *h, const struct input_event *events, size_t n,
                          bool behind_older);
/* While nothing passes: whether what comes now was typed before all that is held. */
void held_input_take_older(struct held_input *h, bool on);
/*
 * Whether somebody here held e's key or button when e was typed, where `now` says whether
 * somebody does now: between lies what waits, if e goes ahead of it.
 */
bool held_input_was_down(const struct held_input *h, const struct input_event *e, bool now);
/*
 * Sends to `out` what is held, as far as may be now; what comes meanwhile waits behind it.
 * Whether there is more, to be sent after HELD_STEP_US; false: all passes again. Held input
 * that is too old is lost.
 */
bool held_input_play(struct held_input *h, uint64_t now_us);
/* A key or button that is down at the guest, though nothing here pressed it. */
void held_input_is_down(struct held_input *h, const struct input_event *e);
/*
 * What the guest has down may have been let go: what nobody holds is released again, modifiers
 * that are held are pressed again.
 */
void held_input_doubt(struct held_input *h);
/* Likewise one that it may have down, by what is known of another place: not when something was
 * passed on of it since. */
void held_input_may_be_down(struct held_input *h, const struct input_event *e);
/* The guest goes on at another place. */
void held_input_arrive(struct held_input *h);
/* Nothing is held any more and all passes: what was held is lost. */
void held_input_discard(struct held_input *h);
/* The guest that comes next has nothing down. */
void held_input_forget(struct held_input *h);
/*
 * After playing: releases what the guest has down and nobody holds; presses what users hold and
 * the guest lacks. The numbers of holders as struct keyboard and struct pointer have them.
 */
void held_input_settle(struct held_input *h, const uint16_t keys[256],
                       const uint16_t buttons[BUTTON_COUNT]);

#endif
