/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who gets what of a new frame: asks each client of a view whether it takes an update, finds
 * what it owes it, and puts it into a group with all who need the same. Encodes nothing.
 */
#ifndef HF_SERVER_SERVE_H
#define HF_SERVER_SERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "rfb/encode/class.h"
#include "server/group.h"
#include "server/rest.h"
#include "server/view.h"

/* Whether any client could take CopyRect of the next frame. */
bool serve_wants_moves(const struct view *view);
/* A frame was taken: all clients are owed its fresh tiles. */
void serve_note_frame(struct view *view);
/*
 * Asks each client (only: those of this class; NULL: all) whether it takes an update. Clients
 * that only get news are delivered to at once; to the others `give` gives what it has for them
 * within area (whether it had anything). Returns when it should be called again: late clients
 * wait for one another. 0: nobody waits.
 */
uint64_t serve_each(struct view *view, const struct encode_class *only, uint64_t now_us,
                    bool (*give)(void *self, struct view_client *c, struct rect area),
                    void *self);
/* Leaves of d what lies within area, and no more than one update may hold; of `most` tiles
 * (0: any number). */
void serve_bound(struct damage *d, const struct view *view, struct rect area, int most);
/*
 * Fills *groups with what the ready clients get now; clients that only get news are delivered
 * to at once. Returns when it should be called again, be there a new frame or not: late clients
 * wait for one another. 0: nobody waits.
 */
uint64_t serve_clients(struct view *view, const struct rest *rest, uint64_t now_us,
                       struct encode_group **groups);
/* Decides which groups are made of blocks; those grow to whole blocks, and their clients are
 * owed less. */
void serve_settle(struct view *view, struct encode_group *groups, struct blocks *blocks);
/* Whether some client holds inexact tiles, to be looked at again when they have come to rest.
 */
bool serve_any_lossy(const struct view *view);

#endif
