/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/qemu_machine.h"
#include "base/alloc.h"
#include "tests/bench/installer.h"
#include "tests/bench/measure.h"
#include "tests/bench/qmp_talk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { WORDS_MOST = 64, LIST_LENGTH = 20, SECOND_US = 1000000 };

/* ---- files ---- */

static char *in_folder(const char *name)
{
    return alloc_printf("%s/%s", measure_folder(), name);
}

const char *qemu_machine_inside(const char *path)
{
    const char *root = getenv("HOLDFAST_QEMU_ROOT");
    size_t n = root ? strlen(root) : 0;
    return n && !strncmp(path, root, n) ? path + n : path;
}

static void copy(const char *from, const char *to)
{
    struct stat st;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (in < 0 || out < 0 || fstat(in, &st))
        measure_fail(from, strerror(errno));
    for (off_t done = 0; done < st.st_size;) {
        if (sendfile(out, in, &done, (size_t)(st.st_size - done)) <= 0)
            measure_fail(to, strerror(errno));
    }
    close(in);
    close(out);
}

/* The file where QEMU can read it; the text lives as long as the program. */
static const char *readable(const char *path)
{
    if (!getenv("HOLDFAST_QEMU_ROOT"))
        return path;
    char *there = in_folder(strrchr(path, '/') + 1);
    if (access(there, R_OK) != 0)
        copy(path, there);
    return qemu_machine_inside(there);
}

/* ---- the command line; its words live as long as the program ---- */

struct words {
    const char *list[WORDS_MOST + 1];
    size_t n;
};

static void add_all(struct words *words, const char *const *more)
{
    while (*more && words->n < WORDS_MOST)
        words->list[words->n++] = *more++;
}

static const char *socket_of(const char *name, const char *rest)
{
    char *path = in_folder(name);
    unlink(path);
    return alloc_printf("unix:%s,server=on,%s", qemu_machine_inside(path), rest);
}

static void add_common(struct words *words, const struct qemu_guest *guest)
{
    const char *program = getenv("HOLDFAST_QEMU");
    const char *const common[] = {program ? program : "qemu-system-x86_64",
                                  "-accel",
                                  "tcg",
                                  "-no-user-config",
                                  "-nodefaults",
                                  "-name",
                                  "bench,debug-threads=on",
                                  "-device",
                                  guest->device ? guest->device : "VGA",
                                  "-qmp",
                                  socket_of("own.sock", "wait=off"),
                                  NULL};
    add_all(words, common);
}

static void add_test_guest(struct words *words, const struct qemu_guest *guest)
{
    const char *const own[] = {
        "-m",      "64",          "-kernel", readable(measure_sibling("tests/guest/guest.elf")),
        "-append", guest->append, "-serial", socket_of("com1.sock", "wait=on"),
        NULL};
    add_all(words, own);
}

bool qemu_machine_has_installer(void)
{
    return access(INSTALLER_KERNEL, R_OK) == 0;
}

static void add_installer(struct words *words, const char *state)
{
    const char *const own[] = {
        INSTALLER_WORDS(readable(INSTALLER_KERNEL), readable(INSTALLER_INITRD))};
    const char *const later[] = {"-incoming", alloc_printf("exec:cat '%s'", state ? state : ""),
                                 NULL};
    add_all(words, own);
    if (state)
        add_all(words, later);
}

/* ---- the test guest's serial line ---- */

static int open_line(void)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    char *path = in_folder("com1.sock");
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    strncpy(un.sun_path, path, sizeof(un.sun_path) - 1);
    measure_wait_path(path);
    if (connect(fd, (const struct sockaddr *)&un, sizeof(un)))
        measure_fail(path, "nobody listens");
    free(path);
    return fd;
}

static void wait_line(int fd, const char *wanted)
{
    char text[2048] = "";
    size_t n = 0;
    while (n + 1 < sizeof(text) && !strstr(text, wanted)) {
        ssize_t got = recv(fd, text + n, sizeof(text) - 1 - n, 0);
        if (got <= 0)
            measure_fail("guest", "it does not answer");
        n += (size_t)got;
        text[n] = '\0';
        if (strstr(text, "boot err"))
            measure_fail("guest", text);
    }
}

void qemu_machine_step(struct qemu_machine *m)
{
    if (send(m->line_fd, "step 1\n", 7, MSG_NOSIGNAL) != 7)
        measure_fail("guest", "its serial line is gone");
    wait_line(m->line_fd, "ok");
}

void qemu_machine_key(struct qemu_machine *m, unsigned n)
{
    qmp_talk_key(m->qmp_fd, n / LIST_LENGTH % 2 ? "up" : "down");
}

/* ---- starting ---- */

/*
 * QEMU finds out about a mode when it looks at the guest's memory next, seconds later while
 * nobody watches. Its server can fail for good a viewer that is there then, so it is made to
 * look now.
 */
static void look_at(struct qemu_machine *m)
{
    struct surface s;
    surface_init(&s);
    installer_shot(m->qmp_fd, &s);
    surface_fini(&s);
}

static void launch(struct qemu_machine *m, const struct words *words)
{
    char *own = in_folder("own.sock");
    m->pid = measure_start("qemu", words->list);
    /* The line first: QEMU waits for it. What is sent before the guest has set it up can stop
     * it for good. */
    if (m->guest->append) {
        m->line_fd = open_line();
        wait_line(m->line_fd, "ready ");
    }
    m->qmp_fd = qmp_talk_open(own);
    free(own);
    look_at(m);
}

/* The installer's boot is waited for once; after that every machine begins where it ended. */
static const char *installer_state(const struct qemu_guest *guest)
{
    static char *state;
    static const char *const display[] = {"-display", "none", NULL};
    struct qemu_machine m = {.guest = guest, .line_fd = -1};
    struct words words = {0};
    if (state)
        return qemu_machine_inside(state);
    state = in_folder("installer.state");
    add_common(&words, guest);
    add_installer(&words, NULL);
    add_all(&words, display);
    launch(&m, &words);
    installer_wait(m.qmp_fd);
    installer_save(m.qmp_fd, qemu_machine_inside(state));
    qemu_machine_stop(&m);
    return qemu_machine_inside(state);
}

void qemu_machine_start(struct qemu_machine *m, const struct qemu_guest *guest,
                        const char *const *display)
{
    struct words words = {0};
    const char *state = guest->append ? NULL : installer_state(guest);
    *m = (struct qemu_machine){.guest = guest, .line_fd = -1};
    add_common(&words, guest);
    if (guest->append)
        add_test_guest(&words, guest);
    else
        add_installer(&words, state);
    add_all(&words, display);
    launch(m, &words);
    if (!state)
        return;
    qmp_talk_wait_status(m->qmp_fd, "query-status", "paused");
    qmp_talk_run(m->qmp_fd, "cont", NULL);
}

/* ---- driving ---- */

/*
 * One frame after the other, never ahead. The guest could play by itself, but then its timer
 * wakes QEMU a thousand times a second, which costs more than many a frame.
 */
static void drive(void *arg)
{
    struct qemu_machine *m = arg;
    for (unsigned n = 0;; n++) {
        if (m->guest->append)
            qemu_machine_step(m);
        else
            qemu_machine_key(m, n);
        usleep(SECOND_US / m->guest->fps);
    }
}

static void hang_up(struct qemu_machine *m)
{
    if (m->line_fd >= 0)
        close(m->line_fd);
    if (m->qmp_fd >= 0)
        close(m->qmp_fd);
    m->line_fd = m->qmp_fd = -1;
}

void qemu_machine_drive(struct qemu_machine *m)
{
    m->driver = measure_fork(drive, m);
    hang_up(m);
}

void qemu_machine_stop(struct qemu_machine *m)
{
    if (m->driver)
        measure_stop(m->driver);
    hang_up(m);
    measure_stop(m->pid);
}
