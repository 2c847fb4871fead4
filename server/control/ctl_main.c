/* SPDX-License-Identifier: GPL-2.0-or-later */
/* holdfastctl: asks a running holdfastd. */
#include <config.h>
#include "base/alloc.h"
#include "server/control/ctl.h"
#include "server/runtime_path.h"

#include <curl/curl.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSTEM_SOCKET "/run/holdfast/control.sock"

enum { USAGE_COLUMNS = 38 };
enum { EXIT_REFUSED = 1, EXIT_USAGE = 2 };

static void print_help(FILE *out, const char *socket)
{
    fputs("Usage: holdfastctl [-s SOCKET] [--json] VERB [ARGUMENT...]\n"
          "Asks the holdfastd that runs on this host.\n\n",
          out);
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        char *usage = command_usage(&commands[id]);
        if (strlen(usage) <= USAGE_COLUMNS)
            fprintf(out, "  %-*s %s\n", USAGE_COLUMNS, usage, commands[id].summary);
        else
            fprintf(out, "  %s\n%*s%s\n", usage, USAGE_COLUMNS + 3, "", commands[id].summary);
        free(usage);
    }
    fprintf(out, "  %-38s %s\n", CTL_CERTIFICATE_USAGE, CTL_CERTIFICATE_SUMMARY);
    fprintf(out,
            "\n  -s, --socket SOCKET  the daemon's control socket\n"
            "                       (default: %s)\n"
            "      --json           print the daemon's answer as it is\n"
            "      --help           this text; behind a verb, more about it\n"
            "      --version        the version\n\n"
            "Exits 0 when done, 1 when refused, 2 when the command line is wrong. See "
            "holdfastctl(1).\n",
            socket);
}

static int print_command_help(const struct command *command)
{
    char *usage = command_usage(command);
    printf("Usage: holdfastctl [-s SOCKET] [--json] %s\n%c%s.\n", usage,
           command->summary[0] - 'a' + 'A', command->summary + 1);
    if (command->help)
        printf("\n%s", command->help);
    free(usage);
    return 0;
}

static int complain(int status, char *why)
{
    fputs("holdfastctl: ", stderr);
    ctl_put_text(stderr, why);
    putc('\n', stderr);
    free(why);
    return status;
}

/* ---- answers ---- */

static bool write_all(int fd, const struct bytes *b)
{
    size_t done = 0;
    while (done < b->len) {
        ssize_t n = write(fd, b->data + done, b->len - done);
        if (n < 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* A file that is there whole or not at all. */
static bool save(const char *path, const struct bytes *b)
{
    char *temporary = alloc_printf("%s.XXXXXX", path);
    int fd = mkstemp(temporary);
    mode_t mask = umask(0);
    umask(mask);
    bool ok = fd >= 0 && write_all(fd, b) && fchmod(fd, 0666 & ~mask) == 0;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    ok = ok && rename(temporary, path) == 0;
    int e = errno;
    if (!ok && fd >= 0)
        unlink(temporary);
    free(temporary);
    errno = e;
    return ok;
}

static int put_file(const char *path, const struct bytes *b)
{
    bool to_stdout = strcmp(path, "-") == 0;
    if (to_stdout && isatty(STDOUT_FILENO))
        return complain(EXIT_USAGE, alloc_text("this is no text for a terminal: name a file"));
    if (to_stdout ? write_all(STDOUT_FILENO, b) : save(path, b))
        return 0;
    return complain(EXIT_REFUSED, alloc_printf("%s: %s", path, strerror(errno)));
}

static const char *file_of(const struct ctl_words *w)
{
    for (int i = 0; i < ARGUMENTS_MOST && w->command->arguments[i].name; i++)
        if (w->command->arguments[i].place == ARGUMENT_FILE)
            return w->values[i];
    return NULL;
}

static int refused(const struct ctl_answer *a, const json_t *body)
{
    const char *error = json_string_value(json_object_get(body, "error"));
    return complain(EXIT_REFUSED,
                    error ? alloc_text(error)
                          : alloc_printf("the daemon answered HTTP %ld", a->status));
}

static int show(const struct ctl_words *w, const struct ctl_answer *a)
{
    bool good = a->status >= 200 && a->status < 300;
    if (good && file_of(w))
        return put_file(file_of(w), &a->body);
    if (good && w->command->plain)
        return write_all(STDOUT_FILENO, &a->body) ? 0 : EXIT_REFUSED;
    json_t *body = json_loadb(a->body.data ? (const char *)a->body.data : "", a->body.len,
                              JSON_DECODE_ANY, NULL);
    int status = 0;
    if (!good)
        status = refused(a, body);
    else if (!body)
        status = complain(EXIT_REFUSED, alloc_text("the daemon's answer is no JSON"));
    else if (w->json)
        json_dumpf(body, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY);
    else
        ctl_print(stdout, (enum command_id)(w->command - commands), body);
    if (status == 0 && w->json)
        putchar('\n');
    json_decref(body);
    if (status == 0 && (fflush(stdout) != 0 || ferror(stdout)))
        return complain(EXIT_REFUSED, alloc_printf("standard output: %s", strerror(errno)));
    return status;
}

/* False when nobody reads what is printed. */
static bool put_event(void *self, const char *data)
{
    const struct ctl_words *w = self;
    json_t *event = json_loads(data, 0, NULL);
    if (w->json)
        puts(data);
    else if (event)
        ctl_print_event(stdout, event);
    json_decref(event);
    return fflush(stdout) == 0;
}

static int listen_to(const char *socket, const struct ctl_words *w)
{
    struct ctl_answer answer;
    char *why = NULL;
    if (!ctl_listen(socket, w, put_event, (void *)w, &answer, &why))
        return complain(EXIT_REFUSED, why);
    int status = answer.status >= 300 ? show(w, &answer) : 0;
    ctl_answer_fini(&answer);
    return status;
}

static int ask(const char *socket, const struct ctl_words *w)
{
    if (w->command->endless)
        return listen_to(socket, w);
    struct ctl_answer answer;
    char *why = NULL;
    if (!ctl_request(socket, w, &answer, &why))
        return complain(EXIT_REFUSED, why);
    int status = show(w, &answer);
    ctl_answer_fini(&answer);
    return status;
}

/* ---- the command line ---- */

static int run_verb(const char *socket, bool json, int argc, char **argv)
{
    struct ctl_words words;
    char *why;
    enum command_id id = command_by_verb(argv[0]);
    if (strcmp(argv[0], "certificate") == 0)
        return ctl_certificate(json, argc, argv);
    if (id == COMMAND_COUNT)
        return complain(EXIT_USAGE,
                        alloc_printf("unknown verb '%s': see holdfastctl --help", argv[0]));
    if (!ctl_words_read(&words, &commands[id], argc - 1, argv + 1, &why)) {
        complain(EXIT_USAGE, why);
        char *usage = command_usage(&commands[id]);
        fprintf(stderr, "Usage: holdfastctl [-s SOCKET] [--json] %s\n", usage);
        free(usage);
        return EXIT_USAGE;
    }
    words.json |= json;
    return words.help ? print_command_help(words.command) : ask(socket, &words);
}

static int run(char *standard, int argc, char **argv)
{
    static const struct option table[] = {
        {"socket", required_argument, NULL, 's'}, {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},         {"version", no_argument, NULL, 'V'},
        {"complete", no_argument, NULL, 'c'},     {0},
    };
    const char *socket = standard;
    bool json = false;
    for (int c; (c = getopt_long(argc, argv, "+s:h", table, NULL)) != -1;) {
        if (c == 's') {
            socket = optarg;
        } else if (c == 'j') {
            json = true;
        } else if (c == 'V') {
            puts("holdfastctl " PACKAGE_VERSION);
            return 0;
        } else if (c == 'c') {
            ctl_complete(stdout, socket, argc - optind, argv + optind);
            return 0;
        } else {
            print_help(c == 'h' ? stdout : stderr, standard);
            return c == 'h' ? 0 : EXIT_USAGE;
        }
    }
    if (optind == argc) {
        print_help(stderr, standard);
        return EXIT_USAGE;
    }
    return run_verb(socket, json, argc - optind, argv + optind);
}

/* One's own daemon, else the system's, which its group may use. */
static char *standard_socket(void)
{
    char *own = runtime_path("control.sock");
    if (access(own, F_OK) == 0 || access(SYSTEM_SOCKET, F_OK) != 0)
        return own;
    free(own);
    return alloc_text(SYSTEM_SOCKET);
}

int main(int argc, char **argv)
{
    char *standard = standard_socket();
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int status = run(standard, argc, argv);
    curl_global_cleanup();
    free(standard);
    return status;
}
