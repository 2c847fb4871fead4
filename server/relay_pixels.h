/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One picture of a machine that is at another node, in pixels: asked for, put together and
 * handed to everybody who asked for the same meanwhile. Nothing of it is kept, and nothing is
 * asked of the other node while nobody waits. It is a client of the view like those of viewers,
 * so it bears it when the machine moves, also when it comes here.
 */
#ifndef HF_SERVER_RELAY_PIXELS_H
#define HF_SERVER_RELAY_PIXELS_H

#include "framebuffer/surface.h"
#include "server/view.h"

#define RELAY_PIXELS_US_MOST 15000000u /* from when it is asked for until all of it is here */

struct relay_pixels;

/* Embedded in whoever asks. */
struct relay_pixels_asker {
    struct relay_pixels_asker *next, **link;
    struct relay_pixels *of; /* NULL: it does not wait */
    /*
     * Called once, from the loop: the picture, which holds during the call, or NULL and why
     * there is none. It may ask again.
     */
    void (*done)(struct relay_pixels_asker *a, const struct surface *picture, const char *why);
};

/*
 * Asks for a view's picture as it is from now on; key.bare: without notices. `done` must be
 * set; it is not called before this returns. The machine must be watched (machine_watch) by
 * whoever asks until then, or nobody draws there.
 */
void relay_pixels_ask(struct relay_pixels_asker *a, struct machine *m,
                      const struct view_key *key);
/* Waits no more: done is not called. Fine when it does not wait. */
void relay_pixels_leave(struct relay_pixels_asker *a);

#endif
