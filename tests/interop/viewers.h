/* SPDX-License-Identifier: GPL-2.0-or-later */
/* viewers: the VNC programs that the tests start, and how each is told where to connect. */
#ifndef HF_TESTS_INTEROP_VIEWERS_H
#define HF_TESTS_INTEROP_VIEWERS_H

#include "tests/interop/room.h"

struct viewer_program {
    const char *name;            /* of its log */
    const char *class;           /* of its window, as a pattern of xdotool */
    const char *const words[12]; /* the command line, without what follows */
    bool in_trixie;              /* the program of the Debian that trixie.sh sets up */
    bool takes_place;            /* knows -geometry +X+Y */
    /*
     * The last word of the command line: text of the trial. Settings that the program needs may
     * be written into the folder `home`.
     */
    const char *(*target)(const struct room *room, const char *home);
};

/* TigerVNC's viewer of this Debian, through TCP and through a Unix socket; that of trixie. */
extern const struct viewer_program viewer_tigervnc, viewer_tigervnc_unix,
    viewer_tigervnc_trixie;
/* TightVNC (xtightvncviewer); gtk-vnc (gvncviewer). */
extern const struct viewer_program viewer_tightvnc, viewer_gtkvnc;
/* LibVNCClient in Remmina and in KRDC. */
extern const struct viewer_program viewer_remmina, viewer_krdc;

#endif
