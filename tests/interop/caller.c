/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/interop/caller.h"
#include "tests/client/ppm.h"
#include "tests/e2e/clock.h"
#include "tests/e2e/look.h"
#include "tests/e2e/trial.h"

#include <gnutls/gnutls.h>
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

/* WaitForMessage looks at the socket alone, not at what has been taken from it already. */
static bool has_more(rfbClient *vnc)
{
    return vnc->buffered > 0 ||
           (vnc->tlsSession && gnutls_record_check_pending(vnc->tlsSession) > 0) ||
           WaitForMessage(vnc, 0) > 0;
}

void caller_look(struct caller *caller)
{
    while (caller->vnc && has_more(caller->vnc))
        trial_check(caller->trial, HandleRFBServerMessage(caller->vnc), "LibVNCClient gave up");
}

/* What it has, in memory of the trial. */
static struct shot picture_of(const struct caller *caller)
{
    const rfbClient *vnc = caller->vnc;
    size_t count = (size_t)vnc->width * (size_t)vnc->height;
    struct shot shot = {trial_room(caller->trial, 3 * count), vnc->width, vnc->height};

    for (size_t i = 0; i < count; i++) {
        uint32_t px;
        memcpy(&px, vnc->frameBuffer + 4 * i, 4);
        shot.rgb[3 * i] = (uint8_t)(px >> vnc->format.redShift);
        shot.rgb[3 * i + 1] = (uint8_t)(px >> vnc->format.greenShift);
        shot.rgb[3 * i + 2] = (uint8_t)(px >> vnc->format.blueShift);
    }
    return shot;
}

static void write_picture(struct caller *caller, const char *name, struct shot shot)
{
    client_ppm_write(trial_path(caller->trial, name), shot.rgb, shot.width_px, shot.height_px);
}

void caller_wait(struct caller *caller, struct shot shot)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    for (caller_look(caller); !look_shots_equal(picture_of(caller), shot);
         caller_look(caller)) {
        if (clock_now_ms() >= deadline_ms) { /* for people with HOLDFAST_KEEP=1 */
            write_picture(caller, "viewer.ppm", picture_of(caller));
            write_picture(caller, "wanted.ppm", shot);
        }
        trial_look_again(caller->trial, deadline_ms, "LibVNCClient to show the picture");
    }
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
