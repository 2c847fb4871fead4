/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/control/ctl.h"
#include "server/machine/key_names.h"

#include <stdlib.h>
#include <string.h>

static void offer(FILE *out, const char *word, const char *begun)
{
    if (strncmp(word, begun, strlen(begun)) == 0)
        fprintf(out, "%s\n", word);
}

static void offer_verbs(FILE *out, const char *begun)
{
    static const char *const options[] = {"-s", "--json", "--help", "--version"};
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        offer(out, commands[id].verb, begun);
    offer(out, "certificate", begun);
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]) && begun[0] == '-'; i++)
        offer(out, options[i], begun);
}

/* The member `key` of each that the command lists; nothing when no daemon answers. */
static void offer_listed(FILE *out, const char *socket, enum command_id id, const char *key,
                         const char *begun)
{
    struct ctl_words words = {.command = &commands[id]};
    struct ctl_answer answer;
    char *why = NULL;
    if (!ctl_request(socket, &words, &answer, &why)) {
        free(why);
        return;
    }
    json_t *list = json_loadb((const char *)answer.body.data, answer.body.len, 0, NULL);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *member = json_object_get(json_array_get(list, i), key);
        const char *text = json_string_value(member);
        char number[24];
        snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(member));
        text = json_is_integer(member) ? number : text;
        if (text && !strpbrk(text, "\n\r\033"))
            offer(out, text, begun);
    }
    json_decref(list);
    ctl_answer_fini(&answer);
}

/* The last key of a combination: what stands before it is kept. */
static void offer_keys(FILE *out, const char *begun)
{
    const char *dash = strrchr(begun, '-');
    size_t before = dash ? (size_t)(dash + 1 - begun) : 0;
    const char *name;
    for (size_t i = 0; (name = key_name_at(i)); i++)
        if (strncmp(name, begun + before, strlen(begun + before)) == 0)
            fprintf(out, "%.*s%s\n", (int)before, begun, name);
}

static void offer_places(FILE *out, const char *begun)
{
    offer(out, "qmp:", begun);
    offer(out, "pattern:", begun);
}

static void offer_row(FILE *out, const char *const *row, const char *begun)
{
    for (; *row; row++)
        offer(out, *row, begun);
}

static void offer_options(FILE *out, const struct command *command, const char *begun)
{
    for (int i = 0; i < ARGUMENTS_MOST && command->arguments[i].name; i++) {
        char word[64];
        if (!argument_is_option(&command->arguments[i]))
            continue;
        snprintf(word, sizeof(word), "--%s", command->arguments[i].key);
        offer(out, word, begun);
    }
    offer(out, "--json", begun);
    offer(out, "--help", begun);
}

static void offer_words(FILE *out, const char *socket, enum argument_words words,
                        const char *begun)
{
    static const char *const actions[] = {"give", "take", "release", NULL}, *const roles[] = {
                                                                                "watch",
                                                                                "drive",
                                                                                "admin", NULL};
    if (words == WORDS_MACHINES)
        offer_listed(out, socket, COMMAND_MACHINES, "name", begun);
    else if (words == WORDS_SESSIONS)
        offer_listed(out, socket, COMMAND_SESSIONS, "id", begun);
    else if (words == WORDS_USERS)
        offer_listed(out, socket, COMMAND_SESSIONS, "user", begun);
    else if (words == WORDS_ACTIONS)
        offer_row(out, actions, begun);
    else if (words == WORDS_ROLES)
        offer_row(out, roles, begun);
    else if (words == WORDS_KEYS)
        offer_keys(out, begun);
    else if (words == WORDS_PLACES)
        offer_places(out, begun);
}

static void offer_certificate(FILE *out, const char *begun)
{
    static const char *const words[] = {"create", "node",    "--host", "--address", "--days",
                                        "--out",  "--force", "--json", "--help"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (begun[0] == '-' || words[i][0] != '-')
            offer(out, words[i], begun);
}

/* The option whose value follows this word, or NULL. */
static const struct argument *takes_value(const struct command *command, const char *word)
{
    for (int i = 0; i < ARGUMENTS_MOST && command->arguments[i].name; i++)
        if (argument_is_option(&command->arguments[i]) &&
            command->arguments[i].place != ARGUMENT_FLAG && strncmp(word, "--", 2) == 0 &&
            strcmp(word + 2, command->arguments[i].key) == 0)
            return &command->arguments[i];
    return NULL;
}

/* The argument that the last word is, an option's value too, or NULL. */
static const struct argument *argument_at(const struct command *command, int argc, char **argv)
{
    int i = 0;
    for (int at = 0; at < argc - 1; at++) {
        if (takes_value(command, argv[at]))
            at++;
        else if (argv[at][0] != '-' && i < ARGUMENTS_MOST &&
                 command->arguments[i].place != ARGUMENT_LIST)
            i++;
    }
    const struct argument *a = i < ARGUMENTS_MOST ? &command->arguments[i] : NULL;
    const struct argument *option = argc > 1 ? takes_value(command, argv[argc - 2]) : NULL;
    if (option)
        return option;
    return a && a->name && !argument_is_option(a) ? a : NULL;
}

void ctl_complete(FILE *out, const char *socket, int argc, char **argv)
{
    int at = 0;
    while (at < argc - 1 && argv[at][0] == '-') {
        bool takes = strcmp(argv[at], "-s") == 0 || strcmp(argv[at], "--socket") == 0;
        if (takes)
            socket = argv[at + 1];
        at += takes ? 2 : 1;
    }
    if (at >= argc)
        return;
    if (at == argc - 1) {
        offer_verbs(out, argv[at]);
        return;
    }
    enum command_id id = command_by_verb(argv[at]);
    const char *begun = argv[argc - 1];
    if (strcmp(argv[at], "certificate") == 0)
        offer_certificate(out, begun);
    if (id == COMMAND_COUNT)
        return;
    const struct argument *a = argument_at(&commands[id], argc - at - 1, argv + at + 1);
    if (begun[0] == '-')
        offer_options(out, &commands[id], begun);
    else if (a)
        offer_words(out, socket, a->words, begun);
}
