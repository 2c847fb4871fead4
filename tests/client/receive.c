/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    TEXT_MOST = 64 << 20,
    XVP_FAIL = 0,
    XVP_INIT = 1,
};

static void take_colours(struct client *client)
{
    unsigned first, count;

    client_source_bytes(&client->source, NULL, 1);
    first = client_read_u16(client);
    count = client_read_u16(client);
    if (client->format.true_colour)
        client_fault_blame(&client->fault, "SetColourMapEntries in a format with true colour");
    else if (first + count > 1u << client->format.depth)
        client_fault_blame(&client->fault, "colours %u to %u in a map of %u", first,
                           first + count - 1, 1u << client->format.depth);
    for (unsigned i = first; i < first + count && !client_fault_is(&client->fault); i++) {
        for (int c = 0; c < 3; c++)
            client->colours->rgb[i][c] = (uint8_t)(client_read_u16(client) >> 8);
        client->colours->set[i] = true;
    }
    client_picture_recolour(&client->picture);
}

static void take_bell(struct client *client)
{
    client->bells++;
}

static void take_text(struct client *client, uint32_t length, uint32_t flags)
{
    struct client_cut_text *cut = &client->cut_text;
    uint8_t *text = client_source_take(&client->source, length, TEXT_MOST, "a cut text");

    if (!text)
        return;
    if (!flags && memchr(text, '\r', length))
        client_remark(client, "a cut text with carriage returns");
    free(cut->text);
    cut->text = text;
    cut->length = length;
    cut->flags = flags;
    cut->count++;
}

/* rfbproto, Extended Clipboard Pseudo-Encoding: a negative length and flags. */
static void take_extended_text(struct client *client, int32_t length)
{
    uint32_t size = 0u - (uint32_t)length;
    uint32_t flags;

    if (!client_asked_for(client, CLIENT_ENCODING_EXTENDED_CLIPBOARD) || size < 4) {
        client_fault_blame(&client->fault, "a cut text of length %d", length);
        return;
    }
    flags = client_read_u32(client);
    if (flags == 0)
        client_fault_blame(&client->fault, "an extended cut text without flags");
    take_text(client, size - 4, flags);
}

static void take_cut_text(struct client *client)
{
    int32_t length;

    client_source_bytes(&client->source, NULL, 3);
    length = client_source_s32(&client->source);
    if (length < 0)
        take_extended_text(client, length);
    else
        take_text(client, (uint32_t)length, 0);
}

static void take_end_of_continuous(struct client *client)
{
    client->extras.continuous_updates = true;
    if (client->ends_due == 0)
        client_fault_blame(&client->fault, "EndOfContinuousUpdates without a reason");
    else if (--client->ends_due == 0 && client->continuous == CLIENT_CONTINUOUS_ENDING)
        client->continuous = CLIENT_CONTINUOUS_OFF;
}

/* Finds the fence of ours that this answers, and strikes it off. */
static void match_fence(struct client *client, const struct client_fence *answer)
{
    for (int i = 0; i < client->fences_due; i++) {
        struct client_fence *fence = &client->fences[i];

        if (fence->length != answer->length ||
            memcmp(fence->payload, answer->payload, answer->length) != 0)
            continue;
        if (answer->flags & ~(fence->flags & CLIENT_FENCE_KNOWN))
            client_fault_blame(&client->fault, "fence %08x is answered with flags %08x",
                               (unsigned)fence->flags, (unsigned)answer->flags);
        client->fences_due--;
        memmove(fence, fence + 1, (size_t)(client->fences_due - i) * sizeof *fence);
        return;
    }
    /* The first one only tells that the server knows fences. */
    if (client->extras.fence)
        client_fault_blame(&client->fault, "a fence answers none of ours");
}

static void take_fence(struct client *client)
{
    struct client_fence fence = {0};

    client_source_bytes(&client->source, NULL, 3);
    fence.flags = client_read_u32(client);
    fence.length = client_read_u8(client);
    if (fence.length > CLIENT_FENCE_MOST) {
        client_fault_blame(&client->fault, "a fence with %u bytes", fence.length);
        return;
    }
    client_read_bytes(client, fence.payload, fence.length);
    if (client_fault_is(&client->fault))
        return;
    if (!(fence.flags & CLIENT_FENCE_REQUEST))
        match_fence(client, &fence);
    else if (!client->options.manual_fences)
        client_send_fence(client, fence.flags & CLIENT_FENCE_KNOWN, fence.payload,
                          fence.length);
    client->extras.fence = true;
    client->fence = fence;
}

static void take_xvp(struct client *client)
{
    uint8_t version, code;

    client_source_bytes(&client->source, NULL, 1);
    version = client_read_u8(client);
    code = client_read_u8(client);
    if (version == 0 && !client_fault_is(&client->fault))
        client_fault_blame(&client->fault, "xvp version 0");
    if (code == XVP_INIT)
        client->extras.xvp_version = version;
    else if (code == XVP_FAIL)
        client->xvp_failures++;
    else
        client_fault_blame(&client->fault, "xvp code %u", code);
}

static const struct {
    enum client_message type;
    int32_t needs; /* a pseudo-encoding that must have been asked for; Raw: none */
    void (*take)(struct client *client);
} handlers[] = {
    {CLIENT_UPDATE, CLIENT_ENCODING_RAW, client_take_update},
    {CLIENT_COLOURS, CLIENT_ENCODING_RAW, take_colours},
    {CLIENT_BELL, CLIENT_ENCODING_RAW, take_bell},
    {CLIENT_CUT_TEXT, CLIENT_ENCODING_RAW, take_cut_text},
    {CLIENT_END_OF_CONTINUOUS_UPDATES, CLIENT_ENCODING_CONTINUOUS_UPDATES,
     take_end_of_continuous},
    {CLIENT_FENCE, CLIENT_ENCODING_FENCE, take_fence},
    {CLIENT_XVP, CLIENT_ENCODING_XVP, take_xvp},
};

static void take_message(struct client *client, unsigned type)
{
    for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++) {
        if (handlers[i].type != type)
            continue;
        if (!client_asked_for(client, handlers[i].needs))
            client_fault_blame(&client->fault,
                               "message %u, but its extension was not asked for", type);
        else
            handlers[i].take(client);
        return;
    }
    client_fault_blame(&client->fault, "message type %u is unknown", type);
}

int client_receive(struct client *client, int timeout_ms)
{
    int64_t deadline_ms = client_deadline(timeout_ms);
    int64_t least_ms;
    uint8_t type;

    client->note[0] = '\0';
    client->source.deadline_ms = deadline_ms;
    if (!client_source_wait(&client->source))
        return client_result(client) ? client_result(client) : -ETIMEDOUT;
    /* Once a message has begun it may come to its end. */
    least_ms = client_deadline(CLIENT_MESSAGE_MS);
    client->source.deadline_ms = deadline_ms > least_ms ? deadline_ms : least_ms;
    type = client_read_u8(client);
    take_message(client, type);
    return client_result(client) ? client_result(client) : type;
}
