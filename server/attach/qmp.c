/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qmp.h"
#include "base/alloc.h"
#include "server/attach/qmp_command.h"
#include "server/attach/qmp_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { READ_MOST = 65536 };

struct qmp {
    const struct qmp_handler *handler;
    void *self;
    sd_event_source *io, *greeting_timer;
    int fd;
    bool greeted, ready;
    struct qmp_line line;
    struct qmp_commands commands; /* called and not answered */
    unsigned busy;                /* callbacks that we are in */
    bool closed;
};

static void free_unless_busy(struct qmp *q)
{
    if (q->busy)
        return;
    qmp_commands_fini(&q->commands);
    qmp_line_fini(&q->line);
    free(q);
}

static void stop(struct qmp *q)
{
    q->io = sd_event_source_disable_unref(q->io);
    q->greeting_timer = sd_event_source_disable_unref(q->greeting_timer);
    if (q->fd >= 0)
        close(q->fd);
    q->fd = -1;
}

/* The last that the owner hears. */
static void lose(struct qmp *q, int error, const char *why)
{
    if (q->fd < 0)
        return;
    stop(q);
    q->busy++;
    q->handler->lost(q->self, error, why);
    q->busy--;
    if (q->closed)
        free_unless_busy(q);
}

static void flush(struct qmp *q)
{
    if (q->fd < 0 || !q->greeted)
        return;
    bool all = qmp_commands_send(&q->commands, q->fd);
    sd_event_source_set_io_events(q->io, all ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void qmp_call(struct qmp *q, const char *command, json_t *arguments, int fd, qmp_done *done,
              void *self)
{
    qmp_commands_put(&q->commands, command, arguments, fd, done, self);
    flush(q);
}

void qmp_forget(struct qmp *q, const void *self)
{
    for (struct qmp_command *c = q->commands.first; c; c = c->next) {
        if (c->self == self)
            c->done = NULL;
    }
}

static const char *error_text(json_t *object)
{
    const char *text =
        json_string_value(json_object_get(json_object_get(object, "error"), "desc"));
    return text ? text : "refused without a reason";
}

static void take_answer(struct qmp *q, json_t *object)
{
    struct qmp_command *c = qmp_commands_take(&q->commands, object);
    json_t *result = json_object_get(object, "return");
    if (c && c->done)
        c->done(c->self, result, result ? NULL : error_text(object));
    qmp_command_free(&c);
}

static void on_capabilities(void *self, json_t *result, const char *error)
{
    struct qmp *q = self;
    if (!result) {
        lose(q, -EPROTO, error);
        return;
    }
    q->ready = true;
    q->handler->ready(q->self);
}

static void take_greeting(struct qmp *q)
{
    q->greeted = true;
    q->greeting_timer = sd_event_source_disable_unref(q->greeting_timer);
    /* QEMU carries commands out in order, so that the others need not wait for its answer. */
    qmp_commands_put_first(&q->commands, "qmp_capabilities", on_capabilities, q);
    flush(q);
}

static bool on_object(void *self, json_t *object)
{
    struct qmp *q = self;
    const char *event = json_string_value(json_object_get(object, "event"));
    if (!q->greeted) {
        if (!json_object_get(object, "QMP")) {
            lose(q, -EPROTO, "its first line is no QMP greeting");
            return false;
        }
        take_greeting(q);
    } else if (event) {
        if (q->ready)
            q->handler->event(q->self, event, json_object_get(object, "data"));
    } else {
        take_answer(q, object);
    }
    return !q->closed && q->fd >= 0;
}

/* One read a turn: a chatty QEMU leaves the loop to others. */
static void read_some(struct qmp *q)
{
    char buffer[READ_MOST];
    const char *why = NULL;
    ssize_t n = recv(q->fd, buffer, sizeof(buffer), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n < 0 && errno != ECONNRESET)
        lose(q, -errno, "the connection broke");
    else if (n <= 0)
        lose(q, -EPIPE,
             q->greeted ? "QEMU closed the connection" : "QEMU closed it without a word");
    else if (qmp_line_feed(&q->line, buffer, (size_t)n, on_object, q, &why) < 0 && !q->closed)
        lose(q, -EPROTO, why);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct qmp *q = userdata;
    (void)source;
    (void)fd;
    q->busy++;
    if (events & EPOLLOUT)
        flush(q);
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        read_some(q);
    q->busy--;
    if (q->closed)
        free_unless_busy(q);
    return 0;
}

static int on_no_greeting(sd_event_source *source, uint64_t now_us, void *userdata)
{
    (void)source;
    (void)now_us;
    lose(userdata, -ETIMEDOUT, "no greeting");
    return 0;
}

int qmp_open_fd(struct qmp **qmp_r, sd_event *loop, int fd, const struct qmp_handler *handler,
                void *self)
{
    struct qmp *q = ALLOC(struct qmp);
    q->handler = handler;
    q->self = self;
    q->fd = fd;
    qmp_commands_init(&q->commands);
    qmp_line_init(&q->line);
    int r = sd_event_add_io(loop, &q->io, fd, EPOLLIN, on_io, q);
    /* That a machine has moved is read before what it draws at its new place. */
    if (r >= 0)
        r = sd_event_source_set_priority(q->io, SD_EVENT_PRIORITY_IMPORTANT);
    if (r >= 0)
        r = sd_event_add_time_relative(loop, &q->greeting_timer, CLOCK_MONOTONIC,
                                       QMP_GREETING_US, 0, on_no_greeting, q);
    if (r < 0) {
        qmp_close(&q);
        return r;
    }
    *qmp_r = q;
    return 0;
}

int qmp_open(struct qmp **qmp_r, sd_event *loop, const char *path,
             const struct qmp_handler *handler, void *self)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path))
        return -ENAMETOOLONG;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return qmp_open_fd(qmp_r, loop, fd, handler, self);
}

void qmp_close(struct qmp **qmp)
{
    struct qmp *q = *qmp;
    if (!q)
        return;
    *qmp = NULL;
    q->closed = true;
    stop(q);
    free_unless_busy(q);
}
