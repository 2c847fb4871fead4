/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting holdfast-verifier and telling it its set-up. Waits; knows no loop. */
#ifndef HF_SERVER_VERIFIER_SPAWN_H
#define HF_SERVER_VERIFIER_SPAWN_H

#include "server/verifier.h"

/*
 * 0 with the process and the daemon's end of the socket (non-blocking, close-on-exec), once the
 * verifier has agreed to the set-up; or -errno with a static text in *why_r, and no process
 * left.
 */
int verifier_spawn(const struct verifier_options *o, pid_t *pid_r, int *fd_r,
                   const char **why_r);

#endif
