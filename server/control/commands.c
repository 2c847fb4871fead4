/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/control/commands.h"
#include "base/alloc.h"
#include "base/bytes.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const struct command commands[COMMAND_COUNT] = {
    [COMMAND_MACHINES] =
        {
            .verb = "machines",
            .method = "GET",
            .path = "/v1/machines",
            .summary = "list the machines and their places",
        },
    [COMMAND_ATTACH] =
        {
            .verb = "attach",
            .method = "POST",
            .path = "/v1/machines",
            .arguments = {{"NAME", "name", ARGUMENT_BODY, WORDS_MACHINES},
                          {"PLACE", "place", ARGUMENT_BODY, WORDS_PLACES}},
            .summary = "add a machine, or one more place of a known one",
            .help = "PLACE is qmp:/path/of/socket (a QMP socket of QEMU) or pattern:1280x800 "
                    "(a test picture).\n"
                    "It is tried again until it is there. What is attached this way is "
                    "forgotten when the\n"
                    "daemon ends; the configuration file keeps it.\n",
        },
    [COMMAND_DETACH] =
        {
            .verb = "detach",
            .method = "DELETE",
            .path = "/v1/machines/{name}",
            .arguments = {{"MACHINE", "name", ARGUMENT_PATH, WORDS_MACHINES}},
            .summary = "forget a machine and all its places; its viewers leave it",
            .help =
                "Viewers that chose it in the lobby go back there, others are disconnected. "
                "The machine itself\n"
                "goes on running.\n",
        },
    [COMMAND_STATUS] =
        {
            .verb = "status",
            .method = "GET",
            .path = "/v1/status",
            .summary = "show the daemon's version, listeners and counters",
        },
    [COMMAND_SCREENSHOT] =
        {
            .verb = "screenshot",
            .method = "GET",
            .path = "/v1/machines/{name}/screenshot",
            .arguments = {{"MACHINE", "name", ARGUMENT_PATH, WORDS_MACHINES},
                          {"FILE", NULL, ARGUMENT_FILE, WORDS_FILES},
                          {"HEAD", "head", ARGUMENT_QUERY, WORDS_ANY}},
            .summary = "save what a machine shows now as PNG",
            .help = "FILE is written whole or not at all; - is standard output. --head takes "
                    "one head\n"
                    "(0 is the first); without it all heads stand side by side.\n",
        },
    [COMMAND_TYPE] =
        {
            .verb = "type",
            .personal = true,
            .method = "POST",
            .path = "/v1/machines/{name}/type",
            .arguments = {{"MACHINE", "name", ARGUMENT_PATH, WORDS_MACHINES},
                          {"TEXT", "text", ARGUMENT_BODY, WORDS_ANY},
                          {"FORCE", "force", ARGUMENT_FLAG, WORDS_ANY}},
            .summary = "type a text on a machine's keyboard",
            .help = "TEXT is typed with the machine's keymap; a text with a character that "
                    "this layout does\n"
                    "not have is refused whole. A newline is Return, a tab is Tab. Returns "
                    "when all is typed.\n"
                    "Refused while somebody else drives the machine; --force is for "
                    "administrators.\n",
        },
    [COMMAND_KEYS] =
        {
            .verb = "keys",
            .personal = true,
            .method = "POST",
            .path = "/v1/machines/{name}/keys",
            .arguments = {{"MACHINE", "name", ARGUMENT_PATH, WORDS_MACHINES},
                          {"KEYS", "keys", ARGUMENT_LIST, WORDS_KEYS},
                          {"FORCE", "force", ARGUMENT_FLAG, WORDS_ANY}},
            .summary = "press keys, like ctrl-alt-delete, f1, enter",
            .help = "Each word is one key or several held together, joined by '-'; words are "
                    "pressed one after\n"
                    "the other. A key is a character, or one of the names that completion "
                    "offers.\n"
                    "Refused while somebody else drives the machine; --force is for "
                    "administrators.\n",
        },
    [COMMAND_SESSIONS] =
        {
            .verb = "sessions",
            .method = "GET",
            .path = "/v1/sessions",
            .summary = "list who is at which machine, and by which viewers",
        },
    [COMMAND_KICK] =
        {
            .verb = "kick",
            .method = "DELETE",
            .path = "/v1/sessions/{id}",
            .arguments = {{"ID", "id", ARGUMENT_PATH, WORDS_SESSIONS}},
            .summary = "end a session: its viewers are disconnected, its place is lost",
        },
    [COMMAND_CONTROL] =
        {
            .verb = "control",
            .personal = true,
            .method = "POST",
            .path = "/v1/machines/{name}/control",
            .arguments = {{"MACHINE", "name", ARGUMENT_PATH, WORDS_MACHINES},
                          {"give|take|release", "action", ARGUMENT_BODY, WORDS_ACTIONS},
                          {"USER", "to", ARGUMENT_MORE, WORDS_USERS},
                          {"USER", "user", ARGUMENT_OPTION, WORDS_USERS}},
            .summary = "hand over who drives a machine",
            .help = "give USER lets that user drive; take drives, release lets go, as the user "
                    "who asks or,\n"
                    "with --user, as another who has a session there. An administrator takes "
                    "at "
                    "once; others\n"
                    "ask the driver, who has the machine's time `ask` to say no.\n",
        },
    [COMMAND_ROLE] =
        {
            .verb = "role",
            .method = "POST",
            .path = "/v1/sessions/{id}/role",
            .arguments = {{"SESSION", "id", ARGUMENT_PATH, WORDS_SESSIONS},
                          {"ROLE", "role", ARGUMENT_BODY, WORDS_ROLES}},
            .summary = "change what a session may do: watch, drive or admin",
            .help = "Holds until the session ends, whatever its logins say.\n",
        },
    [COMMAND_MESSAGE] =
        {
            .verb = "message",
            .method = "POST",
            .path = "/v1/machines/{name}/message",
            .arguments = {{"MACHINE", "name", ARGUMENT_PATH, WORDS_MACHINES},
                          {"TEXT", "text", ARGUMENT_BODY, WORDS_ANY}},
            .summary = "tell everyone who looks at a machine",
        },
    [COMMAND_EVENTS] =
        {
            .verb = "events",
            .method = "GET",
            .path = "/v1/events",
            .summary = "print what happens, until it is interrupted",
            .plain = true,
            .endless = true,
            .help = "One line each; with --json, one JSON object a line.\n",
        },
    [COMMAND_METRICS] =
        {
            .verb = "metrics",
            .method = "GET",
            .path = "/metrics",
            .summary = "show counters as Prometheus reads them",
            .plain = true,
        },
    [COMMAND_HISTORY] =
        {
            .verb = "history",
            .method = "GET",
            .path = "/v1/history",
            .arguments = {{"MACHINE", "machine", ARGUMENT_QUERY, WORDS_MACHINES},
                          {"DAYS", "days", ARGUMENT_QUERY, WORDS_ANY}},
            .summary = "list who was at a machine, and who drove, when",
            .help = "Of the last DAYS, 7 without --days, as long as server { history } keeps "
                    "it.\n",
        },
    [COMMAND_TICKET] =
        {
            .verb = "ticket",
            .method = "POST",
            .path = "/v1/tickets",
            .arguments = {{"MACHINE", "machine", ARGUMENT_BODY, WORDS_MACHINES},
                          {"USER", "user", ARGUMENT_OPTION, WORDS_USERS},
                          {"ROLE", "role", ARGUMENT_OPTION, WORDS_ROLES},
                          {"SECONDS", "ttl", ARGUMENT_OPTION, WORDS_ANY},
                          {"VNC", "vnc", ARGUMENT_FLAG, WORDS_ANY}},
            .summary = "make a password for one session at a machine",
            .help = "Whoever gives it as password, with any user name, is USER with this ROLE "
                    "(watch, drive or\n"
                    "admin; drive without --role) at that machine. It begins one session and "
                    "is good for\n"
                    "coming back to it until it ends. It is to be used within SECONDS, 600 "
                    "without --ttl.\n"
                    "--vnc makes one of 8 characters for the methods vnc, tls-vnc and "
                    "x509-vnc on the\n"
                    "machine's own port, to be used within 60 seconds without --ttl. Without "
                    "--user its\n"
                    "bearer has no name.\n",
        },
    [COMMAND_TICKETS] =
        {
            .verb = "tickets",
            .method = "GET",
            .path = "/v1/tickets",
            .summary = "list the tickets that may be used",
        },
    [COMMAND_REVOKE] =
        {
            .verb = "revoke",
            .method = "DELETE",
            .path = "/v1/tickets/{id}",
            .arguments = {{"ID", "id", ARGUMENT_PATH, WORDS_ANY}},
            .summary = "take a ticket back",
            .help = "ID is its number in the list of tickets. A session that it began goes on "
                    "until its\n"
                    "viewer leaves.\n",
        },
    [COMMAND_NODE] =
        {
            .verb = "node",
            .method = "GET",
            .path = "/v1/nodes",
            .summary = "list the nodes of the cluster, and how they are reached",
        },
    [COMMAND_DRAIN] =
        {
            .verb = "drain",
            .method = "POST",
            .path = "/v1/drain",
            .arguments = {{"OFF", "off", ARGUMENT_FLAG, WORDS_ANY}},
            .summary = "let no new viewers in here, and send them to other nodes",
            .help = "Those that log in are told another node's address; those that are here "
                    "are "
                    "told to go\n"
                    "there, and are served until they leave. --off ends it; so does the end of "
                    "the daemon.\n",
        },
};

enum command_id command_by_verb(const char *verb)
{
    enum command_id id = 0;
    while (id < COMMAND_COUNT && strcmp(commands[id].verb, verb) != 0)
        id++;
    return id;
}

static int argument_by_key(const struct command *command, const char *key, size_t n)
{
    for (int i = 0; i < ARGUMENTS_MOST && command->arguments[i].name; i++) {
        const struct argument *a = &command->arguments[i];
        if (a->place == ARGUMENT_PATH && strlen(a->key) == n && memcmp(a->key, key, n) == 0)
            return i;
    }
    return -1;
}

static int hex(char c)
{
    const char *digits = "0123456789abcdef",
               *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;
    return at ? (int)(at - digits) : -1;
}

char *command_decode(const char *text, size_t n)
{
    char *out = alloc_zero(n + 1, 1), *to = out;
    for (size_t i = 0; i < n; i++) {
        int high = text[i] == '%' && i + 2 < n ? hex(text[i + 1]) : 0;
        int low = text[i] == '%' && i + 2 < n ? hex(text[i + 2]) : 0;
        bool escape = text[i] == '%';
        if (escape && (i + 2 >= n || high < 0 || low < 0 || high + low == 0))
            break;
        *to++ = escape ? (char)(high * 16 + low) : text[i];
        i += escape ? 2 : 0;
        if (i + 1 == n)
            return out;
    }
    free(out);
    return NULL;
}

static void free_values(char *values[ARGUMENTS_MOST])
{
    for (int i = 0; i < ARGUMENTS_MOST; i++) {
        free(values[i]);
        values[i] = NULL;
    }
}

bool command_match_path(const struct command *command, const char *path,
                        char *values_r[ARGUMENTS_MOST])
{
    char *values[ARGUMENTS_MOST] = {NULL};
    const char *want = command->path;
    while (*want && *path) {
        if (*want == '{') {
            size_t key = strcspn(want, "}") - 1, part = strcspn(path, "/");
            int i = argument_by_key(command, want + 1, key);
            values[i] = command_decode(path, part);
            if (!values[i])
                break;
            want += key + 2;
            path += part;
        } else if (*want++ != *path++) {
            free_values(values);
            return false;
        }
    }
    if (*want || *path) {
        free_values(values);
        return false;
    }
    memcpy(values_r, values, sizeof(values));
    return true;
}

static void put_encoded(struct bytes *out, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    for (; *text; text++) {
        uint8_t c = (uint8_t)*text;
        if (isalnum(c) || strchr("-._~", c)) {
            bytes_put_u8(out, c);
        } else {
            bytes_put_u8(out, '%');
            bytes_put_u8(out, (uint8_t)digits[c >> 4]);
            bytes_put_u8(out, (uint8_t)digits[c & 15]);
        }
    }
}

static char *take_text(struct bytes *b)
{
    bytes_put_u8(b, 0);
    char *text = alloc_text((const char *)b->data);
    bytes_fini(b);
    return text;
}

static void put_text(struct bytes *b, const char *text)
{
    bytes_put(b, text, strlen(text));
}

static void put_query(struct bytes *out, const struct command *command,
                      const char *const values[])
{
    char mark = '?';
    for (int i = 0; i < ARGUMENTS_MOST && command->arguments[i].name; i++) {
        const struct argument *a = &command->arguments[i];
        if (!argument_is_option(a) || !values[i])
            continue;
        bytes_put_u8(out, (uint8_t)mark);
        put_text(out, a->key);
        bytes_put_u8(out, '=');
        put_encoded(out, values[i]);
        mark = '&';
    }
}

char *command_make_path(const struct command *command, const char *const values[ARGUMENTS_MOST])
{
    struct bytes out;
    bytes_init(&out, SIZE_MAX);
    for (const char *p = command->path; *p; p++) {
        size_t key = *p == '{' ? strcspn(p, "}") - 1 : 0;
        if (*p == '{') {
            put_encoded(&out, values[argument_by_key(command, p + 1, key)]);
            p += key + 1;
        } else {
            bytes_put_u8(&out, (uint8_t)*p);
        }
    }
    put_query(&out, command, values);
    return take_text(&out);
}

static void put_usage(struct bytes *out, const struct argument *a)
{
    char *text;
    if (a->place == ARGUMENT_FLAG)
        text = alloc_printf(" [--%s]", a->key);
    else if (argument_is_option(a))
        text = alloc_printf(" [--%s %s]", a->key, a->name);
    else
        text = alloc_printf(a->place == ARGUMENT_MORE ? " [%s%s]" : " %s%s", a->name,
                            a->place == ARGUMENT_LIST ? "..." : "");
    put_text(out, text);
    free(text);
}

char *command_usage(const struct command *command)
{
    struct bytes out;
    bytes_init(&out, SIZE_MAX);
    put_text(&out, command->verb);
    for (int options = 1; options >= 0; options--)
        for (int i = 0; i < ARGUMENTS_MOST && command->arguments[i].name; i++)
            if (argument_is_option(&command->arguments[i]) == options)
                put_usage(&out, &command->arguments[i]);
    return take_text(&out);
}
