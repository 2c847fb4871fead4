/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which tiles have come to rest: those that did not change lately. Pure: time is an argument.
 */
#ifndef HF_SERVER_REST_H
#define HF_SERVER_REST_H

#include <stdint.h>

#include "framebuffer/damage.h"

/* A tile that did not change for one to two of these is at rest. */
#define REST_US 200000u

struct rest {
    struct damage busy, busy_before; /* changed in this and in the last period of REST_US */
    uint64_t since_us;               /* start of this period */
};

void rest_init(struct rest *r);
void rest_fini(struct rest *r);
/* Time goes on. The picture is w x h; another size starts anew. */
void rest_advance(struct rest *r, int w, int h, uint64_t now_us);
/* These tiles changed now; `changed` has the size of the last rest_advance. */
void rest_note(struct rest *r, const struct damage *changed);
/* Takes out of d the tiles that are not at rest. */
void rest_keep_resting(const struct rest *r, struct damage *d);

#endif
