/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/qmp_talk.h"
#include "tests/bench/measure.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LINE_MOST = 65536, LOOK_AGAIN_US = 20000, LOOKS_MOST = 15000 };

/* The next line, as JSON. */
static json_t *hear(int fd)
{
    static char line[LINE_MOST];
    size_t n = 0;
    while (n + 1 < sizeof(line)) {
        ssize_t got = recv(fd, line + n, 1, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            measure_fail("QMP", "QEMU is gone");
        if (line[n++] == '\n')
            break;
    }
    json_t *answer = json_loadb(line, n, 0, NULL);
    if (!answer)
        measure_fail("QMP", "this is no JSON");
    return answer;
}

json_t *qmp_talk(int fd, const char *command, json_t *arguments)
{
    json_t *message = json_pack("{s:s}", "execute", command), *answer, *found = NULL;
    if (arguments)
        json_object_set_new(message, "arguments", arguments);
    char *text = json_dumps(message, JSON_COMPACT);
    if (send(fd, text, strlen(text), MSG_NOSIGNAL) != (ssize_t)strlen(text))
        measure_fail(command, "QEMU is gone");
    free(text);
    json_decref(message);
    for (; !found; json_decref(answer)) {
        answer = hear(fd);
        json_t *error = json_object_get(answer, "error");
        if (error)
            measure_fail(command, json_string_value(json_object_get(error, "desc")));
        found = json_incref(json_object_get(answer, "return")); /* NULL: an event */
    }
    return found;
}

void qmp_talk_run(int fd, const char *command, json_t *arguments)
{
    json_decref(qmp_talk(fd, command, arguments));
}

int qmp_talk_open(const char *path)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    strncpy(un.sun_path, path, sizeof(un.sun_path) - 1);
    measure_wait_path(path);
    for (int i = 0; connect(fd, (const struct sockaddr *)&un, sizeof(un)); i++) {
        if (i == LOOKS_MOST)
            measure_fail(path, "nobody listens");
        usleep(LOOK_AGAIN_US);
    }
    json_decref(hear(fd)); /* the greeting */
    qmp_talk_run(fd, "qmp_capabilities", NULL);
    return fd;
}

void qmp_talk_wait_status(int fd, const char *command, const char *status)
{
    for (int i = 0; i < LOOKS_MOST; i++) {
        json_t *answer = qmp_talk(fd, command, NULL);
        const char *now = json_string_value(json_object_get(answer, "status"));
        bool is = now && !strcmp(now, status), failed = now && !strcmp(now, "failed");
        json_decref(answer);
        if (is)
            return;
        if (failed)
            break;
        usleep(LOOK_AGAIN_US);
    }
    measure_fail(command, "what was waited for does not come");
}

void qmp_talk_key(int fd, const char *qcode)
{
    qmp_talk_run(fd, "send-key",
                 json_pack("{s:[{s:s, s:s}], s:i}", "keys", "type", "qcode", "data", qcode,
                           "hold-time", 20));
}
