/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metrics: counters in the text format of Prometheus (version 0.0.4). */
#include <config.h>
#include "base/bytes.h"
#include "server/control/call.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void put(struct bytes *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(struct bytes *out, const char *format, ...)
{
    char line[512];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    bytes_put(out, line, n < (int)sizeof(line) ? (size_t)n : sizeof(line) - 1);
}

static void put_head(struct bytes *out, const char *name, const char *type)
{
    put(out, "# TYPE holdfast_%s %s\n", name, type);
}

/* A name that ends in _total only ever grows. */
static void put_counter(void *to, const char *name, uint64_t value)
{
    size_t n = strlen(name);
    bool total = n > 6 && strcmp(name + n - 6, "_total") == 0;
    put_head(to, name, total ? "counter" : "gauge");
    put(to, "holdfast_%s %" PRIu64 "\n", name, value);
}

/* A label's value: backslash, quote and line break are escaped. */
static void put_label(struct bytes *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '"' || *text == '\n')
            bytes_put_u8(out, '\\');
        bytes_put_u8(out, (uint8_t)(*text == '\n' ? 'n' : *text));
    }
}

static void put_machine_row(struct bytes *out, const char *name, const struct machine *m,
                            uint64_t value)
{
    put(out, "holdfast_%s{machine=\"", name);
    put_label(out, m->name);
    put(out, "\"} %" PRIu64 "\n", value);
}

static uint64_t count_sessions(const struct call *call, const struct machine *m)
{
    const struct console *c = call_console(call, m);
    unsigned n = 0;
    for (const struct session *s = c ? c->all->first : NULL; s; s = s->next)
        n += s->console == c;
    return n;
}

static uint64_t viewers_of(const struct call *call, const struct machine *m)
{
    (void)call;
    return m->n_viewers;
}

static uint64_t running_of(const struct call *call, const struct machine *m)
{
    (void)call;
    return m->state == MACHINE_RUNNING;
}

static uint64_t driven_of(const struct call *call, const struct machine *m)
{
    const struct console *c = call_console(call, m);
    return c && c->wheel.driver;
}

static uint64_t switches_of(const struct call *call, const struct machine *m)
{
    (void)call;
    return m->moves.switches;
}

static uint64_t held_of(const struct call *call, const struct machine *m)
{
    (void)call;
    return m->held.held;
}

static uint64_t lost_of(const struct call *call, const struct machine *m)
{
    (void)call;
    return m->held.lost;
}

static const struct {
    const char *name, *type;
    uint64_t (*value)(const struct call *call, const struct machine *m);
} machine_rows[] = {
    {"machine_running", "gauge", running_of},
    {"machine_viewers", "gauge", viewers_of},
    {"machine_sessions", "gauge", count_sessions},
    {"machine_driven", "gauge", driven_of},
    {"machine_switches_total", "counter", switches_of},
    {"machine_input_held_total", "counter", held_of},
    {"machine_input_lost_total", "counter", lost_of},
};

static void put_sessions(struct bytes *out, const struct sessions *all)
{
    unsigned n[2] = {0, 0};
    for (const struct session *s = all->first; s; s = s->next)
        n[s->n_seats > 0]++;
    put_head(out, "sessions", "gauge");
    put(out, "holdfast_sessions{state=\"attached\"} %u\n", n[1]);
    put(out, "holdfast_sessions{state=\"lingering\"} %u\n", n[0]);
}

void cmd_metrics(struct call *call)
{
    const struct control_context *context = &call->control->context;
    struct bytes out;
    bytes_init(&out, SIZE_MAX);
    put_head(&out, "build_info", "gauge");
    put(&out, "holdfast_build_info{version=\"%s\"} 1\n", PACKAGE_VERSION);
    if (context->counters)
        context->counters(context->self, put_counter, &out);
    if (context->sessions)
        put_sessions(&out, context->sessions);
    for (size_t i = 0; i < sizeof(machine_rows) / sizeof(machine_rows[0]); i++) {
        put_head(&out, machine_rows[i].name, machine_rows[i].type);
        for (const struct machine *m = context->machines->first; m; m = m->next)
            put_machine_row(&out, machine_rows[i].name, m, machine_rows[i].value(call, m));
    }
    http_answer_data(call->x, 200, "text/plain; version=0.0.4; charset=utf-8", out.data,
                     out.len);
}
