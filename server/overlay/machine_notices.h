/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The notices that all who look at a machine see: a layer of each of its views, drawn when its
 * lines change and encoded once for all viewers of the view. Knows no viewers.
 */
#ifndef HF_SERVER_OVERLAY_MACHINE_NOTICES_H
#define HF_SERVER_OVERLAY_MACHINE_NOTICES_H

#include <stdbool.h>
#include <stdint.h>

#include "server/overlay/notice.h"

struct machine;
struct machine_notices;
struct view;

/*
 * Tells all who look at the machine; see notices_put. since_us: CLOCK_MONOTONIC, "(12 s)" is
 * added and kept up to date; 0: it is not. for_us: 0: until it is replaced or ended.
 *
 *     machine_notice(m, NOTICE_MACHINE, "web1 is moving to another host", now_us, 0);
 *     machine_notice(m, NOTICE_PEOPLE, "bob came", 0, NOTICE_US);
 *
 * Where the picture comes from another node, each viewer here is told by itself
 * (machines.on_notice).
 */
#define NOTICE_US UINT64_C(5000000) /* long enough to read a line */
void machine_notice(struct machine *m, enum notice_about about, const char *text,
                    uint64_t since_us, uint64_t for_us);
/* Those about this go now. */
void machine_notice_end(struct machine *m, enum notice_about about);

/* ---- for the machine and its views ---- */

/* Forgets all; NULL is none. */
void machine_notices_free(struct machine_notices **notices);
/* The view was laid out, or else the pointer moved: its layer is drawn, or moved out of the
 * pointer's way. */
void machine_notices_fit(struct view *view, bool laid_out);

#endif
