/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of a viewer's overlay only. */
#ifndef HF_SERVER_OVERLAY_OVERLAY_PRIVATE_H
#define HF_SERVER_OVERLAY_OVERLAY_PRIVATE_H

#include <systemd/sd-event.h>

#include "input/hot_key.h"
#include "server/overlay/menu.h"
#include "server/overlay/overlay.h"
#include "server/viewer.h"

enum { OVERLAY_KEYS_MOST = 16 };

enum overlay_quality { OVERLAY_QUALITY_AUTO, OVERLAY_QUALITY_EXACT, OVERLAY_QUALITY_LOW };

struct overlay {
    struct viewer *viewer;
    struct hot_key hot_key;
    bool passing; /* an event of ours goes on to the machine */
    bool menu_open;
    struct menu menu;
    uint32_t keys[OVERLAY_KEYS_MOST]; /* pressed here: their releases end here too */
    unsigned n_keys;
    unsigned buttons; /* as last heard */
    bool draining;    /* buttons were pressed here and are not all up */
    enum overlay_quality quality;
    struct notices notices;
    struct rect strip;        /* where they were drawn */
    sd_event_source *timer;   /* of the notices */
    sd_event_source *drawing; /* when it is to be drawn */
    uint64_t drawn_us;
    bool pointer_known;
    int pointer_x, pointer_y; /* px in the view */
    uint64_t dropped_us;      /* when it was told last that somebody else drives */
};

/* Made when there is none. */
struct overlay *overlay_of(struct viewer *v);
uint64_t overlay_now_us(const struct overlay *o);
/* All that lies over the picture is to be drawn: soon, and not too often. */
void overlay_draw(struct overlay *o);
/* The strip of notices goes out of its way. */
void overlay_pointer_moved(struct overlay *o);
void overlay_find_facts(const struct overlay *o, struct menu_facts *facts_r);
/* Opens or closes the menu. */
void overlay_open_menu(struct overlay *o);
void overlay_close_menu(struct overlay *o);
/* What a row of the menu says. The viewer may be gone afterwards, with its overlay. */
void overlay_carry_out(struct overlay *o, enum menu_action action);

#endif
