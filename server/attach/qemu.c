/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "base/secret.h"
#include "server/attach/kinds.h"
#include "server/attach/qemu_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>

static void destroy(struct qemu *q)
{
    qemu_screen_close(q);
    qemu_monitor_free(&q->monitor);
    if (q->dialer)
        q->dialer->cancel(&q->dialing);
    qemu_input_fini(&q->input);
    sd_event_source_disable_unref(q->monitor_retry);
    sd_event_source_disable_unref(q->display_retry);
    sd_event_source_disable_unref(q->adjust);
    sd_event_unref(q->loop);
    free(q->path);
    free(q);
}

uint64_t qemu_now_us(const struct qemu *q)
{
    uint64_t now = 0;
    sd_event_now(q->loop, CLOCK_MONOTONIC, &now);
    return now;
}

void qemu_enter(struct qemu *q)
{
    attach_enter(&q->attach);
}

void qemu_leave(struct qemu *q)
{
    if (attach_leave(&q->attach))
        destroy(q);
}

void qemu_adjust_soon(struct qemu *q)
{
    if (!q->attach.closed)
        sd_event_source_set_enabled(q->adjust, SD_EVENT_ONESHOT);
}

static void set_state(struct qemu *q, enum place_state state, const char *why)
{
    if (q->state == state && q->state_why == why)
        return;
    q->state = state;
    q->state_why = why;
    attach_tell(&q->attach, state, state, why);
}

static int on_monitor_retry(sd_event_source *source, uint64_t now_us, void *self)
{
    struct qemu *q = self;
    (void)source;
    (void)now_us;
    q->monitor_retry = sd_event_source_disable_unref(q->monitor_retry);
    qemu_adjust_soon(q);
    return 0;
}

static void monitor_failed(struct qemu *q, int error, const char *why)
{
    uint32_t random;
    bool was_there = q->state != PLACE_CONNECTING;
    qemu_input_give_up(&q->input);
    qemu_input_set_moving(&q->input, false);
    qemu_screen_close(q);
    /* A display that broke just before went with its QEMU. */
    q->display_retry = sd_event_source_disable_unref(q->display_retry);
    q->display_broke = false;
    qemu_monitor_free(&q->monitor);
    secret_random(&random, sizeof(random));
    sd_event_add_time_relative(q->loop, &q->monitor_retry, CLOCK_MONOTONIC,
                               backoff_next_us(&q->monitor_backoff, random), 0,
                               on_monitor_retry, q);
    if (!was_there || q->state != PLACE_LOST)
        set_state(q, was_there ? PLACE_LOST : PLACE_CONNECTING, qemu_monitor_why(error));
    qemu_input_drop(&q->input); /* not before: it may be asked back */
    qemu_tell_monitor_problem(q, error, why);
}

static void on_identity(void *self, const struct place_identity *identity)
{
    struct qemu *q = self;
    qemu_enter(q);
    backoff_reset(&q->monitor_backoff);
    backoff_reset(&q->display_backoff);
    q->display_retry = sd_event_source_disable_unref(q->display_retry);
    q->display_broke = false;
    q->problems = 0;
    q->n_bad_pictures = 0;
    attach_tell(&q->attach, identity, identity);
    qemu_leave(q);
}

static void on_state(void *self, enum place_state state, const char *why)
{
    struct qemu *q = self;
    qemu_enter(q);
    if (q->state == PLACE_INCOMING && state != PLACE_INCOMING)
        qemu_screen_loaded(q);
    set_state(q, state, why);
    /* A guest that runs (again) may choose another mouse than the one that was told. */
    if (!q->attach.closed && q->display_ready)
        qemu_monitor_ask_mouse(q->monitor);
    qemu_adjust_soon(q);
    qemu_leave(q);
}

static void on_event(void *self, enum place_event event)
{
    struct qemu *q = self;
    qemu_enter(q);
    attach_tell(&q->attach, event, event);
    if (!q->attach.closed && q->display_ready && event == PLACE_RESET)
        qemu_monitor_ask_mouse(q->monitor);
    qemu_leave(q);
}

static void on_moving(void *self, bool moving)
{
    struct qemu *q = self;
    qemu_input_set_moving(&q->input, moving);
}

static void on_absolute(void *self, bool absolute)
{
    struct qemu *q = self;
    qemu_enter(q);
    if (q->absolute != absolute) {
        q->absolute = absolute;
        attach_tell(&q->attach, absolute, absolute);
    }
    qemu_leave(q);
}

static void on_lost(void *self, int error, const char *why)
{
    struct qemu *q = self;
    qemu_enter(q);
    monitor_failed(q, error, why);
    qemu_leave(q);
}

static const struct qemu_monitor_handler monitor_handler = {on_identity, on_state,    on_event,
                                                            on_moving,   on_absolute, on_lost};

static void on_dialed(void *self, int fd, int error)
{
    struct qemu *q = self;
    q->dialing = NULL;
    qemu_enter(q);
    if (error == 0)
        error = qemu_monitor_new_fd(&q->monitor, q->loop, fd, &monitor_handler, q);
    if (error < 0)
        monitor_failed(q, error, "");
    qemu_leave(q);
}

/* A socket that is another user's may be one that the dialer connects to. */
static void reach_monitor(struct qemu *q)
{
    int r = qemu_monitor_new(&q->monitor, q->loop, q->path, &monitor_handler, q);
    if ((r == -EACCES || r == -EPERM) && q->dialer)
        q->dialing = q->dialer->connect(q->dialer, q->path, on_dialed, q);
    if (r < 0 && !q->dialing)
        monitor_failed(q, r, "");
}

static int on_adjust(sd_event_source *source, void *self)
{
    struct qemu *q = self;
    (void)source;
    qemu_enter(q);
    if (!q->monitor && !q->monitor_retry && !q->dialing)
        reach_monitor(q);
    if (!q->attach.closed)
        qemu_screen_adjust(q);
    qemu_leave(q);
    return 0;
}

static void on_input_wanted(void *self)
{
    qemu_adjust_soon(self);
}

static void on_input_refused(void *self)
{
    struct qemu *q = self;
    if (q->monitor)
        qemu_monitor_ask_mouse(q->monitor);
}

static void on_input_back(void *self, const struct input_event *events, size_t n)
{
    struct qemu *q = self;
    attach_tell(&q->attach, input_back, events, n);
}

static int qemu_open(struct attach **attach_r, const struct attach_context *context,
                     const char *address, const struct attach_handler *handler, void *self,
                     const char **why_r)
{
    struct sockaddr_un longest;
    *why_r = "a QMP socket's path begins with / and has at most 107 bytes";
    if (address[0] != '/' || strlen(address) >= sizeof(longest.sun_path))
        return -EINVAL;
    struct qemu *q = ALLOC(struct qemu);
    q->attach = (struct attach){.ops = &qemu_attach_ops, .handler = handler, .self = self};
    q->loop = sd_event_ref(context->loop);
    q->dialer = context->dialer;
    q->path = alloc_text(address);
    q->absolute = -1;
    q->leds = -1;
    qemu_input_init(&q->input, q->loop);
    q->input.on_back = on_input_back;
    q->input.on_wanted = on_input_wanted;
    q->input.on_refused = on_input_refused;
    q->input.self = q;
    int r = sd_event_add_defer(q->loop, &q->adjust, on_adjust, q);
    if (r < 0) {
        *why_r = "the event loop takes no more sources";
        destroy(q);
        return r;
    }
    *attach_r = &q->attach;
    return 0;
}

static void qemu_close(struct attach *a)
{
    struct qemu *q = (struct qemu *)a;
    q->attach.closed = true;
    qemu_enter(q);
    qemu_leave(q);
}

static void qemu_watch(struct attach *a, bool on)
{
    struct qemu *q = (struct qemu *)a;
    q->watching = on;
    qemu_adjust_soon(q);
}

static int qemu_resize(struct attach *a, unsigned head, int w, int h)
{
    struct qemu *q = (struct qemu *)a;
    if (!q->display_ready)
        return -ENODEV;
    return head < q->n_heads ? qemu_head_resize(&q->heads[head], w, h) : -EINVAL;
}

static struct qemu *taking_input(void *sink)
{
    struct qemu *q = sink;
    sd_event_now(q->loop, CLOCK_MONOTONIC, &q->input_us);
    return q;
}

static void take_key(void *sink, uint8_t qnum, bool down)
{
    qemu_input_key(&taking_input(sink)->input, qnum, down);
}

static void take_move_to(void *sink, unsigned head, int x, int y)
{
    qemu_input_move_to(&taking_input(sink)->input, head, x, y);
}

static void take_move_by(void *sink, unsigned head, int dx, int dy)
{
    qemu_input_move_by(&taking_input(sink)->input, head, dx, dy);
}

static void take_button(void *sink, unsigned head, enum pointer_button button, bool down)
{
    qemu_input_button(&taking_input(sink)->input, head, button, down);
}

static const struct input_sink_ops qemu_input_ops = {take_key, take_move_to, take_move_by,
                                                     take_button};

static void set_input(struct attach *a, enum input_mode mode)
{
    struct qemu *q = (struct qemu *)a;
    qemu_enter(q);
    qemu_input_set_mode(&q->input, mode);
    qemu_leave(q);
}

/* QEMU has no reboot that the guest hears of; Ctrl+Alt+Del is what its keyboard has for it. */
static int press_ctrl_alt_del(struct qemu *q)
{
    static const uint8_t keys[] = {0x1d, 0x38, 0xd3};
    for (size_t i = 0; i < sizeof(keys); i++)
        take_key(q, keys[i], true);
    for (size_t i = sizeof(keys); i > 0; i--)
        take_key(q, keys[i - 1], false);
    return 0;
}

static int qemu_power(struct attach *a, enum power_action action)
{
    struct qemu *q = (struct qemu *)a;
    if (!q->monitor || q->state == PLACE_CONNECTING || q->state == PLACE_LOST)
        return -ENODEV;
    if (action == POWER_REBOOT)
        return press_ctrl_alt_del(q);
    qmp_call(qemu_monitor_qmp(q->monitor),
             action == POWER_RESET ? "system_reset" : "system_powerdown", NULL, -1, NULL, NULL);
    return 0;
}

const struct attach_ops qemu_attach_ops = {
    .scheme = "qmp",
    .open = qemu_open,
    .close = qemu_close,
    .watch = qemu_watch,
    .input = &qemu_input_ops,
    .set_input = set_input,
    .resize = qemu_resize,
    .power = qemu_power,
};
