/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/private.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

/* What is left until a deadline, for functions that take a timeout. */
static int time_left(int64_t deadline_ms)
{
    int64_t left = deadline_ms == CLIENT_NEVER ? -1 : deadline_ms - client_clock_ms();

    if (deadline_ms == CLIENT_NEVER)
        return -1;
    return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

int client_wait_message(struct client *client, enum client_message type, int timeout_ms)
{
    int64_t deadline_ms = client_deadline(timeout_ms);
    int got;

    do {
        got = client_receive(client, time_left(deadline_ms));
    } while (got >= 0 && got != (int)type);
    if (got == -ETIMEDOUT && !client_result(client))
        snprintf(client->note, sizeof client->note, "no message of type %d came", (int)type);
    return got < 0 ? got : 0;
}

/* Asks for the next update unless it is on its way already. */
static int ask(struct client *client)
{
    if (!client->asked_whole)
        return client_request_all(client, false);
    if (client->asked || client->continuous == CLIENT_CONTINUOUS_ON)
        return client_result(client);
    return client_request_all(client, true);
}

int client_wait_update(struct client *client, int timeout_ms)
{
    int error = ask(client);

    return error ? error : client_wait_message(client, CLIENT_UPDATE, timeout_ms);
}

int client_wait_complete(struct client *client, int timeout_ms)
{
    int64_t deadline_ms = client_deadline(timeout_ms);
    int error = client_result(client);

    while (!error && !client_picture_is_complete(&client->picture))
        error = client_wait_update(client, time_left(deadline_ms));
    if (error == -ETIMEDOUT && !client_result(client))
        snprintf(client->note, sizeof client->note, "parts of the framebuffer were never sent");
    return error;
}

int client_wait_picture(struct client *client, const uint8_t *rgb, int width_px, int height_px,
                        size_t stride, int tolerance, int timeout_ms)
{
    int64_t deadline_ms = client_deadline(timeout_ms);
    int error = client_result(client);
    char text[300];

    while (!error && !client_picture_compare(&client->picture, rgb, width_px, height_px, stride,
                                             tolerance, &client->difference))
        error = client_wait_update(client, time_left(deadline_ms));
    if (error == -ETIMEDOUT && !client_result(client)) {
        client_difference_describe(&client->difference, text, sizeof text);
        snprintf(client->note, sizeof client->note, "the picture did not come: %s", text);
    }
    return error;
}

int client_wait_fences(struct client *client, int timeout_ms)
{
    int64_t deadline_ms = client_deadline(timeout_ms);
    int error = client_result(client);

    while (!error && client->fences_due > 0)
        error = client_wait_message(client, CLIENT_FENCE, time_left(deadline_ms));
    return error;
}

int client_wait_close(struct client *client, int timeout_ms)
{
    int64_t deadline_ms = client_deadline(timeout_ms);
    int got;

    do {
        got = client_receive(client, time_left(deadline_ms));
    } while (got >= 0);
    return got == -ECONNRESET ? 0 : got;
}
