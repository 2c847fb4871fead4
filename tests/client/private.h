/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * private: what the files of the client share with each other and tests do not call.
 */
#ifndef HF_TESTS_CLIENT_PRIVATE_H
#define HF_TESTS_CLIENT_PRIVATE_H

#include "tests/client/client.h"

/* From the server's version to ServerInit; faults go to client->fault. */
void client_handshake(struct client *client);

/* Takes in what follows the type byte of FramebufferUpdate. */
void client_take_update(struct client *client);

/* Sums up one rectangle. */
void client_count_rect(struct client *client, const struct client_rect *rect);

/*
 * Takes the data of a pseudo-encoding's rectangle, if the encoding is one: false if it is not.
 * A change of size shows in client->picture.
 */
bool client_take_pseudo(struct client *client, const struct client_rect *rect);

/* The four cursor pseudo-encodings with pixels, by rectangle. */
void client_take_cursor(struct client *client, const struct client_rect *rect);
void client_take_x_cursor(struct client *client, const struct client_rect *rect);
void client_take_alpha_cursor(struct client *client, const struct client_rect *rect);
void client_take_vmware_cursor(struct client *client, const struct client_rect *rect);

/* Whether an encoding may come now: asked for, or asked for when an open request was sent. */
bool client_asked_for(const struct client *client, int32_t encoding);

/* Notes something that the specification says should not be, but does not forbid. */
void client_remark(struct client *client, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* 0 or the error of the fault. */
int client_result(const struct client *client);

#endif
