/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "server/control/ctl.h"

#include <string.h>

/* The index of the argument that option --NAME or --NAME=VALUE sets, or -1. */
static int find_option(const struct command *command, const char *word)
{
    size_t n = strcspn(word, "=");
    for (int i = 0; i < ARGUMENTS_MOST && command->arguments[i].name; i++) {
        const struct argument *a = &command->arguments[i];
        if (argument_is_option(a) && strlen(a->key) == n && memcmp(a->key, word, n) == 0)
            return i;
    }
    return -1;
}

/* Reads one option; *at is moved over its value. */
static bool read_option(struct ctl_words *w, int argc, char **argv, int *at, char **why_r)
{
    const char *word = argv[*at];
    int i = word[1] == '-' ? find_option(w->command, word + 2) : -1;
    if (strcmp(word, "--help") == 0) {
        w->help = true;
    } else if (strcmp(word, "--json") == 0) {
        w->json = true;
    } else if (i >= 0 && w->command->arguments[i].place == ARGUMENT_FLAG) {
        w->values[i] = "";
        if (strchr(word, '='))
            *why_r = alloc_printf("--%s takes no value", w->command->arguments[i].key);
        return !*why_r;
    } else if (i >= 0 && strchr(word, '=')) {
        w->values[i] = strchr(word, '=') + 1;
    } else if (i >= 0 && *at + 1 < argc) {
        w->values[i] = argv[++*at];
    } else if (i >= 0) {
        *why_r = alloc_printf("%s needs a value", word);
        return false;
    } else {
        *why_r = alloc_printf("unknown option %s (write -- before a word that begins with '-')",
                              word);
        return false;
    }
    return true;
}

/* The next argument that a plain word fills, from i on; ARGUMENTS_MOST: none. */
static int next_plain(const struct command *command, int i)
{
    while (i < ARGUMENTS_MOST && command->arguments[i].name &&
           argument_is_option(&command->arguments[i]))
        i++;
    return i < ARGUMENTS_MOST && command->arguments[i].name ? i : ARGUMENTS_MOST;
}

static bool take_words(struct ctl_words *w, int n, char **words, char **why_r)
{
    int i = next_plain(w->command, 0), at = 0;
    for (; i < ARGUMENTS_MOST && at < n; i = next_plain(w->command, i + 1)) {
        w->values[i] = words[at];
        if (w->command->arguments[i].place == ARGUMENT_LIST) {
            w->list = (const char *const *)words + at;
            w->n_list = n - at;
            at = n;
        } else {
            at++;
        }
    }
    if (i < ARGUMENTS_MOST && w->command->arguments[i].place != ARGUMENT_MORE)
        *why_r = alloc_printf("%s is missing", w->command->arguments[i].name);
    else if (at < n)
        *why_r = alloc_printf("'%s' is one word too many", words[at]);
    return !*why_r;
}

bool ctl_words_read(struct ctl_words *words_r, const struct command *command, int argc,
                    char **argv, char **why_r)
{
    struct ctl_words w = {.command = command};
    int n = 0; /* plain words, moved to the front of argv */
    bool options = true;
    *why_r = NULL;
    for (int at = 0; at < argc; at++) {
        if (options && strcmp(argv[at], "--") == 0)
            options = false;
        else if (!options || argv[at][0] != '-' || !argv[at][1])
            argv[n++] = argv[at];
        else if (!read_option(&w, argc, argv, &at, why_r))
            return false;
    }
    if (!w.help && !take_words(&w, n, argv, why_r))
        return false;
    *words_r = w;
    return true;
}
