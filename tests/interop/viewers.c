/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/interop/viewers.h"
#include "tests/e2e/trial.h"

static const char *tcp_port(const struct room *room, const char *home)
{
    (void)home;
    return trial_text(room->trial, "127.0.0.1::%d", room->port);
}

static const char *display_number(const struct room *room, const char *home)
{
    (void)home;
    return trial_text(room->trial, "127.0.0.1:%d", room->port - 5900);
}

static const char *unix_path(const struct room *room, const char *home)
{
    (void)home;
    return trial_path(room->trial, "any");
}

/* A connection's file: quality 9 without scaling, the machine's pointer drawn by the program.
 */
static const char *remmina_file(const struct room *room, const char *home)
{
    struct trial *trial = room->trial;
    const char *path = trial_text(trial, "%s/web1.remmina", home);

    trial_write_file(trial, path,
                     trial_text(trial,
                                "[remmina]\nname=web1\nprotocol=VNC\nserver=127.0.0.1:%d\n"
                                "quality=9\ncolordepth=32\nviewmode=1\nscale=0\nshowcursor=0\n"
                                "window_width=1100\nwindow_height=900\ndisableencryption=1\n",
                                room->port));
    return path;
}

/*
 * Without the first setting it asks for the connection's settings; quality 0 is the highest.
 */
static const char *krdc_url(const struct room *room, const char *home)
{
    struct trial *trial = room->trial;

    trial_write_file(trial, trial_text(trial, "%s/.config/krdcrc", home),
                     "[General]\nShowPreferencesForNewConnections=false\n[VNC]\nQuality=0\n");
    return trial_text(trial, "vnc://127.0.0.1:%d", room->port);
}

/*
 * Without the alerts, a viewer whose connection ends does so too, and its log says why. A
 * viewer that may change the size of the machine's screen would do so whenever its window has
 * another.
 */
#define TIGERVNC                                                                               \
    "xtigervncviewer", "-Log=*:stderr:30", "-Shared", "-AlertOnFatalError=0",                  \
        "-ReconnectOnError=0", "-RemoteResize=0", "-SecurityTypes=None"

const struct viewer_program viewer_tigervnc = {"tigervnc", "tigervnc", {TIGERVNC},
                                               false,      true,       tcp_port};
const struct viewer_program viewer_tigervnc_unix = {"tigervnc", "tigervnc", {TIGERVNC},
                                                    false,      true,       unix_path};
const struct viewer_program viewer_tigervnc_trixie = {
    "tigervnc-trixie", "tigervnc", {TIGERVNC}, true, true, tcp_port};
const struct viewer_program viewer_tightvnc = {
    "tightvnc", "^vncviewer", {"xtightvncviewer", "-shared"}, false, true, tcp_port};
const struct viewer_program viewer_gtkvnc = {"gtkvnc", "gvncviewer", {"gvncviewer"},
                                             false,    false,        display_number};
const struct viewer_program viewer_remmina = {"remmina", "remmina", {"remmina", "-c"},
                                              false,     false,     remmina_file};
const struct viewer_program viewer_krdc = {"krdc", "krdc", {"krdc"}, false, false, krdc_url};
