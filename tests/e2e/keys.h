/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keys: what the guest reports of its keyboard, in short: "+2a +1e -1e -2a" are four events,
 * each a scancode of set 1 in hex, pressed or released.
 */
#ifndef HF_TESTS_E2E_KEYS_H
#define HF_TESTS_E2E_KEYS_H

#include "tests/e2e/guest.h"
#include "tests/client/client.h"

/* The next key events must be these, in this order; other events may not come between. */
void keys_expect(struct guest *guest, const char *list);
/* The same, in any order. */
void keys_expect_set(struct guest *guest, const char *list);
/*
 * Nothing else may have come: the viewer presses and releases F12, and the guest must report
 * that as the next.
 */
void keys_expect_no_more(struct guest *guest, struct client *client);

/* "key 1e down" as "+1e"; the text itself if it is no key event. */
const char *keys_short(struct trial *trial, const char *event);

/* The X11 key symbol of the first character of a UTF-8 text, which moves on; 0 at its end. */
uint32_t keys_next_keysym(const char **text);

/* Presses and releases; fails the test if the connection is broken. */
void keys_press(struct trial *trial, struct client *client, uint32_t keysym);
void keys_release(struct trial *trial, struct client *client, uint32_t keysym);
void keys_tap(struct trial *trial, struct client *client, uint32_t keysym);

#endif
