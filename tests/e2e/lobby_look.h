/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lobby_look: what a viewer in the lobby sees of machines, compared with what its own code
 * draws for the test. */
#ifndef HF_TESTS_E2E_LOBBY_LOOK_H
#define HF_TESTS_E2E_LOBBY_LOOK_H

#include "framebuffer/rect.h"
#include "tests/client/client.h"
#include "tests/e2e/qmp.h"

enum { LOBBY_W = 1024, LOBBY_H = 768 }; /* px, for who has not asked for another size */

/* Waits for the whole framebuffer, which must be a lobby's. */
void lobby_look_whole(struct trial *trial, struct client *client);
/* A picture of w x h px, black but for `from`, which is made to fit `all`. */
struct shot lobby_small(struct trial *trial, struct shot from, struct rect all, int w, int h);
/* Waits until the lobby shows this as the picture of machine i of n. */
void lobby_look_until(struct trial *trial, struct client *client, unsigned i, unsigned n,
                      struct shot shot);

#endif
