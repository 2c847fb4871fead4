/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * talk: a QMP connection of a benchmark's own, which says one command after the other and waits
 * for the answer. Ends the program with a sentence when QEMU refuses or is gone.
 */
#ifndef HF_BENCH_QMP_TALK_H
#define HF_BENCH_QMP_TALK_H

#include <jansson.h>
#include <stdbool.h>

/* Waits for the socket, connects, and goes through the greeting. The descriptor. */
int qmp_talk_open(const char *path);
/* arguments may be NULL, and are taken over. What QEMU returned, to be released. */
json_t *qmp_talk(int fd, const char *command, json_t *arguments);
/* The same, for those whose answer does not matter. */
void qmp_talk_run(int fd, const char *command, json_t *arguments);
/* Asks a query-COMMAND until its "status" is this. */
void qmp_talk_wait_status(int fd, const char *command, const char *status);
/* Presses and releases a key, by QEMU's name. */
void qmp_talk_key(int fd, const char *qcode);

#endif
