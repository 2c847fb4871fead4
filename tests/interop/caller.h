/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * caller: a viewer without a window, by LibVNCClient. It takes in what comes only when it is
 * told to look. Knows no machines.
 */
#ifndef HF_TESTS_INTEROP_CALLER_H
#define HF_TESTS_INTEROP_CALLER_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/e2e/qmp.h"

struct caller;

/* Connects to that port of 127.0.0.1 and logs in with this name and password. Leaves with the
 * trial. */
struct caller *caller_come(struct trial *trial, int port, const char *user,
                           const char *password);
/* Closes its connection without a word: no release of what is down is sent. Unless it has left
 * already. */
void caller_leave(struct caller *caller);

/* Takes in what has come; nothing after caller_leave. */
void caller_look(struct caller *caller);
/* Looks until what it has is this picture. */
void caller_wait(struct caller *caller, struct shot shot);

/* A key by its X keysym. */
void caller_press(struct caller *caller, uint32_t keysym, bool down);
/* The pointer to a pixel, with a mask of RFB's buttons. */
void caller_point(struct caller *caller, int x_px, int y_px, int buttons);

#endif
