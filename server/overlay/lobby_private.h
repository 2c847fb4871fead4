/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of the lobby only. */
#ifndef HF_SERVER_OVERLAY_LOBBY_PRIVATE_H
#define HF_SERVER_OVERLAY_LOBBY_PRIVATE_H

#include "server/machine/machine.h"
#include "server/overlay/lobby.h"
#include "server/overlay/lobby_room.h"
#include "server/relay_pixels.h"

#define LOBBY_TICK_US 100000u /* a picture with each */
/* Of one at another node: when the next is asked for, and after there was none. */
#define LOBBY_ASK_US 2000000u
#define LOBBY_ASK_AGAIN_US 15000000u

enum { LOBBY_ASKED_MOST = 4 }; /* pictures on their way from other nodes, for all lobbies */

/* One machine in one lobby. */
struct card {
    struct card *next;
    struct lobby *lobby;
    struct machine_watcher watcher;
    struct machine *machine; /* NULL: it is gone */
    bool listed;             /* found again while the machines were looked through */
    bool watched;            /* its picture is wanted, because it is seen */
    struct lobby_entry entry;
    struct surface thumb;            /* as it was taken last; 0 x 0: never */
    struct relay_pixels_asker asker; /* for it, where the machine is at another node */
    uint64_t ask_us;                 /* when it asks the next time */
};

struct lobby {
    struct lobbies *all;
    struct lobby *next, **link;
    struct viewer *viewer;
    struct machine *machine; /* drawn: what the viewer looks at */
    struct surface picture;
    uint64_t drawn_us;
    bool dirty; /* to be drawn with the next tick */
    struct card *cards;
    struct card **matching; /* those that the filter leaves */
    unsigned n_matching;
    struct lobby_choice choice;
    struct lobby_shape shape;
    uint64_t deaf_until_us; /* what is pressed before was meant for the machine that went */
};

/* Whether the viewer may see the machine. */
bool lobby_may_see(const struct viewer *v, const struct machine *m);
/* Brings the cards in line with the machines; whether anything reads otherwise now. */
bool lobby_look_around(struct lobby *l);
/* Finds the cards that the filter leaves and where they lie; watches those that are seen. */
void lobby_filter(struct lobby *l);
/* How many cards are seen. */
unsigned lobby_n_seen(const struct lobby *l);
void lobby_free_cards(struct lobby *l);
/* Whether its picture can be taken now. */
bool lobby_can_take_thumb(const struct card *c);
/* Takes the machine's picture for a box of that size. False when there is nothing to be seen,
 * or no room for it, or it is asked for at another node: then it is shown when it comes. */
bool lobby_take_thumb(struct card *c, struct rect box);
/* A card's picture is another one. */
void lobby_show_thumb(struct lobby *l, const struct card *c);
uint64_t lobby_now_us(const struct lobby *l);
/* Draws all anew. */
void lobby_draw_all(struct lobby *l);
/* The same, but with the next tick if it was drawn just now: a client may send any number of
 * keys. */
void lobby_draw_soon(struct lobby *l);
/* Takes one picture of all that are seen in all lobbies, each in turn, and looks around. */
int lobby_on_tick(sd_event_source *source, uint64_t usec, void *all);

#endif
