/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/guest.h"
#include "tests/e2e/clock.h"
#include "tests/e2e/socket.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARGUMENTS_MOST 96

/* ---- QEMU's command line ---- */

struct command_line {
    const char *argv[ARGUMENTS_MOST + 1];
    size_t n;
};

static void add(struct trial *trial, struct command_line *line, const char *word)
{
    trial_check(trial, line->n < ARGUMENTS_MOST, "too many arguments for QEMU");
    line->argv[line->n++] = word;
}

static void add_all(struct trial *trial, struct command_line *line, const char *const *words)
{
    for (; words && *words; words++)
        add(trial, line, *words);
}

static char *file_of(struct guest *guest, const char *suffix)
{
    return trial_text(guest->trial, "%s/%s.%s", guest->trial->folder, guest->options.name, suffix);
}

/* A path as QEMU sees it. */
static const char *seen(const struct guest *guest, const char *path)
{
    return path + strlen(guest->root);
}

static void add_socket(struct guest *guest, struct command_line *line, const char *option,
                       const char *path)
{
    add(guest->trial, line, option);
    add(guest->trial, line,
        trial_text(guest->trial, "unix:%s,server=on,wait=off", seen(guest, path)));
}

static void add_common(struct guest *guest, struct command_line *line)
{
    static const char *const fixed[] = {"-accel",  "tcg", "-no-user-config", "-nodefaults",
                                        "-S", NULL};
    static const char *const std_vga[] = {"VGA,id=vga", NULL};
    const struct guest_options *o = &guest->options;
    const char *program = getenv("HOLDFAST_QEMU");

    add(guest->trial, line, program && *program ? program : "qemu-system-x86_64");
    add_all(guest->trial, line, fixed);
    add(guest->trial, line, "-name");
    add(guest->trial, line, o->name);
    if (*o->uuid) {
        add(guest->trial, line, "-uuid");
        add(guest->trial, line, o->uuid);
    }
    for (const char *const *d = o->device ? o->device : std_vga; *d; d++) {
        add(guest->trial, line, "-device");
        add(guest->trial, line, *d);
    }
    add(guest->trial, line, "-display");
    add(guest->trial, line, o->no_display ? "none" : "dbus,p2p=yes");
    add_socket(guest, line, "-qmp", guest->qmp_path);
    add_socket(guest, line, "-qmp", file_of(guest, "own"));
    add_socket(guest, line, "-serial", file_of(guest, "com"));
    add_all(guest->trial, line, o->more);
}

/* ---- files for QEMU ---- */

static void copy_file(struct trial *trial, const char *from, const char *to)
{
    size_t size = 0;
    char *data = file_load(from, &size);
    FILE *file = fopen(to, "wbe");

    trial_check(trial, data && file && fwrite(data, 1, size, file) == size, "cannot copy %s", from);
    fclose(file);
    free(data);
}

const char *guest_file(struct trial *trial, const char *path)
{
    const char *root = getenv("HOLDFAST_QEMU_ROOT");
    char *absolute = realpath(path, NULL);

    trial_check(trial, absolute != NULL, "%s: %s", path, strerror(errno));
    trial_on_end(trial, free, absolute);
    if (!root || !*root)
        return absolute;
    char *copy = trial_text(trial, "%s/%s", trial->folder, strrchr(absolute, '/') + 1);
    copy_file(trial, absolute, copy);
    return copy + strlen(root);
}

/* ---- starting ---- */

static void drop_events(struct guest *guest)
{
    while (guest->events) {
        struct guest_line *line = guest->events;
        guest->events = line->next;
        free(line->text);
        free(line);
    }
    guest->events_end = &guest->events;
    guest->in_size = 0;
}

static void close_all(struct guest *guest)
{
    if (guest->serial_fd >= 0)
        close(guest->serial_fd);
    guest->serial_fd = -1;
    if (guest->qmp)
        qmp_close(guest->qmp);
}

static void on_end(void *what)
{
    struct guest *guest = what;

    guest->qmp = NULL; /* the trial's, and gone already */
    close_all(guest);
    drop_events(guest);
    free(guest);
}

static void launch(struct guest *guest, const char *const *kernel)
{
    struct command_line line = {.n = 0};

    add_common(guest, &line);
    add_all(guest->trial, &line, kernel);
    guest->process = process_start(guest->trial, guest->options.name, line.argv, NULL);
    guest->qmp = qmp_open(guest->trial, file_of(guest, "own"));
    guest->serial_fd = socket_connect_unix(guest->trial, file_of(guest, "com"));
    qmp_run(guest->qmp, "cont", NULL);
}

static void launch_own_kernel(struct guest *guest)
{
    const char *elf = trial_built(guest->trial, "tests/guest/guest.elf");
    const char *const kernel[] = {"-m",      "64",
                                  "-kernel", guest_file(guest->trial, elf),
                                  "-append", guest->options.append ? guest->options.append : "",
                                  NULL};
    const char *line;

    launch(guest, kernel);
    do {
        line = guest_event(guest);
        trial_check(guest->trial, strncmp(line, "boot err", 8) != 0, "the guest says: %s", line);
    } while (strcmp(line, "ready holdfast-guest 1") != 0);
}

static struct guest *make(struct trial *trial, const struct guest_options *options)
{
    struct guest *guest = calloc(1, sizeof(*guest));
    const char *root = getenv("HOLDFAST_QEMU_ROOT");

    if (!guest)
        abort();
    guest->trial = trial;
    guest->options = options ? *options : (struct guest_options){0};
    if (!guest->options.name)
        guest->options.name = "web1";
    if (!guest->options.uuid)
        guest->options.uuid = GUEST_UUID;
    guest->root = root ? root : "";
    guest->serial_fd = -1;
    guest->events_end = &guest->events;
    guest->qmp_path = guest->options.socket
                          ? trial_text(trial, "%s", guest->options.socket)
                          : guest_qmp_path(trial, guest->options.name);
    trial_on_end(trial, on_end, guest);
    return guest;
}

struct guest *guest_start(struct trial *trial, const struct guest_options *options)
{
    struct guest *guest = make(trial, options);

    launch_own_kernel(guest);
    return guest;
}

struct guest *guest_start_kernel(struct trial *trial, const struct guest_options *options,
                                 const char *const *kernel)
{
    struct guest *guest = make(trial, options);

    launch(guest, kernel);
    return guest;
}

void guest_restart(struct guest *guest)
{
    launch_own_kernel(guest);
}

void guest_kill(struct guest *guest)
{
    process_stop(guest->process, SIGKILL);
    close_all(guest);
    drop_events(guest);
}

char *guest_qmp_path(struct trial *trial, const char *name)
{
    return trial_text(trial, "%s/%s.qmp", trial->folder, name);
}

/* ---- the serial line ---- */

/* The next line, or NULL at the deadline; the caller frees. */
static char *read_line(struct guest *guest, int64_t deadline_ms)
{
    char *end;

    while (!(end = memchr(guest->in, '\n', guest->in_size))) {
        struct pollfd p = {.fd = guest->serial_fd, .events = POLLIN};
        trial_check(guest->trial, guest->in_size < sizeof(guest->in), "the guest's line is endless");
        if (poll(&p, 1, clock_left_ms(deadline_ms)) <= 0)
            return NULL;
        ssize_t got = read(guest->serial_fd, guest->in + guest->in_size,
                           sizeof(guest->in) - guest->in_size);
        trial_check(guest->trial, got > 0, "the guest's serial line is closed");
        guest->in_size += (size_t)got;
    }
    size_t length = (size_t)(end - guest->in);
    char *line = strndup(guest->in, length && end[-1] == '\r' ? length - 1 : length);
    guest->in_size -= length + 1;
    memmove(guest->in, end + 1, guest->in_size);
    return line;
}

static void keep_event(struct guest *guest, char *text)
{
    struct guest_line *line = malloc(sizeof(*line));

    if (!line)
        abort();
    *line = (struct guest_line){NULL, text};
    *guest->events_end = line;
    guest->events_end = &line->next;
}

static bool is_answer(const char *line)
{
    return strcmp(line, "ok") == 0 || strncmp(line, "ok ", 3) == 0 || strncmp(line, "err ", 4) == 0;
}

const char *guest_say(struct guest *guest, const char *format, ...)
{
    int64_t deadline_ms = clock_now_ms() + 2 * PATIENCE_MS;
    char command[600];
    va_list args;
    char *line;

    va_start(args, format);
    vsnprintf(command, sizeof(command) - 1, format, args);
    va_end(args);
    size_t length = strlen(command);
    command[length] = '\n';
    socket_send_all(guest->trial, guest->serial_fd, command, length + 1);
    command[length] = 0;
    while ((line = read_line(guest, deadline_ms)) && !is_answer(line))
        keep_event(guest, line);
    trial_check(guest->trial, line != NULL, "the guest does not answer '%s'", command);
    trial_on_end(guest->trial, free, line);
    trial_check(guest->trial, line[0] == 'o', "the guest answers '%s' with '%s'", command, line);
    return line[2] ? line + 3 : "";
}

const char *guest_event_within(struct guest *guest, int timeout_ms)
{
    struct guest_line *line = guest->events;
    char *text;

    if (!line) {
        text = read_line(guest, clock_now_ms() + timeout_ms);
    } else {
        text = line->text;
        guest->events = line->next;
        if (!guest->events)
            guest->events_end = &guest->events;
        free(line);
    }
    if (text)
        trial_on_end(guest->trial, free, text);
    return text;
}

const char *guest_event(struct guest *guest)
{
    const char *text = guest_event_within(guest, PATIENCE_MS);

    trial_check(guest->trial, text != NULL, "the guest reports nothing");
    return text;
}

void guest_expect(struct guest *guest, const char *event)
{
    const char *text = guest_event_within(guest, PATIENCE_MS);

    trial_check(guest->trial, text != NULL, "the guest reports nothing; expected '%s'", event);
    trial_check(guest->trial, strcmp(text, event) == 0, "the guest reports '%s'; expected '%s'",
                text, event);
}

void guest_forget_events(struct guest *guest)
{
    guest_say(guest, "echo");
    while (guest->events) {
        struct guest_line *line = guest->events;
        guest->events = line->next;
        free(line->text);
        free(line);
    }
    guest->events_end = &guest->events;
}

struct shot guest_screendump(struct guest *guest, const char *device, int head)
{
    return qmp_screendump(guest->qmp, guest->root, device, head);
}
