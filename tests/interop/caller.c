/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/interop/caller.h"
#include "tests/e2e/clock.h"
#include "tests/e2e/trial.h"

#include <rfb/rfbclient.h>
#include <stdlib.h>
#include <string.h>

struct caller {
    struct trial *trial;
    rfbClient *vnc; /* NULL: has left */
    const char *user, *password;
};

static char tag; /* its address is the key of the caller among a client's data */

static void say_nothing(const char *format, ...)
{
    (void)format;
}

static rfbCredential *tell_credential(rfbClient *vnc, int type)
{
    const struct caller *caller = rfbClientGetClientData(vnc, &tag);
    rfbCredential *credential = calloc(1, sizeof(*credential));

    if (credential && type == rfbCredentialTypeUser) {
        credential->userCredential.username = strdup(caller->user);
        credential->userCredential.password = strdup(caller->password);
    }
    return credential;
}

void caller_leave(struct caller *caller)
{
    if (!caller->vnc)
        return;
    free(caller->vnc->frameBuffer);
    rfbClientCleanup(caller->vnc);
    caller->vnc = NULL;
}

static void end(void *what)
{
    caller_leave(what);
}

struct caller *caller_come(struct trial *trial, int port, const char *user,
                           const char *password)
{
    struct caller *caller = trial_room(trial, sizeof(*caller));
    rfbClient *vnc = rfbGetClient(8, 3, 4);

    *caller = (struct caller){.trial = trial, .user = user, .password = password};
    rfbClientLog = say_nothing;
    trial_check(trial, vnc != NULL, "LibVNCClient has no memory");
    rfbClientSetClientData(vnc, &tag, caller);
    free(vnc->serverHost);
    vnc->serverHost = strdup("127.0.0.1");
    vnc->serverPort = port;
    vnc->appData.shareDesktop = TRUE;
    vnc->appData.encodingsString = "zrle";
    vnc->appData.enableJPEG = FALSE;
    vnc->canHandleNewFBSize = TRUE;
    vnc->readTimeout = PATIENCE_MS / 1000;
    vnc->GetCredential = tell_credential;
    trial_check(trial, rfbInitClient(vnc, NULL, NULL), "LibVNCClient does not get in");
    caller->vnc = vnc; /* otherwise it has freed it */
    trial_on_end(trial, end, caller);
    return caller;
}

/* ---- looking ---- */

void caller_look(struct caller *caller)
{
    while (caller->vnc && (caller->vnc->buffered > 0 || WaitForMessage(caller->vnc, 0) > 0))
        trial_check(caller->trial, HandleRFBServerMessage(caller->vnc), "LibVNCClient gave up");
}

bool caller_shows(const struct caller *caller, struct shot shot)
{
    const rfbClient *vnc = caller->vnc;
    const rfbPixelFormat *f = &vnc->format;
    size_t count = (size_t)shot.width_px * (size_t)shot.height_px;
    uint32_t px;

    if (vnc->width != shot.width_px || vnc->height != shot.height_px)
        return false;
    for (size_t i = 0; i < count; i++) {
        memcpy(&px, vnc->frameBuffer + 4 * i, 4);
        if ((px >> f->redShift & 0xff) != shot.rgb[3 * i] ||
            (px >> f->greenShift & 0xff) != shot.rgb[3 * i + 1] ||
            (px >> f->blueShift & 0xff) != shot.rgb[3 * i + 2])
            return false;
    }
    return true;
}

void caller_wait(struct caller *caller, struct shot shot)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    for (caller_look(caller); !caller_shows(caller, shot); caller_look(caller))
        trial_look_again(caller->trial, deadline_ms, "LibVNCClient to show the picture");
}

/* ---- keyboard and mouse ---- */

void caller_press(struct caller *caller, uint32_t keysym, bool down)
{
    caller_look(caller);
    trial_check(caller->trial, SendKeyEvent(caller->vnc, keysym, down),
                "LibVNCClient cannot send");
}

void caller_point(struct caller *caller, int x_px, int y_px, int buttons)
{
    caller_look(caller);
    trial_check(caller->trial, SendPointerEvent(caller->vnc, x_px, y_px, buttons),
                "LibVNCClient cannot send");
}
