/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qmp.h"
#include "base/alloc.h"
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

/* A command that was called and not answered yet; its text while not all of it is sent. */
struct command {
    struct command *next;
    uint64_t id;
    char *text;
    size_t len, sent;
    int fd;
    qmp_done *done;
    void *self;
};

struct qmp {
    const struct qmp_handler *handler;
    void *self;
    sd_event_source *io, *greeting_timer;
    int fd;
    bool greeted, ready;
    struct qmp_line line;
    struct command *first, **last; /* in the order of calls */
    uint64_t next_id;
    unsigned busy; /* callbacks that we are in */
    bool closed;
};

static void command_free(struct command *c)
{
    if (c->fd >= 0)
        close(c->fd);
    free(c->text);
    free(c);
}

static void free_unless_busy(struct qmp *q)
{
    if (q->busy)
        return;
    while (q->first) {
        struct command *c = q->first;
        q->first = c->next;
        command_free(c);
    }
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

static ssize_t send_part(struct qmp *q, const struct command *c)
{
    struct iovec part = {c->text + c->sent, c->len - c->sent};
    union {
        char space[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (c->fd >= 0) {
        message.msg_control = control.space;
        message.msg_controllen = sizeof(control.space);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &c->fd, sizeof(int));
    }
    return sendmsg(q->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static struct command *first_unsent(const struct qmp *q)
{
    struct command *c = q->first;
    while (c && !c->text)
        c = c->next;
    return c;
}

static void count_sent(struct command *c, size_t n)
{
    c->sent += n;
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    if (c->sent == c->len) {
        free(c->text);
        c->text = NULL;
    }
}

/* Sends what the socket takes; a broken one is noticed by reading. */
static void flush(struct qmp *q)
{
    struct command *c;
    while (q->fd >= 0 && q->greeted && (c = first_unsent(q))) {
        ssize_t n = send_part(q, c);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        count_sent(c, (size_t)n);
    }
    if (q->io)
        sd_event_source_set_io_events(q->io, first_unsent(q) && q->greeted ? EPOLLIN | EPOLLOUT
                                                                           : EPOLLIN);
}

static struct command *new_command(struct qmp *q, const char *name, json_t *arguments)
{
    struct command *c = ALLOC(struct command);
    json_t *object = json_pack("{s:s, s:o*, s:I}", "execute", name, "arguments", arguments,
                               "id", (json_int_t)q->next_id);
    c->id = q->next_id++;
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (!text)
        abort(); /* our own words are always JSON */
    c->text = alloc_printf("%s\n", text);
    c->len = strlen(c->text);
    free(text);
    c->fd = -1;
    return c;
}

static void append(struct qmp *q, struct command *c)
{
    *q->last = c;
    q->last = &c->next;
}

void qmp_call(struct qmp *q, const char *command, json_t *arguments, int fd, qmp_done *done,
              void *self)
{
    struct command *c = new_command(q, command, arguments);
    c->fd = fd;
    c->done = done;
    c->self = self;
    append(q, c);
    if (q->ready)
        flush(q);
}

void qmp_forget(struct qmp *q, const void *self)
{
    for (struct command *c = q->first; c; c = c->next) {
        if (c->self == self)
            c->done = NULL;
    }
}

/* Takes the command that an answer is for out of the list; NULL for an answer to nothing. */
static struct command *take_command(struct qmp *q, json_t *object)
{
    json_t *id = json_object_get(object, "id");
    if (!json_is_number(id))
        return NULL;
    for (struct command **link = &q->first; *link; link = &(*link)->next) {
        struct command *c = *link;
        if ((double)c->id != json_number_value(id) || c->text)
            continue;
        *link = c->next;
        if (q->last == &c->next)
            q->last = link;
        return c;
    }
    return NULL;
}

static const char *error_text(json_t *object)
{
    const char *text =
        json_string_value(json_object_get(json_object_get(object, "error"), "desc"));
    return text ? text : "refused without a reason";
}

static void take_answer(struct qmp *q, json_t *object)
{
    struct command *c = take_command(q, object);
    if (!c)
        return;
    json_t *result = json_object_get(object, "return");
    if (c->done)
        c->done(c->self, result, result ? NULL : error_text(object));
    command_free(c);
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
    if (!q->closed)
        flush(q);
}

static void take_greeting(struct qmp *q)
{
    q->greeted = true;
    q->greeting_timer = sd_event_source_disable_unref(q->greeting_timer);
    struct command *c = new_command(q, "qmp_capabilities", NULL);
    c->done = on_capabilities;
    c->self = q;
    /* Ahead of whatever was called already, which waits for its answer. */
    struct command *waiting = q->first;
    c->next = NULL;
    q->first = c;
    flush(q);
    c->next = waiting;
    if (!waiting)
        q->last = &c->next;
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
    q->last = &q->first;
    qmp_line_init(&q->line);
    int r = sd_event_add_io(loop, &q->io, fd, EPOLLIN, on_io, q);
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
