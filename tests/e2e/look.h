/* SPDX-License-Identifier: GPL-2.0-or-later */
/* look: viewers of a test (the reference client), and comparing what they see. */
#ifndef HF_TESTS_E2E_LOOK_H
#define HF_TESTS_E2E_LOOK_H

#include "tests/client/client.h"
#include "tests/e2e/qmp.h"

struct trial;

/*
 * Connects, logs in, and asks for encodings (client_set_encodings_text; NULL: none) and a pixel
 * format (a name of client_format_find; NULL: the server's). Closed with the trial.
 */
struct client *look_open(struct trial *trial, const char *address, const char *encodings,
                         const char *format);
/* The same with options of the login. */
struct client *look_open_as(struct trial *trial, const char *address,
                            const struct client_options *options, const char *encodings,
                            const char *format);
/* Closes the connection now, without a word. The client stays to be looked at. */
void look_leave(struct client *client);
/* Waits for the whole framebuffer. */
void look_whole(struct trial *trial, struct client *client);

/* Fails the test unless result is 0, with the client's sentence. */
void look_must(struct trial *trial, const struct client *client, int result, const char *what);

/*
 * Waits until the viewer shows the picture as its pixel format can, each intensity within
 * tolerance. With a colour map, each pixel must show the colour of that map that is nearest.
 */
void look_until(struct trial *trial, struct client *client, struct shot shot, int tolerance);
/* The same; on failure says who failed. */
void look_until_as(struct trial *trial, struct client *client, struct shot shot, int tolerance,
                   const char *who);
/* Whether it does so now. */
bool look_shows(const struct client *client, struct shot shot, int tolerance);

/* By how much an intensity is off on the average; 256 if the sizes differ. True colour only. */
double look_error(const struct client *client, struct shot shot);

/* What the viewer shows now, in memory of the trial. */
struct shot look_shot(struct trial *trial, const struct client *client);
bool look_shots_equal(struct shot a, struct shot b);

/* Fails the test unless the file is a PNG that shows this. */
void look_must_png(struct trial *trial, const char *path, struct shot want);

/* Receives, without asking, everything that the server has sent before it answers a fence. The
 * client must have asked for fences. */
void look_sync(struct trial *trial, struct client *client);

#endif
