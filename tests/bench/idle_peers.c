/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/idle_peers.h"
#include "base/alloc.h"
#include "base/bytes.h"
#include "tests/bench/measure.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define GREETING                                                                               \
    "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "         \
    "\"package\": \"\"}, "                                                                     \
    "\"capabilities\": [\"oob\"]}}\r\n"

/* A listening socket, or a connection to it. */
struct peer {
    unsigned index;
    int fd;
    bool listens;
    struct bytes in;
};

/* What is answered; %u: the machine's number. Everything else is answered with nothing. */
static const struct {
    const char *command, *result;
} answers[] = {
    {"\"query-name\"", "{\"name\": \"idle%u\"}"},
    {"\"query-uuid\"", "{\"UUID\": \"00000000-0000-4000-8000-0000%08x\"}"},
    {"\"query-status\"", "{\"status\": \"running\", \"singlestep\": false, \"running\": true}"},
    {"\"query-mice\"",
     "[{\"name\": \"QEMU HID Tablet\", \"index\": 2, \"current\": true, \"absolute\": true}]"},
};

char *idle_peers_path(const struct idle_peers *peers, unsigned i)
{
    return alloc_printf("%s/vm%04u.sock", peers->folder, i);
}

static void watch(int epoll_fd, struct peer *p)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = p};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, p->fd, &event) < 0)
        measure_fail("epoll", strerror(errno));
}

static struct peer *new_peer(unsigned index, int fd, bool listens)
{
    struct peer *p = ALLOC(struct peer);
    p->index = index;
    p->fd = fd;
    p->listens = listens;
    bytes_init(&p->in, 65536);
    return p;
}

static void listen_on(int epoll_fd, const struct idle_peers *peers, unsigned i)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    char *path = idle_peers_path(peers, i);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
    if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 || listen(fd, 4) < 0)
        measure_fail(path, strerror(errno));
    free(path);
    watch(epoll_fd, new_peer(i, fd, true));
}

static void say(const struct peer *p, const char *text)
{
    (void)!send(p->fd, text, strlen(text), MSG_NOSIGNAL);
}

static void take_connection(int epoll_fd, const struct peer *listener)
{
    int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    struct peer *p = new_peer(listener->index, fd, false);
    watch(epoll_fd, p);
    say(p, GREETING);
}

static void answer(const struct peer *p, const char *line)
{
    char result[160] = "{}", text[256];
    const char *id = strstr(line, "\"id\"");
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        if (strstr(line, answers[i].command))
            snprintf(result, sizeof(result), answers[i].result, p->index + 1);
    }
    id = id ? strpbrk(id, "0123456789") : NULL;
    snprintf(text, sizeof(text), "{\"return\": %s, \"id\": %lu}\r\n", result,
             id ? strtoul(id, NULL, 10) : 0);
    say(p, text);
}

/* QMP's clients end a command with a line's end or just with its closing brace: braces are
 * counted. */
static size_t command_length(const struct bytes *in)
{
    int depth = 0;
    for (size_t i = 0; i < in->len; i++) {
        depth += in->data[i] == '{' ? 1 : in->data[i] == '}' ? -1 : 0;
        if (in->data[i] == '}' && depth == 0)
            return i + 1;
    }
    return 0;
}

static void read_commands(struct peer *p)
{
    uint8_t *at = bytes_reserve(&p->in, 4096);
    ssize_t n = at ? recv(p->fd, at, 4096, 0) : 0;
    if (n <= 0) {
        close(p->fd);
        bytes_fini(&p->in);
        free(p);
        return;
    }
    bytes_commit(&p->in, (size_t)n);
    for (size_t length; (length = command_length(&p->in));) {
        char *line = strndup((const char *)p->in.data, length);
        answer(p, line);
        free(line);
        bytes_consume(&p->in, length);
    }
}

void idle_peers_run(void *arg)
{
    const struct idle_peers *peers = arg;
    struct rlimit limit;
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (unsigned i = 0; i < peers->n; i++)
        listen_on(epoll_fd, peers, i);
    for (;;) {
        struct epoll_event events[64];
        int n = epoll_wait(epoll_fd, events, 64, -1);
        for (int i = 0; i < n; i++) {
            struct peer *p = events[i].data.ptr;
            if (p->listens)
                take_connection(epoll_fd, p);
            else
                read_commands(p);
        }
    }
}
