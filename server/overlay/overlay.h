/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one viewer sees over its own picture and nobody else does: its notices and its menu; and
 * the keys and motions that are meant for them. Knows viewers; what it draws reaches them as
 * view_private.
 */
#ifndef HF_SERVER_OVERLAY_OVERLAY_H
#define HF_SERVER_OVERLAY_OVERLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "rfb/encode/class.h"
#include "server/overlay/notice.h"

struct overlay;
struct viewer;

/*
 * A key or pointer event of the client comes here first: true when it was meant for what lies
 * over the picture, or is what is left of that (the release of a key that was pressed in the
 * menu). Then nothing of it may reach the machine.
 */
bool overlay_key(struct viewer *v, uint32_t keysym, uint32_t xt, bool down);
bool overlay_pointer(struct viewer *v, unsigned mask, int x, int y);
/* The viewer looks at another view now, or at one of another size. */
void overlay_fit(struct viewer *v);
/* What the menu tells may be otherwise: who drives, what the viewer may. */
void overlay_refresh(struct viewer *v);
/* The menu closes if it is open. */
void overlay_close(struct viewer *v);
/* The class that the viewer chose in its menu. */
void overlay_choose_class(const struct viewer *v, struct encode_class *class);
/* Tells this viewer alone; see machine_notice. Before it has a picture nothing is told. */
void viewer_notice(struct viewer *v, enum notice_about about, const char *text,
                   uint64_t since_us, uint64_t for_us);
/* It came here from its lobby: tells where it is and how to get back. */
void overlay_welcome(struct viewer *v);
/* Its key was dropped: somebody else drives. */
void overlay_key_dropped(struct viewer *v);
/* The viewer is gone; NULL is none. */
void overlay_free(struct overlay **o);

#endif
