/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of holdfastctl: asking, printing, completing. Each knows the table of commands,
 * none knows the others. */
#ifndef HF_SERVER_CONTROL_CTL_H
#define HF_SERVER_CONTROL_CTL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/bytes.h"
#include "server/control/commands.h"

/* A command line, read by the table. */
struct ctl_words {
    const struct command *command;
    const char *values[ARGUMENTS_MOST]; /* in the order of the table; NULL: left out */
    const char *const *list;            /* of ARGUMENT_LIST */
    int n_list;
    bool json, help;
};

struct ctl_answer {
    long status; /* HTTP */
    struct bytes body;
};

/* ---- ctl_request.c ---- */

/* Asks the daemon at socket. False, with a text in *why_r that the caller frees, when there was
 * no answer. */
bool ctl_request(const char *socket, const struct ctl_words *words, struct ctl_answer *answer_r,
                 char **why_r);
/*
 * The same for an answer that goes on: each event's data (one line of JSON) is told as it
 * comes, until on_data says no, or the daemon ends it. refused_r holds an answer that is no
 * 2xx.
 */
bool ctl_listen(const char *socket, const struct ctl_words *words,
                bool (*on_data)(void *self, const char *data), void *self,
                struct ctl_answer *refused_r, char **why_r);
void ctl_answer_fini(struct ctl_answer *answer);

/* ---- ctl_print.c ---- */

/* Prints a successful answer for people. */
void ctl_print(FILE *out, enum command_id id, const json_t *answer);
/* Prints an event, in a line. */
void ctl_print_event(FILE *out, const json_t *event);
/* Text of others on a terminal: control characters become '?'. */
void ctl_put_text(FILE *out, const char *text);

/* ---- ctl_words.c ---- */

/* Reads what stands behind the verb. False with a text in *why_r that the caller frees. */
bool ctl_words_read(struct ctl_words *words_r, const struct command *command, int argc,
                    char **argv, char **why_r);

/* ---- ctl_certificate.c ---- */

/* What stands from "certificate" on; json: as --json before it. Returns the exit status. */
int ctl_certificate(bool json, int argc, char **argv);
/* For the help of all verbs. */
#define CTL_CERTIFICATE_USAGE "certificate create [OPTION...]"
#define CTL_CERTIFICATE_SUMMARY "make a self-signed certificate and its key"

/* ---- ctl_complete.c ---- */

/* Prints, line by line, what the last of the words (without the program's name) can become. */
void ctl_complete(FILE *out, const char *socket, int argc, char **argv);

#endif
