/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes that modules left behind: they became children of the verifier, which did not start
 * them. */
#ifndef HF_AUTH_VERIFIER_STRAYS_H
#define HF_AUTH_VERIFIER_STRAYS_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Kills each child of this single-threaded process that is_ours denies; they are then reaped
 * like others, and their own orphans come by next. Needs PR_SET_CHILD_SUBREAPER and
 * /proc/PID/task/TID/children; without the file nothing happens.
 */
void strays_kill(bool (*is_ours)(void *self, pid_t pid), void *self);

#endif
