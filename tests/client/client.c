/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/client.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/client/image.h"
#include "tests/client/ppm.h"
#include "tests/client/private.h"

struct client *client_new(const struct client_options *options)
{
    struct client *client = calloc(1, sizeof *client);

    if (!client || !(client->colours = calloc(1, sizeof *client->colours)))
        abort();
    if (options)
        client->options = *options;
    if (client->options.password)
        snprintf(client->password, sizeof client->password, "%s", client->options.password);
    client->options.password = client->options.password ? client->password : NULL;
    client->extras = (struct client_extras){.qemu_led = -1,
                                            .vmware_led = -1,
                                            .pointer_absolute = -1,
                                            .pointer_x_px = -1,
                                            .pointer_y_px = -1};
    client_source_init_channel(&client->source, &client->fault, &client->channel);
    client_decoder_init(&client->decoder, &client->fault);
    client_picture_init(&client->picture, &client->fault, &client->format, client->colours);
    return client;
}

void client_free(struct client **client)
{
    struct client *c = client ? *client : NULL;

    if (!c)
        return;
    client_channel_close(&c->channel);
    client_decoder_fini(&c->decoder);
    client_picture_fini(&c->picture);
    free(c->cursor.rgba);
    free(c->cut_text.text);
    free(c->colours);
    free(c->rects);
    free(c->name);
    explicit_bzero(c->password, sizeof c->password);
    free(c);
    *client = NULL;
}

static int start(struct client *client, int64_t deadline_ms)
{
    client->source.deadline_ms = deadline_ms;
    client_handshake(client);
    return client_result(client);
}

int client_connect(struct client *client, const char *address, int timeout_ms)
{
    int64_t deadline_ms = client_deadline(timeout_ms);
    const char *why = NULL;
    int error = client_channel_dial(&client->channel, address, deadline_ms, &why);

    if (error) {
        client_fault_set(&client->fault, error, "cannot connect to '%s': %s", address, why);
        return client_result(client);
    }
    return start(client, deadline_ms);
}

int client_attach(struct client *client, int fd, int timeout_ms)
{
    client_channel_init_fd(&client->channel, fd);
    return start(client, client_deadline(timeout_ms));
}

const char *client_why(const struct client *client)
{
    return client_fault_is(&client->fault) ? client->fault.why : client->note;
}

int client_result(const struct client *client)
{
    return client->fault.error;
}

void client_remark(struct client *client, const char *format, ...)
{
    va_list args;

    client->remarks++;
    va_start(args, format);
    vsnprintf(client->remark, sizeof client->remark, format, args);
    va_end(args);
}

bool client_asked_for(const struct client *client, int32_t encoding)
{
    if (encoding == CLIENT_ENCODING_RAW || client_encodings_have(&client->encodings, encoding))
        return true;
    /* Pseudo-rectangles come without a request, so nothing tells which list they answer. */
    return client_encodings_have(
        client_decode_find(encoding) ? &client->earlier : &client->ever, encoding);
}

void client_count_rect(struct client *client, const struct client_rect *rect)
{
    struct client_count *count = NULL;

    for (size_t i = 0; i < client->count_count && !count; i++)
        if (client->counts[i].encoding == rect->encoding)
            count = &client->counts[i];
    if (!count && client->count_count == CLIENT_COUNTS_MOST)
        return;
    if (!count)
        count = &client->counts[client->count_count++];
    count->encoding = rect->encoding;
    count->rects++;
    count->bytes += rect->bytes;
    if (client_decode_find(rect->encoding))
        count->pixels += (uint64_t)rect->width_px * (uint64_t)rect->height_px;
}

struct client_count client_count_of(const struct client *client, int32_t encoding)
{
    for (size_t i = 0; i < client->count_count; i++)
        if (client->counts[i].encoding == encoding)
            return client->counts[i];
    return (struct client_count){.encoding = encoding};
}

void client_push_channel(struct client *client, const struct client_channel *channel)
{
    if (client->source.at != client->source.end)
        client_fault_blame(&client->fault, "the server sends before its turn");
    client->channel = *channel;
}

uint8_t client_read_u8(struct client *client)
{
    return client_source_u8(&client->source);
}

uint16_t client_read_u16(struct client *client)
{
    return client_source_u16(&client->source);
}

uint32_t client_read_u32(struct client *client)
{
    return client_source_u32(&client->source);
}

void client_read_bytes(struct client *client, void *to, size_t size)
{
    client_source_bytes(&client->source, to, size);
}

int client_write_ppm(const struct client *client, const char *path)
{
    return client_ppm_write(path, client->picture.rgb, client->picture.width_px,
                            client->picture.height_px);
}

int client_write_png(const struct client *client, const char *path)
{
    return client_image_write_png(path, client->picture.rgb, client->picture.width_px,
                                  client->picture.height_px);
}
