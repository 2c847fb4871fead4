/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/fanout_daemon.h"
#include "base/alloc.h"
#include "tests/bench/measure.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char *write_config(const char *place, const char *methods, const char *sections)
{
    char *path = alloc_printf("%s/holdfast.conf", measure_folder());
    FILE *f = fopen(path, "w");
    if (!f)
        measure_fail(path, strerror(errno));
    fprintf(f,
            "server { listen = {\"127.0.0.1:0\"} control = \"%s/control.sock\" "
            "state = \"%s/state.db\" }\n"
            "auth { methods = {%s} max-pending = 2000 max-pending-per-address = 2000 }\n%s\n",
            measure_folder(), measure_folder(), methods, sections ? sections : "");
    if (place)
        fprintf(f, "machine bench { place = {\"%s\"} }\n", place);
    fclose(f);
    return path;
}

void fanout_daemon_start(struct fanout_daemon *d, const char *program, const char *place)
{
    fanout_daemon_start_with(d, program, place, "none", NULL);
}

void fanout_daemon_start_with(struct fanout_daemon *d, const char *program, const char *place,
                              const char *methods, const char *sections)
{
    char *built = program ? NULL : measure_sibling("holdfastd");
    char *config = write_config(place, methods, sections);
    const char *const argv[] = {program ? program : built, "-c", config, NULL};
    d->pid = measure_start("holdfastd", argv);
    free(measure_wait_log("holdfastd", "ready"));
    d->address = measure_wait_log("holdfastd", "listening on ");
    free(config);
    free(built);
}

/* ---- counters ---- */

static int open_control(void)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(un.sun_path, sizeof(un.sun_path), "%s/control.sock", measure_folder());
    if (fd < 0 || connect(fd, (const struct sockaddr *)&un, sizeof(un)))
        measure_fail(un.sun_path, strerror(errno));
    return fd;
}

/* The answer to a request of HTTP 1.0 ends with the connection. */
static json_t *read_status(void)
{
    static const char request[] = "GET /v1/status HTTP/1.0\r\n\r\n";
    static char answer[65536];
    int fd = open_control();
    size_t n = 0;
    if (send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) != sizeof(request) - 1)
        measure_fail("status", strerror(errno));
    for (ssize_t got; n + 1 < sizeof(answer); n += (size_t)got) {
        got = recv(fd, answer + n, sizeof(answer) - 1 - n, 0);
        if (got <= 0)
            break;
    }
    close(fd);
    answer[n] = '\0';
    const char *body = strstr(answer, "\r\n\r\n");
    json_t *status = body ? json_loads(body, 0, NULL) : NULL;
    if (!status)
        measure_fail("status", "the daemon does not answer");
    return status;
}

uint64_t fanout_daemon_counter(const char *name)
{
    json_t *status = read_status();
    uint64_t value = (uint64_t)json_integer_value(
        json_object_get(json_object_get(status, "counters"), name));
    json_decref(status);
    return value;
}

void fanout_daemon_stop(struct fanout_daemon *d)
{
    measure_stop(d->pid);
    free(d->address);
    d->address = NULL;
}
