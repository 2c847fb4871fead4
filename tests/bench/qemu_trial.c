/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/qemu_trial.h"
#include "base/alloc.h"
#include "tests/bench/fanout_daemon.h"
#include "tests/bench/measure.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    WORDS_MOST = 48,
    PATIENCE_US = 60000000,
    SETTLED_UPDATES = 3,
    VNC_PORT_0 = 5900,
};

struct trial {
    enum qemu_side side;
    pid_t qemu, driver;
    struct fanout_daemon daemon;
    struct load load;
    char *address; /* where viewers connect */
};

/* ---- QEMU ---- */

struct words {
    const char *list[WORDS_MOST + 1];
    size_t n;
};

static void add(struct words *words, const char *word)
{
    if (words->n < WORDS_MOST)
        words->list[words->n++] = word;
}

static void add_all(struct words *words, const char *const *more)
{
    while (*more)
        add(words, *more++);
}

static bool is_lossy(const struct load_class *class)
{
    return class->n_encodings > 1;
}

/* QEMU's own server sends JPEG only when it is told that it may. */
static char *add_vnc(struct words *words, const struct load_class *class)
{
    unsigned port = measure_free_port();
    add(words, "-display");
    add(words, "none");
    add(words, "-vnc");
    add(words, alloc_printf("127.0.0.1:%u%s", port - VNC_PORT_0, is_lossy(class) ? ",lossy=on" : ""));
    return alloc_printf("127.0.0.1:%u", port);
}

static char *qmp_path(void)
{
    return alloc_printf("%s/qmp.sock", measure_folder());
}

static char *line_path(void)
{
    return alloc_printf("%s/com1.sock", measure_folder());
}

static void add_line(struct words *words)
{
    char *path = line_path();
    unlink(path);
    add(words, "-serial");
    add(words, alloc_printf("unix:%s,server=on,wait=on", path));
}

static void add_dbus(struct words *words)
{
    char *path = qmp_path();
    unlink(path);
    add(words, "-display");
    add(words, "dbus,p2p=yes");
    add(words, "-qmp");
    add(words, alloc_printf("unix:%s,server=on,wait=off", path));
}

struct driver {
    int fd; /* of the serial line */
    unsigned fps;
};

static int open_line(const char *path)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    strncpy(un.sun_path, path, sizeof(un.sun_path) - 1);
    measure_wait_path(path);
    if (connect(fd, (const struct sockaddr *)&un, sizeof(un)))
        measure_fail(path, "nobody listens");
    return fd;
}

/*
 * What is sent before the guest has set its serial line up can stop the line for good; and QEMU's
 * server can fail for good a viewer that is there when the mode changes.
 */
static void wait_until_ready(int fd)
{
    char text[2048] = "";
    size_t n = 0;
    while (n + 1 < sizeof(text) && !strstr(text, "ready ")) {
        ssize_t got = recv(fd, text + n, sizeof(text) - 1 - n, 0);
        if (got <= 0)
            measure_fail("guest", "it did not come up");
        n += (size_t)got;
        text[n] = '\0';
    }
}

/*
 * One frame after the other. The guest could play by itself, but then its timer wakes QEMU a
 * thousand times a second, which costs more than many a frame.
 */
static void drive(void *arg)
{
    struct driver *d = arg;
    char answers[4096];
    for (;;) {
        if (send(d->fd, "step 1\n", 7, MSG_NOSIGNAL) != 7)
            return;
        usleep(1000000 / d->fps);
        while (recv(d->fd, answers, sizeof(answers), MSG_DONTWAIT) > 0)
            ;
    }
}

static void start_driver(struct trial *t, unsigned fps)
{
    char *path = line_path();
    struct driver d = {.fd = open_line(path), .fps = fps};
    wait_until_ready(d.fd);
    t->driver = measure_fork(drive, &d);
    close(d.fd);
    free(path);
}

static void start_qemu(struct trial *t, const struct qemu_guest *guest,
                       const struct load_class *class)
{
    static const char *const common[] = {
        "qemu-system-x86_64", "-accel", "tcg",   "-no-user-config", "-nodefaults", "-name",
        "bench,debug-threads=on", "-vga", "std", NULL};
    struct words words = {0};
    add_all(&words, common);
    if (guest->command) {
        add_all(&words, guest->command);
    } else {
        const char *const own[] = {"-m", "64", "-kernel", measure_sibling("tests/guest/guest.elf"),
                                   "-append", guest->append, NULL};
        add_all(&words, own);
        add_line(&words);
    }
    if (t->side == QEMU_OWN_VNC)
        t->address = add_vnc(&words, class);
    else
        add_dbus(&words);
    t->qemu = measure_start("qemu", words.list);
    if (!guest->command)
        start_driver(t, guest->fps);
}

static void start(struct trial *t, const char *holdfastd)
{
    if (t->side == QEMU_OWN_VNC) {
        load_wait_for(t->address);
        return;
    }
    char *path = qmp_path(), *place = alloc_printf("qmp:%s", path);
    measure_wait_path(path);
    fanout_daemon_start(&t->daemon, holdfastd, place);
    t->address = alloc_text(t->daemon.address);
    free(place);
    free(path);
}

static void stop(struct trial *t)
{
    load_fini(&t->load);
    if (t->side == QEMU_HOLDFAST)
        fanout_daemon_stop(&t->daemon);
    if (t->driver)
        measure_stop(t->driver);
    measure_stop(t->qemu);
    free(t->address);
}

/* ---- what it costs ---- */

static bool is_processor(pid_t pid, pid_t tid, const char *name)
{
    (void)pid;
    (void)tid;
    return strncmp(name, "CPU ", 4) == 0;
}

static bool is_no_processor(pid_t pid, pid_t tid, const char *name)
{
    return !is_processor(pid, tid, name);
}

/* Adds (sign 1) or takes away (-1) what has been used so far. */
static void count(struct qemu_result *r, const struct trial *t, int64_t sign)
{
    uint64_t times = (uint64_t)sign;
    uint64_t daemon_us = t->side == QEMU_HOLDFAST ? measure_cpu_us(t->daemon.pid) : 0;
    r->daemon_us += times * daemon_us;
    r->cpu_us += times * (daemon_us + measure_threads_us(t->qemu, is_no_processor));
    r->guest_us += times * measure_threads_us(t->qemu, is_processor);
}

static void begin(struct trial *t, const char *holdfastd, const struct qemu_guest *guest,
                  const struct load_class *class, unsigned n_viewers)
{
    struct load_options options = {.class = class};
    start_qemu(t, guest, class);
    start(t, holdfastd);
    load_init(&t->load);
    for (unsigned i = 0; i < n_viewers; i++)
        load_add(&t->load, t->address, &options);
    if (!load_run_until_all_have(&t->load, SETTLED_UPDATES, load_now_us() + PATIENCE_US))
        measure_fail(guest->name, t->side == QEMU_OWN_VNC ? "a viewer of QEMU gets no updates"
                                                          : "a viewer of holdfastd gets no updates");
}

struct qemu_result qemu_trial(enum qemu_side side, const char *holdfastd,
                              const struct qemu_guest *guest, const struct load_class *class,
                              unsigned n_viewers, unsigned seconds)
{
    struct trial t = {.side = side};
    struct qemu_result result = {.seconds = guest->seconds ? guest->seconds : seconds};
    begin(&t, holdfastd, guest, class, n_viewers);
    load_mark(&t.load);
    count(&result, &t, -1);
    load_run(&t.load, load_now_us() + result.seconds * 1000000ull);
    count(&result, &t, 1);
    result.sum = load_summary(&t.load, LOAD_ALL);
    stop(&t);
    return result;
}
