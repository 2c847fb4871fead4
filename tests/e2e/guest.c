/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/guest.h"
#include "tests/e2e/socket.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <signal.h>
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
    return trial_text(guest->trial, "%s/%s.%s", guest->trial->folder, guest->options.name,
                      suffix);
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
    static const char *const fixed[] = {"-accel",      "tcg", "-no-user-config",
                                        "-nodefaults", "-S",  NULL};
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

    trial_check(trial, data && file && fwrite(data, 1, size, file) == size, "cannot copy %s",
                from);
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
    guest_line_drop(guest);
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
        trial_check(guest->trial, strncmp(line, "boot err", 8) != 0, "the guest says: %s",
                    line);
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
    guest->qmp_path = guest->options.socket ? trial_text(trial, "%s", guest->options.socket)
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
    guest_line_drop(guest);
}

char *guest_qmp_path(struct trial *trial, const char *name)
{
    return trial_text(trial, "%s/%s.qmp", trial->folder, name);
}

struct shot guest_screendump(struct guest *guest, const char *device, int head)
{
    return qmp_screendump(guest->qmp, guest->root, device, head);
}
