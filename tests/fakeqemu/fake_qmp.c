/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/fakeqemu/fake_qmp.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void fake_qmp_say(struct fake_qmp *f, const void *data, size_t n)
{
    const char *at = data;
    while (n && f->client >= 0) {
        ssize_t sent = send(f->client, at, n, MSG_NOSIGNAL);
        if (sent < 0)
            break; /* the client has gone; it may */
        at += sent;
        n -= (size_t)sent;
    }
}

static void say_object(struct fake_qmp *f, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    fake_qmp_say(f, text, strlen(text));
    fake_qmp_say(f, "\r\n", 2);
    free(text);
    json_decref(object);
}

void fake_qmp_event(struct fake_qmp *f, const char *name)
{
    say_object(f, json_pack("{s:s, s:{}, s:{s:i, s:i}}", "event", name, "data", "timestamp",
                            "seconds", 1, "microseconds", 2));
}

void fake_qmp_migration(struct fake_qmp *f, const char *status)
{
    say_object(f, json_pack("{s:s, s:{s:s}, s:{s:i, s:i}}", "event", "MIGRATION", "data",
                            "status", status, "timestamp", "seconds", 1, "microseconds", 2));
}

void fake_qmp_hang_up(struct fake_qmp *f)
{
    f->client_source = sd_event_source_disable_unref(f->client_source);
    if (f->client >= 0)
        close(f->client);
    f->client = -1;
    qmp_line_fini(&f->line);
    if (f->accept_source)
        sd_event_source_set_enabled(f->accept_source, SD_EVENT_ON);
}

static bool on_object(void *self, json_t *object)
{
    struct fake_qmp *f = self;
    const char *command = json_string_value(json_object_get(object, "execute")), *error = NULL;
    assert(command);
    json_t *result = strcmp(command, "qmp_capabilities")
                         ? f->on_command(f->self, command, json_object_get(object, "arguments"),
                                         &f->hold_fd, &error)
                         : json_object();
    json_t *id = json_object_get(object, "id");
    if (error)
        say_object(f, json_pack("{s:{s:s, s:s}, s:O}", "error", "class", "GenericError", "desc",
                                error, "id", id));
    else if (result)
        say_object(f, json_pack("{s:o, s:O}", "return", result, "id", id));
    return f->client >= 0;
}

static void take_fd(struct fake_qmp *f, struct msghdr *message)
{
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    if (!header || header->cmsg_type != SCM_RIGHTS)
        return;
    if (f->hold_fd >= 0)
        close(f->hold_fd);
    memcpy(&f->hold_fd, CMSG_DATA(header), sizeof(int));
}

static int on_client(sd_event_source *source, int fd, uint32_t events, void *self)
{
    struct fake_qmp *f = self;
    char buffer[4096], control[CMSG_SPACE(sizeof(int))];
    struct iovec part = {buffer, sizeof(buffer)};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof(control)};
    const char *why;
    (void)source;
    (void)events;
    ssize_t n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    if (n <= 0) {
        fake_qmp_hang_up(f);
        return 0;
    }
    take_fd(f, &message);
    int r = qmp_line_feed(&f->line, buffer, (size_t)n, on_object, f, &why);
    assert(r == 0);
    return 0;
}

/* One client at a time, as QEMU: others wait in the socket's queue. */
static int on_accept(sd_event_source *source, int fd, uint32_t events, void *self)
{
    struct fake_qmp *f = self;
    (void)events;
    f->client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    assert(f->client >= 0);
    f->clients++;
    sd_event_source_set_enabled(source, SD_EVENT_OFF);
    int r = sd_event_add_io(f->loop, &f->client_source, f->client, EPOLLIN, on_client, f);
    assert(r >= 0);
    if (f->greeting)
        fake_qmp_say(f, f->greeting, strlen(f->greeting));
    return 0;
}

void fake_qmp_init(struct fake_qmp *f, sd_event *loop, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    *f = (struct fake_qmp){.loop = loop, .client = -1, .hold_fd = -1};
    f->greeting = "{\"QMP\": {\"version\": {}, \"capabilities\": [\"oob\"]}}\r\n";
    qmp_line_init(&f->line);
    assert(strlen(path) < sizeof(address.sun_path));
    strcpy(address.sun_path, path);
    unlink(path);
    f->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int r = bind(f->listener, (struct sockaddr *)&address, sizeof(address));
    assert(r == 0);
    r = listen(f->listener, 4);
    assert(r == 0);
    r = sd_event_add_io(loop, &f->accept_source, f->listener, EPOLLIN, on_accept, f);
    assert(r >= 0);
}

void fake_qmp_fini(struct fake_qmp *f)
{
    f->accept_source = sd_event_source_disable_unref(f->accept_source);
    fake_qmp_hang_up(f);
    close(f->listener);
    if (f->hold_fd >= 0)
        close(f->hold_fd);
}
