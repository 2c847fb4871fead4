/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine that is none: one head, which the daemon draws itself, and no place behind it. It
 * stands in no list, takes no input, and is shown by views as any other machine. Knows not what
 * it shows.
 */
#ifndef HF_SERVER_MACHINE_DRAWN_H
#define HF_SERVER_MACHINE_DRAWN_H

#include "server/machine/machine.h"

struct lobby;

/* w x h px, black. lobby: what m->lobby is to be. */
struct machine *drawn_machine_new(struct machines *owner, const char *name, int w, int h,
                                  struct lobby *lobby);
/* Another size, black; views are laid out anew. */
void drawn_machine_resize(struct machine *m, int w, int h);
/* What it shows from now on: r of a picture of its size; what differs reaches the views. */
void drawn_machine_show(struct machine *m, const struct surface *picture, struct rect r);
/* Its watchers are told that it is gone. NULL inside is fine. */
void drawn_machine_free(struct machine **m);

#endif
