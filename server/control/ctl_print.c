/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "server/control/ctl.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MOST = 7 };

/* Rows of text, printed with columns as wide as their widest cell. */
struct table {
    int columns;
    char *(*rows)[COLUMNS_MOST];
    size_t n;
};

void ctl_put_text(FILE *out, const char *text)
{
    for (; *text; text++)
        putc((unsigned char)*text < ' ' || *text == 127 ? '?' : *text, out);
}

/* Characters, for columns: UTF-8 bytes that begin one. */
static int width(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += (*text & 0xc0) != 0x80;
    return n;
}

/* A row of strings that the table takes over. */
static char **table_row(struct table *t)
{
    t->rows = alloc_resize(t->rows, t->n + 1, sizeof(*t->rows));
    memset(t->rows[t->n], 0, sizeof(*t->rows));
    return t->rows[t->n++];
}

static void table_head(struct table *t, const char *const *names)
{
    char **row = table_row(t);
    for (t->columns = 0; names[t->columns]; t->columns++)
        row[t->columns] = alloc_text(names[t->columns]);
}

static int column_width(const struct table *t, int column)
{
    int most = 0;
    for (size_t i = 0; i < t->n; i++) {
        int w = t->rows[i][column] ? width(t->rows[i][column]) : 0;
        most = w > most ? w : most;
    }
    return most;
}

static void put_cell(FILE *out, const char *text, int pad)
{
    ctl_put_text(out, text);
    fprintf(out, "%*s", pad, "");
}

static void table_print(FILE *out, struct table *t)
{
    for (size_t i = 0; i < t->n; i++) {
        int last = t->columns - 1;
        while (last > 0 && !t->rows[i][last])
            last--;
        for (int c = 0; c <= last; c++) {
            const char *text = t->rows[i][c] ? t->rows[i][c] : "";
            put_cell(out, text, c < last ? column_width(t, c) - width(text) + 2 : 0);
        }
        putc('\n', out);
    }
    for (size_t i = 0; i < t->n; i++)
        for (int c = 0; c < t->columns; c++)
            free(t->rows[i][c]);
    free(t->rows);
}

static const char *text_of(const json_t *o, const char *key, const char *without)
{
    const char *text = json_string_value(json_object_get(o, key));
    return text ? text : without;
}

static long long number_of(const json_t *o, const char *key)
{
    return (long long)json_integer_value(json_object_get(o, key));
}

static char *place_text(const json_t *place)
{
    const char *problem = text_of(place, "problem", NULL);
    return alloc_printf("%s (%s%s)%s%s", text_of(place, "place", "?"),
                        text_of(place, "state", "?"),
                        json_is_true(json_object_get(place, "active")) ? ", active" : "",
                        problem ? ": " : "", problem ? problem : "");
}

static char *size_text(const json_t *size)
{
    if (json_array_size(size) != 2)
        return alloc_text("-");
    return alloc_printf("%lldx%lld", (long long)json_integer_value(json_array_get(size, 0)),
                        (long long)json_integer_value(json_array_get(size, 1)));
}

static void add_machine(struct table *t, const json_t *m)
{
    const json_t *places = json_object_get(m, "places");
    char **row = table_row(t);
    row[0] = alloc_text(text_of(m, "name", "?"));
    row[1] = alloc_text(text_of(m, "state", "?"));
    row[2] = size_text(json_object_get(m, "size"));
    row[3] = alloc_printf("%lld", number_of(m, "viewers"));
    row[4] = alloc_text(text_of(m, "driver", "-"));
    for (size_t i = 0; i < json_array_size(places); i++)
        (i ? table_row(t) : row)[5] = place_text(json_array_get(places, i));
}

static void print_machines(FILE *out, const json_t *list)
{
    static const char *const names[] = {"NAME",   "STATE",  "SIZE", "VIEWERS",
                                        "DRIVER", "PLACES", NULL};
    struct table t = {0};
    if (json_array_size(list) == 0) {
        fputs("no machines: attach one with holdfastctl attach NAME PLACE, or name one in the "
              "configuration\n",
              out);
        return;
    }
    table_head(&t, names);
    for (size_t i = 0; i < json_array_size(list); i++)
        add_machine(&t, json_array_get(list, i));
    table_print(out, &t);
}

static void add_session(struct table *t, const json_t *s)
{
    const json_t *viewers = json_object_get(s, "viewers");
    const json_t *place = json_object_get(s, "queue");
    char **row = table_row(t);
    row[0] = alloc_printf("%lld", number_of(s, "id"));
    row[1] = alloc_text(text_of(s, "user", "?"));
    row[2] = alloc_text(text_of(s, "machine", "?"));
    row[3] = alloc_text(text_of(s, "role", "?"));
    row[4] = json_is_integer(place)
                 ? alloc_printf("asks (%lld)", (long long)json_integer_value(place))
                 : alloc_text(json_is_true(json_object_get(s, "driving")) ? "drives" : "-");
    long long elsewhere = number_of(s, "viewers_elsewhere");
    if (json_array_size(viewers) == 0)
        row[5] = elsewhere ? alloc_printf("%lld at other nodes", elsewhere)
                           : alloc_text("(lingers)");
    for (size_t i = 0; i < json_array_size(viewers); i++) {
        const json_t *v = json_array_get(viewers, i);
        (i ? table_row(t) : row)[5] =
            alloc_printf("%s %s", text_of(v, "address", "?"), text_of(v, "security", "-"));
    }
}

static void print_sessions(FILE *out, const json_t *list)
{
    static const char *const names[] = {"ID",      "USER",    "MACHINE", "ROLE",
                                        "CONTROL", "VIEWERS", NULL};
    struct table t = {0};
    if (json_array_size(list) == 0) {
        fputs("no sessions\n", out);
        return;
    }
    table_head(&t, names);
    for (size_t i = 0; i < json_array_size(list); i++)
        add_session(&t, json_array_get(list, i));
    table_print(out, &t);
}

static void print_control(FILE *out, const json_t *o)
{
    const char *driver = text_of(o, "driver", NULL);
    if (json_is_true(json_object_get(o, "asked")))
        fputs("asked: ", out);
    ctl_put_text(out, driver ? driver : "nobody");
    fputs(" drives\n", out);
}

static void print_told(FILE *out, const json_t *o)
{
    fprintf(out, "told %lld viewers\n", number_of(o, "viewers"));
}

void ctl_print_event(FILE *out, const json_t *event)
{
    static const char *const keys[] = {"user", "before", "driver", "role", "state", "text"};
    ctl_put_text(out, text_of(event, "time", "?"));
    fputs("  ", out);
    ctl_put_text(out, text_of(event, "machine", "?"));
    fputs("  ", out);
    ctl_put_text(out, text_of(event, "event", "?"));
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const char *text = text_of(event, keys[i], NULL);
        if (!text)
            continue;
        fprintf(out, "  %s: ", keys[i]);
        ctl_put_text(out, text);
    }
    putc('\n', out);
}

static void print_history(FILE *out, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        ctl_print_event(out, json_array_get(list, i));
}

static void print_uptime(FILE *out, long long s)
{
    if (s >= 86400)
        fprintf(out, "%lld d %lld h", s / 86400, s / 3600 % 24);
    else if (s >= 3600)
        fprintf(out, "%lld h %lld min", s / 3600, s / 60 % 60);
    else
        fprintf(out, "%lld min %lld s", s / 60, s % 60);
}

static void print_listeners(FILE *out, const json_t *list)
{
    static const char *const names[] = {"LISTENS ON", "FOR", NULL};
    struct table t = {0};
    table_head(&t, names);
    for (size_t i = 0; i < json_array_size(list); i++) {
        char **row = table_row(&t);
        row[0] = alloc_text(text_of(json_array_get(list, i), "address", "?"));
        row[1] = alloc_text(text_of(json_array_get(list, i), "machine", "all machines"));
    }
    table_print(out, &t);
}

static void print_counters(FILE *out, const json_t *counters)
{
    static const char *const names[] = {"COUNTER", "VALUE", NULL};
    struct table t = {0};
    const char *key;
    const json_t *value;
    table_head(&t, names);
    json_object_foreach((json_t *)counters, key, value)
    {
        char **row = table_row(&t);
        row[0] = alloc_text(key);
        row[1] = alloc_printf("%lld", (long long)json_integer_value(value));
    }
    table_print(out, &t);
}

static void print_cluster(FILE *out, const json_t *o)
{
    if (!json_is_object(o))
        return;
    fputs("node ", out);
    ctl_put_text(out, text_of(o, "node", "?"));
    fprintf(out, " of %lld, %lld links up", number_of(o, "nodes"), number_of(o, "links_up"));
    if (json_is_true(json_object_get(o, "store_away")))
        fputs(", etcd is away", out);
    if (json_is_true(json_object_get(o, "draining")))
        fputs(", being drained", out);
    fputs("\n\n", out);
}

static void print_status(FILE *out, const json_t *o)
{
    const json_t *unknown = json_object_get(o, "unidentified_places");
    fprintf(out, "holdfastd %s, process %lld, up ", text_of(o, "version", "?"),
            number_of(o, "pid"));
    print_uptime(out, number_of(o, "uptime_s"));
    fprintf(out, "\n%lld machines, %lld viewers\n\n", number_of(o, "machines"),
            number_of(o, "viewers"));
    print_cluster(out, json_object_get(o, "cluster"));
    print_listeners(out, json_object_get(o, "listeners"));
    for (size_t i = 0; i < json_array_size(unknown); i++) {
        char *text = place_text(json_array_get(unknown, i));
        fputs(i ? "" : "\nplaces that have not told which machine they are:\n", out);
        ctl_put_text(out, text);
        putc('\n', out);
        free(text);
    }
    putc('\n', out);
    print_counters(out, json_object_get(o, "counters"));
}

/* The text alone in its line, so that it can be copied. */
static void print_ticket(FILE *out, const json_t *o)
{
    const char *user = text_of(o, "user", "");
    fprintf(out, "%s\n\n", text_of(o, "ticket", "?"));
    fprintf(out, "for one session at ");
    ctl_put_text(out, text_of(o, "machine", "?"));
    fprintf(out, " as ");
    ctl_put_text(out, *user ? user : "nobody in particular");
    fprintf(out, " (%s), begun within %lld s; ticket %lld\n", text_of(o, "role", "?"),
            number_of(o, "expires_in_s"), number_of(o, "id"));
}

static void print_tickets(FILE *out, const json_t *list)
{
    static const char *const names[] = {"ID", "MACHINE", "USER", "ROLE", "KIND", "STATE", NULL};
    struct table t = {0};
    if (json_array_size(list) == 0) {
        fputs("no tickets: make one with holdfastctl ticket MACHINE\n", out);
        return;
    }
    table_head(&t, names);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *o = json_array_get(list, i);
        char **row = table_row(&t);
        row[0] = alloc_printf("%lld", number_of(o, "id"));
        row[1] = alloc_text(text_of(o, "machine", "?"));
        row[2] = alloc_text(text_of(o, "user", "?"));
        row[3] = alloc_text(text_of(o, "role", "?"));
        row[4] = alloc_text(json_is_true(json_object_get(o, "vnc")) ? "vnc" : "password");
        row[5] = json_is_true(json_object_get(o, "used"))
                     ? alloc_text("in use")
                     : alloc_printf("%lld s left", number_of(o, "expires_in_s"));
    }
    table_print(out, &t);
}

static void add_node(struct table *t, const json_t *o)
{
    const json_t *rtt = json_object_get(o, "rtt_ms");
    bool self = json_is_true(json_object_get(o, "self"));
    bool draining = json_is_true(json_object_get(o, "draining"));
    char **row = table_row(t);
    row[0] = alloc_text(text_of(o, "node", "?"));
    row[1] = alloc_text(text_of(o, "address", "?"));
    row[2] = alloc_text(self ? "this node" : text_of(o, "link", "?"));
    row[3] =
        json_is_number(rtt) ? alloc_printf("%.1f ms", json_number_value(rtt)) : alloc_text("-");
    row[4] = alloc_printf("%lld", number_of(o, "machines"));
    row[5] = alloc_text(text_of(o, "version", "-"));
    if (draining && self)
        row[6] = alloc_printf("draining, %lld viewer%s left", number_of(o, "viewers"),
                              number_of(o, "viewers") == 1 ? "" : "s");
    else
        row[6] = draining ? alloc_text("draining") : NULL;
}

static void print_nodes(FILE *out, const json_t *list)
{
    static const char *const names[] = {"NODE",     "ADDRESS", "LINK",  "ROUND TRIP",
                                        "MACHINES", "VERSION", "STATE", NULL};
    struct table t = {0};
    table_head(&t, names);
    for (size_t i = 0; i < json_array_size(list); i++)
        add_node(&t, json_array_get(list, i));
    table_print(out, &t);
}

static void print_drain(FILE *out, const json_t *o)
{
    if (json_is_true(json_object_get(o, "draining")))
        fprintf(out, "no new viewers are let in; still here: %lld\n", number_of(o, "viewers"));
    else
        fputs("new viewers are let in\n", out);
}

void ctl_print(FILE *out, enum command_id id, const json_t *answer)
{
    static void (*const print[COMMAND_COUNT])(FILE *, const json_t *) = {
        [COMMAND_MACHINES] = print_machines, [COMMAND_STATUS] = print_status,
        [COMMAND_SESSIONS] = print_sessions, [COMMAND_CONTROL] = print_control,
        [COMMAND_HISTORY] = print_history,   [COMMAND_MESSAGE] = print_told,
        [COMMAND_TICKET] = print_ticket,     [COMMAND_TICKETS] = print_tickets,
        [COMMAND_NODE] = print_nodes,        [COMMAND_DRAIN] = print_drain,
    };
    if (print[id])
        print[id](out, answer);
}
