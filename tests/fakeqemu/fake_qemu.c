/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/fakeqemu/fake_qemu.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *query_name(struct fake_qemu *q)
{
    return q->name ? json_pack("{s:s}", "name", q->name) : json_object();
}

static json_t *query_uuid(struct fake_qemu *q)
{
    return json_pack("{s:s}", "UUID", q->uuid);
}

static json_t *query_status(struct fake_qemu *q)
{
    return json_pack("{s:s, s:b}", "status", q->status, "running",
                     !strcmp(q->status, "running"));
}

static json_t *query_mice(struct fake_qemu *q)
{
    return json_pack("[{s:s, s:i, s:b, s:b}, {s:s, s:i, s:b, s:b}]", "name", "one", "index", 1,
                     "current", 0, "absolute", !q->mouse_absolute, "name", "two", "index", 2,
                     "current", 1, "absolute", q->mouse_absolute);
}

static json_t *query_pci(struct fake_qemu *q)
{
    (void)q;
    return json_pack("[{s:i, s:[{s:i, s:i, s:{s:i}, s:{s:i, s:i}}]}]", "bus", 0, "devices",
                     "slot", 2, "function", 0, "class_info", "class", 0x300, "id", "vendor",
                     0x1234, "device", 0x1111);
}

static const struct {
    const char *command;
    json_t *(*answer)(struct fake_qemu *q);
} questions[] = {
    {"query-name", query_name}, {"query-uuid", query_uuid}, {"query-status", query_status},
    {"query-mice", query_mice}, {"query-pci", query_pci},
};

static json_t *add_client(struct fake_qemu *q, int *fd, const char **error)
{
    *error = q->no_display;
    if (q->no_display || *fd < 0)
        return NULL;
    fake_display_serve(&q->display, *fd);
    *fd = -1;
    return json_object();
}

static json_t *on_command(void *self, const char *command, json_t *arguments, int *fd,
                          const char **error)
{
    struct fake_qemu *q = self;
    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
        if (!strcmp(questions[i].command, command))
            return questions[i].answer(q);
    }
    if (!strcmp(command, "add_client"))
        return add_client(q, fd, error);
    if (!strcmp(command, "input-send-event") &&
        (q->refuses_inputs || strcmp(q->status, "running"))) {
        q->refuses_inputs -= q->refuses_inputs > 0;
        *error = "VM not running";
        return NULL;
    }
    if (strcmp(command, "migrate-set-capabilities") && strcmp(command, "getfd")) {
        char *text = arguments ? json_dumps(arguments, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
        fprintf(q->log, "qmp %s %s\n", command, text ? text : "");
        free(text);
    }
    return json_object();
}

struct fake_qemu *fake_qemu_new(sd_event *loop)
{
    struct fake_qemu *q = calloc(1, sizeof(*q));
    assert(q);
    strcpy(q->folder, "/tmp/fakeqemu-XXXXXX");
    char *made = mkdtemp(q->folder);
    assert(made);
    snprintf(q->path, sizeof(q->path), "%s/qmp.sock", q->folder);
    q->name = "fake";
    q->uuid = "550e8400-e29b-41d4-a716-446655440000";
    q->status = "running";
    q->log = open_memstream(&q->log_text, &q->log_size);
    fake_qmp_init(&q->qmp, loop, q->path);
    q->qmp.on_command = on_command;
    q->qmp.self = q;
    fake_display_init(&q->display, loop, q->log);
    return q;
}

void fake_qemu_free(struct fake_qemu **qemu)
{
    struct fake_qemu *q = *qemu;
    if (!q)
        return;
    *qemu = NULL;
    fake_display_fini(&q->display);
    fake_qmp_fini(&q->qmp);
    unlink(q->path);
    rmdir(q->folder);
    fclose(q->log);
    free(q->log_text);
    free(q);
}

const char *fake_qemu_log(struct fake_qemu *q)
{
    fflush(q->log);
    return q->log_text;
}

void fake_qemu_status(struct fake_qemu *q, const char *status, const char *event)
{
    q->status = status;
    fake_qmp_event(&q->qmp, event);
}
