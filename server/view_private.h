/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lies over a view in one client's picture only: a menu, a notice that concerns one
 * person. It lies on whole tiles and is opaque, so each tile of that client is either the
 * view's, with the bytes that all share, or its own. Its own tiles are encoded for it alone,
 * when they change and when shared bytes ran over them. Knows neither menus nor connections.
 */
#ifndef HF_SERVER_VIEW_PRIVATE_H
#define HF_SERVER_VIEW_PRIVATE_H

#include <stdbool.h>

#include "framebuffer/layer.h"
#include "framebuffer/scroll.h"
#include "rfb/encode/encoder.h"

struct view;
struct view_client;
struct damage;
struct view_private;

/*
 * These n layers (none: nothing) are what this client sees over its view from now on; later
 * ones lie over earlier ones. Each must begin on a tile's border and end on one or at the
 * picture's edge or beyond; their alphas are ignored. What was covered and is not any more is
 * owed to the client as after any change; in a view that is dark, black lies there until
 * view_private_light. The client must be in a view.
 */
void view_private_set(struct view_client *c, const struct layer *layers, unsigned n);
/* Where the view is dark no more, its clients are owed what became black. */
void view_private_light(struct view *view);
/* Forgets it without owing anything: the client leaves its view. */
void view_private_drop(struct view_client *c);
/* Whether there is something of its own in that area (px) to be sent now. */
bool view_private_owes(const struct view_client *c, struct rect area);
/* All of its own that r touches is to be sent again. */
void view_private_owe(struct view_client *c, struct rect r);
/* Encodes what is owed of that area in the client's class, exactly, and owes it no more. */
void view_private_encode(struct view_client *c, struct rect area,
                         struct encode_scratch *scratch, struct encoded *out);

/* ---- for the fan-out ---- */

/* Before it is seen what a client lacks: with nobody to share bytes with, covered tiles are not
 * made at all. */
void view_private_trim(struct view_client *c);
/* Whether moves come from or go to tiles that this client does not have. */
bool view_private_in_the_way(const struct view_client *c, const struct scroll_move *moves,
                             int n_moves);
/* These tiles are drawn over at the client: its own among them are covered again behind that.
 */
void view_private_note(struct view_client *c, const struct damage *drawn);

#endif
