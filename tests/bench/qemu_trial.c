/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/qemu_trial.h"
#include "base/alloc.h"
#include "tests/bench/fanout_daemon.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_US = 60000000, TRIES_MOST = 3, SETTLED_UPDATES = 3, VNC_PORT_0 = 5900 };

struct trial {
    enum qemu_side side;
    struct qemu_machine machine;
    struct fanout_daemon daemon;
    struct load load;
    char *address; /* where viewers connect */
};

/* ---- the two sides ---- */

static bool is_lossy(const struct load_class *class)
{
    return class->n_encodings > 1;
}

/* QEMU's own server sends JPEG only when it is told that it may. */
static void start_own(struct trial *t, const struct qemu_guest *guest,
                      const struct load_class *class)
{
    unsigned port = measure_free_port();
    char *vnc =
        alloc_printf("127.0.0.1:%u%s", port - VNC_PORT_0, is_lossy(class) ? ",lossy=on" : "");
    const char *const display[] = {"-display", "none", "-vnc", vnc, NULL};
    qemu_machine_start(&t->machine, guest, display);
    t->address = alloc_printf("127.0.0.1:%u", port);
    load_wait_for(t->address);
    free(vnc);
}

static void start_holdfast(struct trial *t, const struct qemu_guest *guest,
                           const char *holdfastd)
{
    char *path = alloc_printf("%s/qmp.sock", measure_folder());
    char *qmp = alloc_printf("unix:%s,server=on,wait=off", qemu_machine_inside(path));
    char *place = alloc_printf("qmp:%s", path);
    const char *const display[] = {"-display", "dbus,p2p=yes", "-qmp", qmp, NULL};
    unlink(path);
    qemu_machine_start(&t->machine, guest, display);
    fanout_daemon_start(&t->daemon, holdfastd, place);
    t->address = alloc_text(t->daemon.address);
    free(place);
    free(qmp);
    free(path);
}

static void stop(struct trial *t)
{
    load_fini(&t->load);
    if (t->side == QEMU_HOLDFAST)
        fanout_daemon_stop(&t->daemon);
    qemu_machine_stop(&t->machine);
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
static void count(struct qemu_result *r, const struct trial *t, int sign)
{
    uint64_t times = (uint64_t)(int64_t)sign, daemon_us = 0;
    if (t->side == QEMU_HOLDFAST) {
        daemon_us = measure_cpu_us(t->daemon.pid);
        if (measure_shares_memory(t->daemon.pid))
            r->map_bytes += times * measure_read_bytes(t->daemon.pid);
    }
    r->daemon_us += times * daemon_us;
    r->cpu_us += times * (daemon_us + measure_threads_us(t->machine.pid, is_no_processor));
    r->guest_us += times * measure_threads_us(t->machine.pid, is_processor);
    r->seconds += sign * (double)load_now_us() / 1e6;
}

/* False when some viewer gets no updates: QEMU's server has forgotten it, or the machine is too
 * busy. */
static bool begin(struct trial *t, const char *holdfastd, const struct qemu_guest *guest,
                  const struct load_class *class, unsigned n_viewers)
{
    struct load_options options = {.class = class};
    if (t->side == QEMU_OWN_VNC)
        start_own(t, guest, class);
    else
        start_holdfast(t, guest, holdfastd);
    qemu_machine_drive(&t->machine);
    load_init(&t->load);
    for (unsigned i = 0; i < n_viewers; i++)
        load_add(&t->load, t->address, &options);
    return load_run_until_all_have(&t->load, SETTLED_UPDATES, load_now_us() + PATIENCE_US);
}

static bool begin_at_last(struct trial *t, const char *holdfastd,
                          const struct qemu_guest *guest, const struct load_class *class,
                          unsigned n_viewers)
{
    const char *who = t->side == QEMU_OWN_VNC ? "QEMU" : "holdfastd";
    for (int i = 0; i < TRIES_MOST; i++) {
        if (begin(t, holdfastd, guest, class, n_viewers))
            return true;
        fprintf(stderr, "%s, %s: a viewer of %s got no updates\n", guest->name, class->name,
                who);
        stop(t);
    }
    return false;
}

struct qemu_result qemu_trial(enum qemu_side side, const char *holdfastd,
                              const struct qemu_guest *guest, const struct load_class *class,
                              unsigned n_viewers, unsigned seconds)
{
    struct trial t = {.side = side};
    struct qemu_result result = {0};
    if (!begin_at_last(&t, holdfastd, guest, class, n_viewers))
        return result;
    seconds *= guest->patience ? guest->patience : 1;
    load_mark(&t.load);
    count(&result, &t, -1);
    load_run(&t.load, load_now_us() + seconds * 1000000ull);
    count(&result, &t, 1);
    result.sum = load_summary(&t.load, LOAD_ALL);
    stop(&t);
    return result;
}
