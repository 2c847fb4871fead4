/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be asked of the daemon: one table, from which the API finds its handlers and checks
 * its arguments, and from which holdfastctl reads its command line, its help and its
 * completion. Pure data and its look-ups.
 */
#ifndef HF_SERVER_CONTROL_COMMANDS_H
#define HF_SERVER_CONTROL_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

enum command_id {
    COMMAND_MACHINES,
    COMMAND_ATTACH,
    COMMAND_DETACH,
    COMMAND_STATUS,
    COMMAND_SCREENSHOT,
    COMMAND_TYPE,
    COMMAND_KEYS,
    COMMAND_SESSIONS,
    COMMAND_KICK,
    COMMAND_CONTROL,
    COMMAND_ROLE,
    COMMAND_MESSAGE,
    COMMAND_EVENTS,
    COMMAND_METRICS,
    COMMAND_HISTORY,
    COMMAND_TICKET,
    COMMAND_TICKETS,
    COMMAND_REVOKE,
    COMMAND_NODE,
    COMMAND_DRAIN,
    COMMAND_COUNT
};

enum argument_place {
    ARGUMENT_PATH,   /* {key} in the path */
    ARGUMENT_BODY,   /* a string in the JSON object that is sent */
    ARGUMENT_MORE,   /* the same, and may be left out; behind all others of its kind */
    ARGUMENT_LIST,   /* all words that follow, as a list of strings there */
    ARGUMENT_QUERY,  /* behind the '?'; on the command line an option --key VALUE */
    ARGUMENT_OPTION, /* in the JSON object, a string or a number, and may be left out; on the
                        command line an option --key VALUE */
    ARGUMENT_FLAG,   /* the same for true and false; an option --key */
    ARGUMENT_FILE,   /* not sent: where holdfastctl writes the answer */
};

enum argument_words {
    WORDS_ANY,
    WORDS_MACHINES,
    WORDS_FILES,
    WORDS_KEYS,
    WORDS_PLACES,
    WORDS_SESSIONS, /* numbers */
    WORDS_USERS,    /* who have a session */
    WORDS_ACTIONS,  /* of control */
    WORDS_ROLES,
};

enum { ARGUMENTS_MOST = 6 };

struct argument {
    const char *name; /* in help: "MACHINE" */
    const char *key;  /* in the API */
    enum argument_place place;
    enum argument_words words; /* for completion */
};

struct command {
    const char *verb;
    const char *method;                        /* "GET", "POST", "DELETE" */
    const char *path;                          /* with {key} parts */
    struct argument arguments[ARGUMENTS_MOST]; /* ends with a NULL name, or full */
    const char *summary;                       /* one line */
    bool plain;                                /* the answer is text, not JSON */
    bool personal;                             /* the handler needs to know who asks */
    bool endless;                              /* and it goes on until one of both ends it */
    const char *help; /* more, for --help of the verb; lines end in \n */
};

extern const struct command commands[COMMAND_COUNT];

/* Whether it is written as --key on the command line. */
static inline bool argument_is_option(const struct argument *a)
{
    return a->place == ARGUMENT_QUERY || a->place == ARGUMENT_OPTION ||
           a->place == ARGUMENT_FLAG;
}
/* Whether it goes into the JSON object. */
static inline bool argument_is_member(const struct argument *a)
{
    return a->place == ARGUMENT_BODY || a->place == ARGUMENT_LIST ||
           a->place == ARGUMENT_MORE || a->place == ARGUMENT_OPTION ||
           a->place == ARGUMENT_FLAG;
}
/* COMMAND_COUNT when there is none. */
enum command_id command_by_verb(const char *verb);
/* The percent-decoded text, or NULL for a bad escape, a zero byte, or nothing. Caller frees. */
char *command_decode(const char *text, size_t n);
/*
 * Whether a request's path (still percent-encoded, without query) is one of this command's:
 * then values_r[i] is the decoded text of each ARGUMENT_PATH argument (caller frees; NULL for
 * the others). Parts that are empty or decode to a zero byte do not match.
 */
bool command_match_path(const struct command *command, const char *path,
                        char *values_r[ARGUMENTS_MOST]);
/* Path and query for these values, percent-encoded; values of ARGUMENT_PATH arguments must not
 * be NULL. Caller frees. */
char *command_make_path(const struct command *command,
                        const char *const values[ARGUMENTS_MOST]);
/* "screenshot [--head HEAD] MACHINE FILE". Caller frees. */
char *command_usage(const struct command *command);

#endif
