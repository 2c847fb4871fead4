/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/qmp.h"
#include "tests/client/ppm.h"
#include "tests/e2e/socket.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void drop_json(void *json)
{
    json_decref(json);
}

/* ---- lines ---- */

static void read_more(struct qmp *qmp, int64_t deadline_ms)
{
    struct pollfd p = {.fd = qmp->fd, .events = POLLIN};

    if (qmp->in_room - qmp->in_size < 4096) {
        qmp->in_room += 65536;
        qmp->in = realloc(qmp->in, qmp->in_room);
        if (!qmp->in)
            abort();
    }
    trial_check(qmp->trial, poll(&p, 1, clock_left_ms(deadline_ms)) > 0, "QMP is silent");
    ssize_t got = read(qmp->fd, qmp->in + qmp->in_size, qmp->in_room - qmp->in_size);
    trial_check(qmp->trial, got > 0, "QMP: %s", got ? strerror(errno) : "closed");
    qmp->in_size += (size_t)got;
}

/* The next message; lives as long as the trial. */
static json_t *next_message(struct qmp *qmp)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    char *end;

    while (!qmp->in_size || !(end = memchr(qmp->in, '\n', qmp->in_size)))
        read_more(qmp, deadline_ms);
    json_t *message = json_loadb(qmp->in, (size_t)(end - qmp->in), 0, NULL);
    qmp->in_size -= (size_t)(end + 1 - qmp->in);
    memmove(qmp->in, end + 1, qmp->in_size);
    trial_check(qmp->trial, message != NULL, "QMP sent something that is not JSON");
    trial_on_end(qmp->trial, drop_json, message);
    return message;
}

/* ---- commands ---- */

static json_t *exchange(struct qmp *qmp, const char *command, json_t *arguments)
{
    json_t *request = json_pack("{s:s, s:o*}", "execute", command, "arguments", arguments);
    char *text = json_dumps(request, JSON_COMPACT);
    json_t *answer;

    socket_send_all(qmp->trial, qmp->fd, text, strlen(text));
    socket_send_all(qmp->trial, qmp->fd, "\n", 1);
    free(text);
    json_decref(request);
    do {
        answer = next_message(qmp);
    } while (!json_object_get(answer, "return") && !json_object_get(answer, "error"));
    return answer;
}

json_t *qmp_run(struct qmp *qmp, const char *command, json_t *arguments)
{
    json_t *answer = exchange(qmp, command, arguments);
    json_t *error = json_object_get(answer, "error");

    trial_check(qmp->trial, !error, "QMP %s: %s", command,
                json_string_value(json_object_get(error, "desc")));
    return json_object_get(answer, "return");
}

bool qmp_try(struct qmp *qmp, const char *command, json_t *arguments)
{
    return json_object_get(exchange(qmp, command, arguments), "return") != NULL;
}

void qmp_wait_event(struct qmp *qmp, const char *name)
{
    const char *event;

    do {
        event = json_string_value(json_object_get(next_message(qmp), "event"));
    } while (!event || strcmp(event, name) != 0);
}

/* ---- connection ---- */

void qmp_close(struct qmp *qmp)
{
    if (qmp->fd >= 0)
        close(qmp->fd);
    qmp->fd = -1;
}

static void on_end(void *what)
{
    struct qmp *qmp = what;

    qmp_close(qmp);
    free(qmp->in);
    free(qmp);
}

struct qmp *qmp_open(struct trial *trial, const char *path)
{
    struct qmp *qmp = calloc(1, sizeof(*qmp));

    if (!qmp)
        abort();
    qmp->trial = trial;
    qmp->fd = -1;
    trial_on_end(trial, on_end, qmp);
    qmp->fd = socket_connect_unix(trial, path);
    trial_check(trial, json_object_get(next_message(qmp), "QMP") != NULL, "no QMP greeting");
    qmp_run(qmp, "qmp_capabilities", NULL);
    return qmp;
}

/* ---- pictures ---- */

struct shot qmp_screendump(struct qmp *qmp, const char *root, const char *device, int head)
{
    char *path = trial_path(qmp->trial, "screen.ppm");
    const char *seen = path + strlen(root), *why = "";
    struct shot shot = {0};
    json_t *arguments = json_pack("{s:s}", "filename", seen);

    if (device) {
        json_object_set_new(arguments, "device", json_string(device));
        json_object_set_new(arguments, "head", json_integer(head));
    }
    qmp_run(qmp, "screendump", arguments);
    shot.rgb = client_ppm_read(path, &shot.width_px, &shot.height_px, &why);
    trial_check(qmp->trial, shot.rgb != NULL, "screendump: %s", why);
    trial_on_end(qmp->trial, free, shot.rgb);
    unlink(path);
    return shot;
}
