/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For the files of this folder only: how places feed their machine. */
#ifndef HF_SERVER_MACHINE_MACHINE_PRIVATE_H
#define HF_SERVER_MACHINE_MACHINE_PRIVATE_H

#include "server/machine/machine.h"

struct machine *machine_new(struct machines *owner, const char *name);
/* Tells its watchers, orphans its views. Its places must be gone. */
void machine_free(struct machine *m);
/* Takes over the section's values (strings stay the config's). */
void machine_set_config(struct machine *m, const struct machine_config *config);
void machine_tell(struct machine *m, enum machine_news news);
/* Calls on_places. */
void machine_tell_places(struct machine *m);

/* ---- moves.c ---- */

void machine_moves_init(struct machine *m);
void machine_moves_fini(struct machine *m);
/* A place has joined its list, or left it. */
void machine_place_joins(struct machine *m, struct place *p);
void machine_place_leaves(struct machine *m, struct place *p);
/* p->state is new, or was said again. before: what it was. */
void machine_place_state(struct machine *m, struct place *p, enum place_state before);
/* All of its picture is there. */
void machine_place_complete(struct machine *m, struct place *p);
/* Its guest was reset. */
void machine_place_reset(struct machine *m, struct place *p);
/* See attach_handler. */
void machine_place_gives_back(struct machine *m, struct place *p,
                              const struct input_event *events, size_t n);
/* Asks each place for pixels, or not, as the machine wants them now. */
void machine_watch_places(struct machine *m);

/* ---- machine.c ---- */

/* What the active place says. Positions in px of the head; see attach_handler. */
void machine_take_heads(struct machine *m, const struct place_head *heads, unsigned n);
/* Their pixels are not here: the shadows have sizes only, and are black. */
void machine_release_heads(struct machine *m);
/* Whether that changed anything. */
bool machine_take_pixels(struct machine *m, unsigned head, struct rect r, const void *src,
                         size_t src_stride, enum source_format format);
void machine_blank_head(struct machine *m, unsigned head);
void machine_set_pointer_image(struct machine *m, struct pointer_image *image);
void machine_set_leds(struct machine *m, unsigned leds);
void machine_set_absolute(struct machine *m, bool absolute);

/* Opens a place for a machine, or, with m NULL, for whichever machine it turns out to be. See
 * machines.c. */
struct place *place_open(struct machines *all, struct machine *m, const char *text,
                         const char **why_r);
/* Takes it out of its machine's list and frees it. */
void place_close(struct place *p);
/* Moves it from where it is into a machine's list, or, with NULL, among the unknown ones. */
void place_move(struct place *p, struct machine *m);
/* A place told who it is: finds or makes its machine. False when it was refused and is being
 * closed. */
/* A new machine, listed by name, with its section of the config; uuid may be NULL. */
struct machine *machines_add(struct machines *all, const char *name, const uint8_t *uuid);
/* The place with that text, identified or not; NULL. */
struct place *machines_find_place(const struct machines *all, const char *text);
/* Forgets a machine that nothing holds any more: no place, no viewer, not in the config. */
void machines_collect(struct machine *m);
bool machines_place_identified(struct machines *all, struct place *p,
                               const struct place_identity *identity);

#endif
