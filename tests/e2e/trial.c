/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/trial.h"
#include "tests/e2e/process.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

#define TEST_SECONDS 1800
#define LONG_TEST_SECONDS 7200

/* ---- folders and files ---- */

static const char *scratch_parent(char *room, size_t size)
{
    const char *root = getenv("HOLDFAST_QEMU_ROOT"), *parent = getenv("TMPDIR");

    if (root && *root) {
        snprintf(room, size, "%s/tmp", root);
        return room;
    }
    /* The path of a Unix socket has 107 bytes at most. */
    return parent && *parent == '/' && strlen(parent) < 40 ? parent : "/tmp";
}

static int make_folder(struct trial *trial)
{
    char parent[48];

    snprintf(trial->folder, sizeof(trial->folder), "%s/hf-XXXXXX",
             scratch_parent(parent, sizeof(parent)));
    return mkdtemp(trial->folder) ? 0 : -errno;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

char *trial_path(struct trial *trial, const char *name)
{
    return trial_text(trial, "%s/%s", trial->folder, name);
}

static char *below(struct trial *trial, const char *variable, const char *name)
{
    const char *folder = getenv(variable);

    return trial_text(trial, "%s/%s", folder && *folder ? folder : ".", name);
}

char *trial_built(struct trial *trial, const char *name)
{
    return below(trial, "top_builddir", name);
}

char *trial_source(struct trial *trial, const char *name)
{
    return below(trial, "top_srcdir", name);
}

void trial_write_file(struct trial *trial, const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t done = fd < 0 ? -1 : write(fd, text, strlen(text));

    if (fd >= 0)
        close(fd);
    trial_check(trial, done == (ssize_t)strlen(text), "cannot write %s: %s", path,
                strerror(errno));
}

char *file_load(const char *path, size_t *size_r)
{
    FILE *file = fopen(path, "rbe");
    char *text = NULL;
    size_t room = 0, size = 0, got;

    if (!file)
        return NULL;
    do {
        room = room ? 2 * room : 65536;
        text = realloc(text, room + 1);
        if (!text)
            abort();
        got = fread(text + size, 1, room - size, file);
        size += got;
    } while (size == room);
    fclose(file);
    text[size] = 0;
    if (size_r)
        *size_r = size;
    return text;
}

char *trial_read_file(struct trial *trial, const char *path, size_t *size_r)
{
    char *text = file_load(path, size_r);

    if (text)
        trial_on_end(trial, free, text);
    return text;
}

/* ---- memory and duties ---- */

void trial_on_end(struct trial *trial, void (*end)(void *what), void *what)
{
    struct trial_duty *duty = malloc(sizeof(*duty));

    if (!duty)
        abort();
    *duty = (struct trial_duty){trial->duties, end, what};
    trial->duties = duty;
}

void *trial_room(struct trial *trial, size_t size)
{
    void *room = calloc(1, size);

    if (!room)
        abort();
    trial_on_end(trial, free, room);
    return room;
}

char *trial_text(struct trial *trial, const char *format, ...)
{
    va_list args;
    char *text = NULL;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        abort();
    va_end(args);
    trial_on_end(trial, free, text);
    return text;
}

static void do_duties(struct trial *trial)
{
    while (trial->duties) {
        struct trial_duty *duty = trial->duties;
        trial->duties = duty->next;
        duty->end(duty->what);
        free(duty);
    }
}

/* ---- failing ---- */

void trial_fail_at(struct trial *trial, const char *file, int line, const char *format, ...)
{
    char text[4000];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    print_error("%s:%d: %s\n", file, line, text);
    (void)trial;
    _fail(file, line);
    abort(); /* cmocka has left by now */
}

void trial_look_again(struct trial *trial, long long deadline_ms, const char *what)
{
    trial_check(trial, clock_now_ms() < deadline_ms, "this did not come: %s", what);
    if (trial->meanwhile)
        trial->meanwhile(trial->meanwhile_what);
    poll(NULL, 0, LOOK_AGAIN_MS);
}

/* ---- running ---- */

bool trial_is_long(void)
{
    const char *value = getenv("HOLDFAST_LONG");

    return value && *value && strcmp(value, "0") != 0;
}

static void on_alarm(int number)
{
    static const char text[] = "a test took too long: giving up\n";

    (void)number;
    (void)!write(STDERR_FILENO, text, sizeof(text) - 1);
    _exit(EXIT_FAILURE); /* the children go with us */
}

/* What cmocka hands to one test. */
struct ticket {
    const struct trial_row *row;
    struct trial *trial;
};

static int set_up(void **state)
{
    struct ticket *ticket = *state;
    struct trial *trial = calloc(1, sizeof(*trial));

    if (!trial)
        return -1;
    trial->name = ticket->row->name;
    trial->data = ticket->row->data;
    ticket->trial = trial;
    alarm(trial_is_long() ? LONG_TEST_SECONDS : TEST_SECONDS);
    return make_folder(trial);
}

static void run(void **state)
{
    struct ticket *ticket = *state;

    ticket->row->run(ticket->trial);
    ticket->trial->passed = true;
}

static int tear_down(void **state)
{
    struct ticket *ticket = *state;
    struct trial *trial = ticket->trial;
    const char *keep = getenv("HOLDFAST_KEEP");

    if (!trial->passed)
        process_print_logs(trial);
    process_end_all(trial);
    do_duties(trial);
    if (!keep || !*keep)
        nftw(trial->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    else
        print_message("scratch folder: %s\n", trial->folder);
    free(trial);
    ticket->trial = NULL;
    alarm(0);
    return 0;
}

int trial_main(int argc, char **argv, const char *group, const struct trial_row *rows,
               size_t count)
{
    struct CMUnitTest *tests = calloc(count, sizeof(*tests));
    struct ticket *tickets = calloc(count, sizeof(*tickets));
    size_t n = 0;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGALRM, on_alarm);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    for (size_t i = 0; tests && tickets && i < count; i++) {
        if (rows[i].only_long && !trial_is_long())
            continue;
        tickets[n].row = &rows[i];
        tests[n] = (struct CMUnitTest){rows[i].name, run, set_up, tear_down, &tickets[n]};
        n++;
    }
    int failed = _cmocka_run_group_tests(group, tests, n, NULL, NULL);
    free(tickets);
    free(tests);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
