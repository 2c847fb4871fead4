/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Watches a folder for QMP sockets (*.sock, or links to one) that come and go, and opens and
 * closes places for them. A folder that is not there yet is looked for again.
 */
#ifndef HF_SERVER_MACHINE_DISCOVER_H
#define HF_SERVER_MACHINE_DISCOVER_H

struct machines;
struct discover;
struct place;

struct discover *discover_start(struct machines *all, const char *folder);
/* Places that were configured may not be any more: looks at the folder once more. d may be
 * NULL. */
void discover_again(struct discover *d);
/* A place was closed; d may be NULL. */
void discover_place_closed(struct discover *d, const struct place *place);
/* A place is to be closed and opened by somebody else, who may give it up later. */
void discover_give_away(struct discover *d, const struct place *place);
void discover_stop(struct discover **discover);

#endif
