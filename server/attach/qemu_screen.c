/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/secret.h"
#include "server/attach/dbus_peer.h"
#include "server/attach/qemu_devices.h"
#include "server/attach/qemu_private.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    IDLE_US =
        5000000, /* without a watcher the connection is kept so long after the last input */
    STABLE_US = 10000000, /* a connection that held so long was no failure */
    /*
     * A picture counts as complete so long after it came. QEMU draws for listeners only:
     * to a new one it sends the screen as it last drew it, however long ago that was, and what
     * is there now at its next refresh, 30 ms later.
     */
    PICTURE_US = 120000,
    /*
     * A machine that has come by migration is drawn as a whole at the next refresh. Should that
     * have been before we heard that it has come, it is asked for.
     */
    LATE_US = 400000,
};

static const char fd_name[] = "holdfast";

void qemu_screen_tell_heads(struct qemu *q)
{
    struct place_head heads[HEADS_MOST];
    for (unsigned i = 0; i < q->n_heads; i++)
        heads[i] = (struct place_head){q->heads[i].w, q->heads[i].h, q->heads[i].can_resize,
                                       qemu_display_console(q->display, i)->label};
    attach_tell(&q->attach, heads, heads, q->n_heads);
}

static void tell_complete(struct qemu *q)
{
    q->picture_stands = sd_event_source_disable_unref(q->picture_stands);
    q->picture_late = sd_event_source_disable_unref(q->picture_late);
    q->complete_told = true;
    attach_tell(&q->attach, picture_complete);
}

static int on_picture_stands(sd_event_source *source, uint64_t time_us, void *self)
{
    struct qemu *q = self;
    (void)source;
    (void)time_us;
    qemu_enter(q);
    tell_complete(q);
    qemu_leave(q);
    return 0;
}

static int on_picture_late(sd_event_source *source, uint64_t time_us, void *self)
{
    struct qemu *q = self;
    (void)source;
    (void)time_us;
    qemu_enter(q);
    q->picture_late = sd_event_source_disable_unref(q->picture_late);
    q->loaded = false;
    for (unsigned i = 0; q->display_ready && i < q->n_heads; i++) {
        if (!q->heads[i].has_picture)
            qemu_head_ask_again(&q->heads[i]);
    }
    qemu_leave(q);
    return 0;
}

void qemu_screen_loaded(struct qemu *q)
{
    if (!q->display_ready || !q->watching)
        return;
    q->loaded = true;
    q->complete_told = false;
    q->picture_stands = sd_event_source_disable_unref(q->picture_stands);
    q->picture_late = sd_event_source_disable_unref(q->picture_late);
    for (unsigned i = 0; i < q->n_heads; i++) {
        /* What a new listener is sent at first is still to come, and may be older. */
        if (!q->heads[i].has_picture)
            q->loaded = false;
        qemu_head_start_over(&q->heads[i]);
    }
    sd_event_add_time_relative(q->loop, &q->picture_late, CLOCK_MONOTONIC, LATE_US, 1000,
                               on_picture_late, q);
}

void qemu_screen_check_complete(struct qemu *q)
{
    if (q->complete_told || q->picture_stands || !q->watching)
        return;
    for (unsigned i = 0; i < q->n_heads; i++) {
        if (!q->heads[i].has_picture)
            return;
    }
    if (q->loaded)
        tell_complete(q);
    else
        sd_event_add_time_relative(q->loop, &q->picture_stands, CLOCK_MONOTONIC, PICTURE_US,
                                   1000, on_picture_stands, q);
}

static void tell_leds(struct qemu *q)
{
    if (!q->n_heads || qemu_display_console(q->display, 0)->leds == q->leds)
        return;
    q->leds = qemu_display_console(q->display, 0)->leds;
    attach_tell(&q->attach, leds, (unsigned)q->leds & (LED_SCROLL | LED_NUM | LED_CAPS));
}

/* QEMU lifts all keys when a listener goes. */
static void unwatch_heads(struct qemu *q)
{
    bool any = false;
    for (unsigned i = 0; i < q->n_heads; i++) {
        any = any || q->heads[i].current->listener;
        qemu_head_unwatch(&q->heads[i]);
    }
    if (any)
        qemu_input_lifted(&q->input);
    q->complete_told = q->loaded = false;
    q->picture_stands = sd_event_source_disable_unref(q->picture_stands);
    q->picture_late = sd_event_source_disable_unref(q->picture_late);
}

void qemu_screen_close(struct qemu *q)
{
    if (q->monitor)
        qmp_forget(qemu_monitor_qmp(q->monitor), q);
    qemu_input_detach(&q->input, true);
    unwatch_heads(q);
    qemu_display_free(&q->display);
    q->display_ready = false;
    q->n_heads = 0;
    q->absolute = -1;
    q->leds = -1;
    q->display_idle = sd_event_source_disable_unref(q->display_idle);
    json_decref(q->pci);
    q->pci = NULL;
}

static int on_retry(sd_event_source *source, uint64_t time_us, void *self)
{
    struct qemu *q = self;
    (void)source;
    (void)time_us;
    qemu_enter(q);
    q->display_retry = sd_event_source_disable_unref(q->display_retry);
    /* Had QEMU ended, its QMP socket would be closed by now too. */
    if (q->display_broke && q->monitor)
        qemu_tell_problem(
            q, PROBLEM_TAKEN,
            alloc_text("QEMU closed the display connection: it serves one client, and "
                       "another one seems to have taken it; close that one"));
    q->display_broke = false;
    qemu_adjust_soon(q);
    qemu_leave(q);
    return 0;
}

static void retry_later(struct qemu *q)
{
    uint32_t random;
    secret_random(&random, sizeof(random));
    sd_event_source_disable_unref(q->display_retry);
    q->display_retry = NULL;
    sd_event_add_time_relative(q->loop, &q->display_retry, CLOCK_MONOTONIC,
                               backoff_next_us(&q->display_backoff, random), 0, on_retry, q);
}

void qemu_screen_lost(struct qemu *q)
{
    if (!q->display)
        return;
    if (q->display_ready && qemu_now_us(q) - q->display_since_us > STABLE_US) {
        backoff_reset(&q->display_backoff);
        qemu_cured(q, PROBLEM_TAKEN);
    }
    q->display_broke = true;
    qemu_screen_close(q);
    /* What was typed for a screen that is gone is not typed into the next one. */
    qemu_input_drop(&q->input);
    retry_later(q);
}

static void on_ready(void *self)
{
    struct qemu *q = self;
    qemu_enter(q);
    q->display_ready = true;
    q->display_since_us = qemu_now_us(q);
    qemu_cured(q, PROBLEM_DISPLAY);
    q->n_heads = qemu_display_consoles(q->display);
    for (unsigned i = 0; i < q->n_heads; i++) {
        const struct qemu_console *c = qemu_display_console(q->display, i);
        qemu_head_init(&q->heads[i], q, i);
        q->heads[i].can_resize = qemu_devices_can_resize(q->pci, c->device);
        if (surface_size_ok(c->w, c->h)) {
            q->heads[i].w = (int)c->w;
            q->heads[i].h = (int)c->h;
        }
    }
    qemu_screen_tell_heads(q);
    tell_leds(q);
    qemu_monitor_ask_mouse(q->monitor);
    qemu_input_attach(&q->input, q->display, qemu_monitor_qmp(q->monitor));
    qemu_adjust_soon(q);
    qemu_leave(q);
}

static void on_changed(void *self, unsigned what)
{
    struct qemu *q = self;
    qemu_enter(q);
    if (what & DISPLAY_SIZES) {
        for (unsigned i = 0; i < q->n_heads; i++)
            qemu_head_size_said(&q->heads[i]);
    }
    if (what & DISPLAY_LEDS)
        tell_leds(q);
    if (what & DISPLAY_MOUSE)
        qemu_monitor_ask_mouse(q->monitor);
    qemu_leave(q);
}

static void on_lost(void *self, const char *why)
{
    struct qemu *q = self;
    (void)why;
    qemu_enter(q);
    qemu_screen_lost(q);
    qemu_leave(q);
}

static const struct qemu_display_handler display_handler = {on_ready, on_changed, on_lost};

static void on_pci(void *self, json_t *result, const char *error)
{
    struct qemu *q = self;
    (void)error;
    json_decref(q->pci);
    q->pci = json_incref(result);
}

static void refused(struct qemu *q, const char *error)
{
    qmp_call(qemu_monitor_qmp(q->monitor), "closefd", json_pack("{s:s}", "fdname", fd_name), -1,
             NULL, NULL);
    qemu_screen_close(q);
    qemu_input_drop(&q->input);
    retry_later(q);
    qemu_tell_problem(
        q, PROBLEM_DISPLAY,
        alloc_printf("QEMU has no display to attach to (%s): start it with -display "
                     "dbus,p2p=yes, under libvirt with <graphics type='dbus' p2p='yes'/>",
                     log_quote(error)));
}

static void on_client_added(void *self, json_t *result, const char *error)
{
    struct qemu *q = self;
    qemu_enter(q);
    if (result)
        qemu_display_start(q->display);
    else
        refused(q, error);
    qemu_leave(q);
}

static void open_display(struct qemu *q)
{
    struct qmp *qmp = qemu_monitor_qmp(q->monitor);
    int ours, theirs;
    if (dbus_peer_sockets(&ours, &theirs) < 0) {
        retry_later(q);
        return;
    }
    if (qemu_display_new(&q->display, q->loop, ours, &display_handler, q) < 0) {
        close(theirs);
        retry_later(q);
        return;
    }
    qmp_call(qmp, "query-pci", NULL, -1, on_pci, q);
    qmp_call(qmp, "getfd", json_pack("{s:s}", "fdname", fd_name), theirs, NULL, NULL);
    qmp_call(qmp, "add_client",
             json_pack("{s:s, s:s}", "protocol", "@dbus-display", "fdname", fd_name), -1,
             on_client_added, q);
}

static int on_idle(sd_event_source *source, uint64_t time_us, void *self)
{
    struct qemu *q = self;
    (void)source;
    (void)time_us;
    q->display_idle = sd_event_source_disable_unref(q->display_idle);
    qemu_adjust_soon(q);
    return 0;
}

/* Nobody watches: the connection goes when input has rested for a while. */
static void close_when_idle(struct qemu *q)
{
    if (q->display_idle)
        return;
    if (!qemu_input_active(&q->input) && q->input_us + IDLE_US <= qemu_now_us(q)) {
        qemu_screen_close(q);
        return;
    }
    sd_event_add_time_relative(q->loop, &q->display_idle, CLOCK_MONOTONIC, IDLE_US, 0, on_idle,
                               q);
}

void qemu_screen_adjust(struct qemu *q)
{
    bool known = q->monitor && q->state != PLACE_CONNECTING && q->state != PLACE_LOST;
    bool wanted = known && (q->watching || qemu_input_active(&q->input));
    if (!q->display && wanted && !q->display_retry)
        open_display(q);
    if (q->display_ready && q->watching) {
        q->display_idle = sd_event_source_disable_unref(q->display_idle);
        for (unsigned i = 0; q->display_ready && i < q->n_heads; i++)
            qemu_head_watch(&q->heads[i]);
        qemu_screen_check_complete(q);
    } else if (q->display_ready) {
        unwatch_heads(q);
        close_when_idle(q);
    }
}
