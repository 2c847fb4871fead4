/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All machines of this daemon: which places make one machine, which names they bear. A machine
 * is known by its UUID; a null UUID identifies nothing. Knows no viewers.
 */
#ifndef HF_SERVER_MACHINE_MACHINES_H
#define HF_SERVER_MACHINE_MACHINES_H

#include "server/machine/keymaps.h"
#include "server/machine/machine.h"
#include "server/machine/machine_names.h"

struct view;
struct view_keeper;
struct cluster;
struct discover;
struct pool;

struct machines {
    sd_event *loop;
    const struct config *config;
    /* Makes the keeper of a new view; its first argument is keeper_self. */
    struct view_keeper *(*keep_view)(void *keeper_self, struct view *view);
    void *keeper_self;
    struct dialer *dialer;   /* of the places; lent, or NULL */
    struct cluster *cluster; /* likewise */
    struct pool *pool;       /* likewise; NULL: what is to be computed is computed at once */
    struct machine *first;   /* in the order of their names */
    struct machine_names names;
    struct text_map by_uuid; /* machines */
    struct text_map places;  /* by their texts, identified or not */
    struct place *unknown;   /* those that have not told yet who they are */
    struct discover *discover;
    struct keymaps keymaps;
    /* Called when a machine appears or its name is decided (to open its own listeners), and
     * before it goes. May be NULL. */
    void (*on_added)(void *self, struct machine *m);
    void (*on_removed)(void *self, struct machine *m);
    /* May be NULL. */
    void (*on_event)(void *self, struct machine *m, enum machine_event event);
    /* Its places, their states, which one is active, its name or UUID are not what they were.
     * May be NULL. */
    void (*on_places)(void *self, struct machine *m);
    /*
     * Who looks at a machine whose picture comes from another node is to be told this, as
     * machine_notice says; text NULL: no more. May be NULL.
     */
    void (*on_notice)(void *self, struct machine *m, int about, const char *text,
                      uint64_t since_us, uint64_t for_us);
    void *self;
};

/* Opens all configured places and watches the discover folder. */
void machines_start(struct machines *all, sd_event *loop, const struct config *config);
/*
 * Another config is in force: sections and places that are new are opened, those that are gone
 * are closed. The one before may be freed afterwards.
 */
void machines_reload(struct machines *all, const struct config *config);
void machines_stop(struct machines *all);
/* NULL when there is none. */
struct machine *machines_find(const struct machines *all, const char *name);
struct machine *machines_find_uuid(const struct machines *all, const uint8_t uuid[16]);
/*
 * Attaches a place under a name: a new machine, or one more place of a known one. 0, -EEXIST
 * (the place is attached already), -EINVAL (bad place or name; *why_r).
 */
int machines_attach(struct machines *all, const char *name, const char *place,
                    const char **why_r);
/* A viewer left: a machine that nothing holds any more is forgotten. */
void machines_viewer_left(struct machine *m);
/* Forgets a machine and all its places; its viewers are told. -ENOENT. */
int machines_detach(struct machines *all, const char *name);
/*
 * "node:NAME/KEY": a machine is at another node, too. Nothing when the place is open already;
 * 0, or -EINVAL and *why_r.
 */
int machines_open_node_place(struct machines *all, const char *text, const char **why_r);
/* It is not there any more. */
void machines_close_node_place(struct machines *all, const char *text);

#endif
