/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/vnc_judge.h"

#include <errno.h>
#include <rfb/rfbclient.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/client/channel.h"

struct vnc_judge {
    rfbClient *vnc;
    struct vnc_judge_options options;
    struct client_fault fault;
    struct client_format format;
    struct client_picture picture;
    bool *known; /* pixels that have been sent since the size last changed */
    uint64_t updates;
};

static const char judge_tag; /* its address marks our data in LibVNCClient's list */

static struct vnc_judge *judge_of(rfbClient *vnc)
{
    return rfbClientGetClientData(vnc, (void *)&judge_tag);
}

static char *copy(const char *text)
{
    return strdup(text ? text : "");
}

/* LibVNCClient frees what these two return. */
static char *get_password(rfbClient *vnc)
{
    return copy(judge_of(vnc)->options.password);
}

static rfbCredential *get_credential(rfbClient *vnc, int type)
{
    rfbCredential *credential = calloc(1, sizeof *credential);

    if (credential && type == rfbCredentialTypeUser) {
        credential->userCredential.username = copy(judge_of(vnc)->options.user);
        credential->userCredential.password = copy(judge_of(vnc)->options.password);
    }
    if (credential && type == rfbCredentialTypeX509 && judge_of(vnc)->options.ca_file)
        credential->x509Credential.x509CACertFile = copy(judge_of(vnc)->options.ca_file);
    return credential;
}

static void on_update(rfbClient *vnc)
{
    judge_of(vnc)->updates++;
}

/* Gives LibVNCClient a framebuffer of the new size; nothing in it has been sent. */
static rfbBool on_size(rfbClient *vnc)
{
    size_t pixels = (size_t)vnc->width * (size_t)vnc->height;
    struct vnc_judge *judge = judge_of(vnc);

    free(vnc->frameBuffer);
    free(judge->known);
    vnc->frameBuffer = calloc(pixels + 1, 4);
    judge->known = calloc(pixels + 1, sizeof *judge->known);
    return vnc->frameBuffer && judge->known;
}

static void on_rect(rfbClient *vnc, int x_px, int y_px, int width_px, int height_px)
{
    bool *known = judge_of(vnc)->known;

    for (int y = y_px; y < y_px + height_px && y < vnc->height; y++)
        for (int x = x_px; x < x_px + width_px && x < vnc->width; x++)
            known[(size_t)y * (size_t)vnc->width + (size_t)x] = true;
}

static void log_nothing(const char *format, ...)
{
    (void)format;
}

static int set_format(rfbClient *vnc, struct client_format *format, int depth)
{
    const char *name = depth == 0 || depth == 24 ? "bgrx"
                       : depth == 16             ? "rgb565"
                       : depth == 15             ? "rgb555"
                       : depth == 8              ? "bgr233"
                                                 : "";
    const struct client_format *found = client_format_find(name);

    if (!found)
        return -EINVAL;
    *format = *found;
    vnc->format.bitsPerPixel = found->bits;
    vnc->format.depth = found->depth;
    vnc->format.redMax = found->max[0];
    vnc->format.greenMax = found->max[1];
    vnc->format.blueMax = found->max[2];
    vnc->format.redShift = found->shift[0];
    vnc->format.greenShift = found->shift[1];
    vnc->format.blueShift = found->shift[2];
    return 0;
}

/* Cuts an address into the fields of LibVNCClient, which takes a path as a host too. */
static int set_address(rfbClient *vnc, const char *address)
{
    const char *path = !strncmp(address, "unix:", 5) ? address + 5 : address;
    const char *colon = strrchr(path, ':');

    free(vnc->serverHost);
    if (path[0] == '/') {
        vnc->serverHost = strdup(path);
        return 0;
    }
    if (!colon)
        return -EINVAL;
    vnc->serverHost = strndup(path, (size_t)(colon - path));
    vnc->serverPort = atoi(colon + 1);
    return 0;
}

static void set_options(rfbClient *vnc, const struct vnc_judge_options *options, int timeout_ms)
{
    vnc->canHandleNewFBSize = TRUE;
    vnc->connectTimeout = (unsigned)(timeout_ms / 1000 + 1);
    vnc->readTimeout = (unsigned)(timeout_ms / 1000 + 1);
    vnc->appData.shareDesktop = TRUE;
    vnc->appData.useRemoteCursor = FALSE;
    vnc->appData.encodingsString = options->encodings;
    vnc->appData.enableJPEG = options->quality >= 0;
    vnc->appData.qualityLevel = options->quality >= 0 ? options->quality : 9;
    vnc->appData.compressLevel = options->compress >= 0 ? options->compress : 1;
    vnc->MallocFrameBuffer = on_size;
    vnc->GotFrameBufferUpdate = on_rect;
    vnc->GetPassword = get_password;
    vnc->GetCredential = get_credential;
    vnc->FinishedFrameBufferUpdate = on_update;
}

int vnc_judge_open(struct vnc_judge **judge_r, const char *address,
                   const struct vnc_judge_options *options, int timeout_ms)
{
    struct vnc_judge *judge = calloc(1, sizeof *judge);
    int error = judge ? 0 : -ENOMEM;

    if (error)
        return error;
    judge->options = *options;
    if (!options->verbose)
        rfbClientLog = rfbClientErr = log_nothing;
    judge->vnc = rfbGetClient(8, 3, 4);
    client_picture_init(&judge->picture, &judge->fault, &judge->format, NULL);
    error = judge->vnc ? set_format(judge->vnc, &judge->format, options->depth) : -ENOMEM;
    if (!error)
        error = set_address(judge->vnc, address);
    if (!error) {
        rfbClientSetClientData(judge->vnc, (void *)&judge_tag, judge);
        set_options(judge->vnc, options, timeout_ms);
        if (!rfbInitClient(judge->vnc, NULL, NULL)) {
            judge->vnc = NULL; /* LibVNCClient has freed it */
            error = -EPROTO;
        }
    }
    if (error)
        vnc_judge_free(&judge);
    else
        *judge_r = judge;
    return error;
}

void vnc_judge_free(struct vnc_judge **judge)
{
    struct vnc_judge *j = judge ? *judge : NULL;

    if (!j)
        return;
    if (j->vnc) {
        free(j->vnc->frameBuffer);
        rfbClientCleanup(j->vnc);
    }
    client_picture_fini(&j->picture);
    free(j->known);
    free(j);
    *judge = NULL;
}

/*
 * Handles one message: 0, -ETIMEDOUT or -EPROTO. LibVNCClient waits for the socket alone: what
 * it has read already must be handled before.
 */
static int step(struct vnc_judge *judge, int64_t deadline_ms)
{
    if (judge->vnc->buffered > 0)
        return HandleRFBServerMessage(judge->vnc) ? 0 : -EPROTO;
    int64_t left = deadline_ms == CLIENT_NEVER ? 1000 : deadline_ms - client_clock_ms();
    int ready = WaitForMessage(judge->vnc, (unsigned)(left > 1000 ? 1000
                                                      : left < 0  ? 0
                                                                  : left) *
                                               1000);

    if (ready < 0)
        return -EPROTO;
    if (ready == 0)
        return client_clock_ms() >= deadline_ms ? -ETIMEDOUT : 0;
    return HandleRFBServerMessage(judge->vnc) ? 0 : -EPROTO;
}

int vnc_judge_wait_updates(struct vnc_judge *judge, long count, int timeout_ms)
{
    int64_t deadline_ms = client_deadline(timeout_ms);
    uint64_t goal = judge->updates + (uint64_t)count;
    int error = 0;

    while (!error && judge->updates < goal)
        error = step(judge, deadline_ms);
    return error;
}

int vnc_judge_wait_complete(struct vnc_judge *judge, int timeout_ms)
{
    int64_t deadline_ms = client_deadline(timeout_ms);
    int error = 0;

    while (!error && !client_picture_is_complete(vnc_judge_picture(judge)))
        error = step(judge, deadline_ms);
    return error;
}

const struct client_picture *vnc_judge_picture(struct vnc_judge *judge)
{
    const rfbClient *vnc = judge->vnc;
    unsigned bytes = client_format_pixel_bytes(&judge->format);
    const uint8_t *at = vnc->frameBuffer;
    const bool *known = judge->known;

    if (!client_picture_resize(&judge->picture, vnc->width, vnc->height))
        return &judge->picture;
    for (int y = 0; y < vnc->height; y++)
        for (int x = 0; x < vnc->width; x++, at += bytes)
            if (*known++)
                client_picture_put(&judge->picture, x, y,
                                   client_format_value(&judge->format, at));
    return &judge->picture;
}

int vnc_judge_wait_picture(struct vnc_judge *judge, const uint8_t *rgb, int width_px,
                           int height_px, size_t stride, int tolerance, int timeout_ms,
                           struct client_difference *difference_r)
{
    int64_t deadline_ms = client_deadline(timeout_ms);
    uint64_t seen = UINT64_MAX;
    int error = 0;

    while (!error) {
        if (judge->updates > 0 && judge->updates != seen &&
            client_picture_compare(vnc_judge_picture(judge), rgb, width_px, height_px, stride,
                                   tolerance, difference_r))
            return 0;
        seen = judge->updates;
        error = step(judge, deadline_ms);
    }
    return error;
}
