/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/private.h"

#include <errno.h>
#include <string.h>

/* A message of at most this size without its variable part. */
struct message {
    uint8_t data[32];
    size_t size;
};

static void put_u8(struct message *message, unsigned value)
{
    message->data[message->size++] = (uint8_t)value;
}

static void put_u16(struct message *message, unsigned value)
{
    put_u8(message, value >> 8 & 255);
    put_u8(message, value & 255);
}

static void put_u32(struct message *message, uint32_t value)
{
    put_u16(message, value >> 16);
    put_u16(message, value & 0xffff);
}

static void put_area(struct message *message, int x_px, int y_px, int width_px, int height_px)
{
    put_u16(message, (unsigned)x_px);
    put_u16(message, (unsigned)y_px);
    put_u16(message, (unsigned)width_px);
    put_u16(message, (unsigned)height_px);
}

int client_send_raw(struct client *client, const void *data, size_t size)
{
    int error = -ENOTCONN;

    if (client_result(client))
        return client_result(client);
    if (client->channel.ops)
        error = client->channel.ops->write(client->channel.state, data, size,
                                           client_deadline(CLIENT_MESSAGE_MS));
    if (error == -EPIPE)
        error = -ECONNRESET;
    if (error)
        client_fault_set(&client->fault, error, "sending failed: %s", strerror(-error));
    else
        client->sent += size;
    return client_result(client);
}

static int send_message(struct client *client, const struct message *message)
{
    return client_send_raw(client, message->data, message->size);
}

int client_set_format(struct client *client, const struct client_format *format)
{
    struct message message = {.data = {0}, .size = 4};

    client_format_write(format, message.data + message.size);
    message.size += CLIENT_FORMAT_BYTES;
    if (send_message(client, &message))
        return client_result(client);
    client->format = *format;
    memset(client->colours, 0, sizeof *client->colours);
    client_picture_reformat(&client->picture);
    return 0;
}

/* Remembers what updates under way may still use when the list is about to change. */
static void keep_earlier(struct client *client)
{
    client->requests_before = client->requests;
    if (client->requests == 0 && client->continuous == CLIENT_CONTINUOUS_OFF)
        client->earlier.count = 0;
    else
        client_encodings_merge(&client->earlier, &client->encodings);
}

int client_set_encodings(struct client *client, const int32_t *encodings, size_t count)
{
    struct message message = {.size = 0};

    if (count > CLIENT_ENCODINGS_MOST)
        return -E2BIG;
    put_u8(&message, 2);
    put_u8(&message, 0);
    put_u16(&message, (unsigned)count);
    send_message(client, &message);
    for (size_t i = 0; i < count; i++) {
        message.size = 0;
        put_u32(&message, (uint32_t)encodings[i]);
        send_message(client, &message);
    }
    keep_earlier(client);
    if (count > 0)
        memcpy(client->encodings.number, encodings, count * sizeof *encodings);
    client->encodings.count = count;
    /* The first list with this pseudo-encoding is answered by the server's announcement. */
    if (client_encodings_have(&client->encodings, CLIENT_ENCODING_CONTINUOUS_UPDATES) &&
        !client_encodings_have(&client->ever, CLIENT_ENCODING_CONTINUOUS_UPDATES))
        client->ends_due++;
    client_encodings_merge(&client->ever, &client->encodings);
    return client_result(client);
}

int client_set_encodings_text(struct client *client, const char *text)
{
    struct client_encodings list;
    const char *word;
    int error = client_encodings_parse(&list, text, &word);

    return error ? error : client_set_encodings(client, list.number, list.count);
}

int client_request(struct client *client, bool incremental, int x_px, int y_px, int width_px,
                   int height_px)
{
    struct message message = {.size = 0};

    put_u8(&message, 3);
    put_u8(&message, incremental);
    put_area(&message, x_px, y_px, width_px, height_px);
    client->asked = true;
    /* The server ignores incremental requests while it sends by itself. */
    if (!incremental || client->continuous != CLIENT_CONTINUOUS_ON)
        client->requests++;
    return send_message(client, &message);
}

int client_request_all(struct client *client, bool incremental)
{
    if (!incremental)
        client->asked_whole = true;
    return client_request(client, incremental, 0, 0, client->picture.width_px,
                          client->picture.height_px);
}

int client_send_key(struct client *client, bool down, uint32_t keysym)
{
    struct message message = {.size = 0};

    put_u8(&message, 4);
    put_u8(&message, down);
    put_u16(&message, 0);
    put_u32(&message, keysym);
    return send_message(client, &message);
}

int client_send_qemu_key(struct client *client, bool down, uint32_t keysym, uint32_t qnum)
{
    struct message message = {.size = 0};

    put_u8(&message, 255);
    put_u8(&message, 0);
    put_u16(&message, down);
    put_u32(&message, keysym);
    put_u32(&message, qnum);
    return send_message(client, &message);
}

int client_send_pointer(struct client *client, unsigned buttons, int x_px, int y_px)
{
    struct message message = {.size = 0};

    if (buttons > 127 && client->extras.extended_mouse)
        return client_send_pointer_extended(client, buttons, x_px, y_px);
    put_u8(&message, 5);
    put_u8(&message, buttons & 255);
    put_u16(&message, (unsigned)x_px);
    put_u16(&message, (unsigned)y_px);
    return send_message(client, &message);
}

int client_send_pointer_extended(struct client *client, unsigned buttons, int x_px, int y_px)
{
    struct message message = {.size = 0};

    put_u8(&message, 5);
    put_u8(&message, (buttons & 127) | 128);
    put_u16(&message, (unsigned)x_px);
    put_u16(&message, (unsigned)y_px);
    put_u8(&message, buttons >> 7 & 255);
    return send_message(client, &message);
}

int client_send_cut_text(struct client *client, const void *text, size_t length)
{
    struct message message = {.size = 0};

    put_u8(&message, 6);
    put_u8(&message, 0);
    put_u16(&message, 0);
    put_u32(&message, (uint32_t)length);
    send_message(client, &message);
    return client_send_raw(client, text, length);
}

int client_send_desktop_size(struct client *client, int width_px, int height_px,
                             const struct client_screen *screens, size_t count)
{
    struct message message = {.size = 0};

    put_u8(&message, 251);
    put_u8(&message, 0);
    put_u16(&message, (unsigned)width_px);
    put_u16(&message, (unsigned)height_px);
    put_u8(&message, (unsigned)count);
    put_u8(&message, 0);
    send_message(client, &message);
    for (size_t i = 0; i < count; i++) {
        message.size = 0;
        put_u32(&message, screens[i].id);
        put_area(&message, screens[i].x_px, screens[i].y_px, screens[i].width_px,
                 screens[i].height_px);
        put_u32(&message, screens[i].flags);
        send_message(client, &message);
    }
    client->resizes_due++;
    return client_result(client);
}

int client_send_continuous(struct client *client, bool enable, int x_px, int y_px, int width_px,
                           int height_px)
{
    struct message message = {.size = 0};

    put_u8(&message, 150);
    put_u8(&message, enable);
    put_area(&message, x_px, y_px, width_px, height_px);
    if (enable) {
        client->continuous = CLIENT_CONTINUOUS_ON;
    } else {
        client->ends_due++;
        if (client->continuous == CLIENT_CONTINUOUS_ON)
            client->continuous = CLIENT_CONTINUOUS_ENDING;
    }
    return send_message(client, &message);
}

int client_send_fence(struct client *client, uint32_t flags, const void *payload, size_t length)
{
    const size_t room = sizeof client->fences / sizeof client->fences[0];
    struct message message = {.size = 0};

    if (length > CLIENT_FENCE_MOST || (size_t)client->fences_due == room)
        return -E2BIG;
    put_u8(&message, 248);
    put_u8(&message, 0);
    put_u16(&message, 0);
    put_u32(&message, flags);
    put_u8(&message, (unsigned)length);
    if (flags & CLIENT_FENCE_REQUEST) {
        struct client_fence *fence = &client->fences[client->fences_due++];

        fence->flags = flags;
        fence->length = (uint8_t)length;
        if (length > 0)
            memcpy(fence->payload, payload, length);
    }
    send_message(client, &message);
    return client_send_raw(client, payload, length);
}

int client_send_xvp(struct client *client, uint8_t version, uint8_t code)
{
    struct message message = {.size = 0};

    put_u8(&message, 250);
    put_u8(&message, 0);
    put_u8(&message, version);
    put_u8(&message, code);
    return send_message(client, &message);
}
