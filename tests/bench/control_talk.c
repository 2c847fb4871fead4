/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/control_talk.h"
#include "base/alloc.h"
#include "tests/bench/measure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER_MOST = 1 << 20 };

static int dial(const char *socket_path)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(un.sun_path, sizeof(un.sun_path), "%s", socket_path);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&un, sizeof(un)))
        measure_fail(un.sun_path, strerror(errno));
    return fd;
}

/* The answer to a request of HTTP 1.0 ends with the connection. */
static char *read_all(int fd)
{
    char *answer = alloc_zero(ANSWER_MOST, 1);
    size_t n = 0;
    for (ssize_t got; n + 1 < ANSWER_MOST; n += (size_t)got) {
        got = recv(fd, answer + n, ANSWER_MOST - 1 - n, 0);
        if (got <= 0)
            break;
    }
    return answer;
}

json_t *control_try(const char *socket_path, const char *path)
{
    char *request = alloc_printf("GET %s HTTP/1.0\r\n\r\n", path);
    int fd = dial(socket_path);
    if (send(fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request))
        measure_fail(path, strerror(errno));
    char *answer = read_all(fd);
    const char *body = strstr(answer, "\r\n\r\n");
    json_t *json = body ? json_loads(body, 0, NULL) : NULL;
    close(fd);
    free(request);
    free(answer);
    return json;
}

json_t *control_get(const char *socket_path, const char *path)
{
    json_t *json = control_try(socket_path, path);
    if (!json)
        measure_fail(path, "the daemon does not answer");
    return json;
}
