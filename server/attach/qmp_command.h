/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands of a QMP connection: numbered, in the order in which they were called, kept until
 * they are answered. Knows sending them with their descriptors, not who reads answers.
 */
#ifndef HF_SERVER_ATTACH_QMP_COMMAND_H
#define HF_SERVER_ATTACH_QMP_COMMAND_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/attach/qmp.h"

struct qmp_command {
    struct qmp_command *next;
    uint64_t id;
    char *text; /* NULL: all of it is sent */
    size_t len, sent;
    int fd; /* goes with the first byte; -1 */
    qmp_done *done;
    void *self;
};

struct qmp_commands {
    struct qmp_command *first, **last;
    uint64_t next_id;
};

void qmp_commands_init(struct qmp_commands *list);
void qmp_commands_fini(struct qmp_commands *list);
/* Appends a command; arguments and fd are taken over. */
void qmp_commands_put(struct qmp_commands *list, const char *name, json_t *arguments, int fd,
                      qmp_done *done, void *self);
/* The same, ahead of all others, none of which may have been sent. */
void qmp_commands_put_first(struct qmp_commands *list, const char *name, qmp_done *done,
                            void *self);
/* Sends what the socket takes; whether all is sent. A broken socket is for the reader to
 * notice. */
bool qmp_commands_send(struct qmp_commands *list, int fd);
/* Takes the command that this answer is for out of the list; NULL for an answer to nothing. */
struct qmp_command *qmp_commands_take(struct qmp_commands *list, json_t *answer);
void qmp_command_free(struct qmp_command **command);

#endif
