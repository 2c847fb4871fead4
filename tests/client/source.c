/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void client_source_init_memory(struct client_source *source, struct client_fault *fault,
                               const char *name, const void *data, size_t size)
{
    source->fault = fault;
    source->name = name;
    source->at = data;
    source->end = source->at + size;
    source->channel = NULL;
    source->deadline_ms = 0;
    source->taken = 0;
}

void client_source_init_channel(struct client_source *source, struct client_fault *fault,
                                struct client_channel *channel)
{
    client_source_init_memory(source, fault, "the connection", source->window, 0);
    source->channel = channel;
}

/* Brings at least one byte into the window: 0 or -errno. */
static int refill(struct client_source *source)
{
    ssize_t came;

    if (!source->channel)
        return -ENODATA;
    if (!source->channel->ops)
        return -ENOTCONN;
    came = source->channel->ops->read(source->channel->state, source->window,
                                      sizeof source->window, source->deadline_ms);
    if (came == 0)
        return -ECONNRESET;
    if (came < 0)
        return (int)came;
    source->at = source->window;
    source->end = source->window + came;
    return 0;
}

static void blame_end(struct client_source *source, int error)
{
    if (error == -ENODATA)
        client_fault_blame(source->fault, "%s ends too early", source->name);
    else if (error == -ECONNRESET)
        client_fault_set(source->fault, error, "the server closed the connection");
    else if (error == -ETIMEDOUT)
        client_fault_set(source->fault, error, "the server stopped in the middle of a message");
    else
        client_fault_set(source->fault, error, "reading failed: %s", strerror(-error));
}

bool client_source_wait(struct client_source *source)
{
    int error;

    if (client_fault_is(source->fault))
        return false;
    if (source->at < source->end)
        return true;
    error = refill(source);
    if (error && error != -ETIMEDOUT)
        blame_end(source, error);
    return error == 0;
}

void client_source_bytes(struct client_source *source, void *to, size_t size)
{
    uint8_t *into = to;

    if (into)
        memset(into, 0, size);
    while (size > 0 && !client_fault_is(source->fault)) {
        size_t ready = (size_t)(source->end - source->at);
        size_t part = ready < size ? ready : size;

        if (part == 0) {
            int error = refill(source);

            if (error)
                blame_end(source, error);
            continue;
        }
        if (into) {
            memcpy(into, source->at, part);
            into += part;
        }
        source->at += part;
        source->taken += part;
        size -= part;
    }
}

uint8_t client_source_u8(struct client_source *source)
{
    uint8_t value;

    client_source_bytes(source, &value, 1);
    return value;
}

uint16_t client_source_u16(struct client_source *source)
{
    uint8_t b[2];

    client_source_bytes(source, b, 2);
    return (uint16_t)(b[0] << 8 | b[1]);
}

uint32_t client_source_u32(struct client_source *source)
{
    uint8_t b[4];

    client_source_bytes(source, b, 4);
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

int32_t client_source_s32(struct client_source *source)
{
    return (int32_t)client_source_u32(source);
}

uint8_t *client_source_take(struct client_source *source, uint64_t size, uint64_t limit,
                            const char *what)
{
    uint8_t *data;

    if (client_fault_is(source->fault))
        return NULL;
    if (size > limit) {
        client_fault_blame(source->fault, "%s of %llu bytes, which is more than %llu", what,
                           (unsigned long long)size, (unsigned long long)limit);
        return NULL;
    }
    data = malloc(size + 1);
    if (!data) {
        client_fault_set(source->fault, -ENOMEM, "no memory for %s", what);
        return NULL;
    }
    client_source_bytes(source, data, size);
    data[size] = 0;
    if (client_fault_is(source->fault)) {
        free(data);
        return NULL;
    }
    return data;
}

size_t client_source_left(const struct client_source *source)
{
    return (size_t)(source->end - source->at);
}

void client_source_finish(struct client_source *source)
{
    if (client_source_left(source) > 0)
        client_fault_blame(source->fault, "%s has %zu bytes too many", source->name,
                           client_source_left(source));
}
