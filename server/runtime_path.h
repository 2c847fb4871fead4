/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where this daemon's sockets lie when nobody says otherwise. Shared by holdfastd and
 * holdfastctl. */
#ifndef HF_SERVER_RUNTIME_PATH_H
#define HF_SERVER_RUNTIME_PATH_H

/*
 * /run/holdfast/NAME where root started the program; else holdfast/NAME below $XDG_RUNTIME_DIR
 * or, without that, below /run/user/UID. Caller frees. Nothing is created.
 */
char *runtime_path(const char *name);
/* What is to outlast the daemon: /var/lib/holdfast/NAME where root did, else the same. */
char *state_path(const char *name);

#endif
