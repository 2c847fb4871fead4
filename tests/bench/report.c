/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/report.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CELL_MOST = 64 };

void report_init(struct report *r, const char *benchmark, bool json)
{
    r->json = json;
    r->rows = NULL;
    r->document = json_pack("{s:s, s:i, s:f, s:{}, s:[]}", "benchmark", benchmark, "processors",
                            (int)sysconf(_SC_NPROCESSORS_ONLN), "busy", measure_busy(),
                            "tables", "goals");
    if (!json)
        printf("%s: %ld processors, %.1f tasks running over the last minute\n", benchmark,
               sysconf(_SC_NPROCESSORS_ONLN), measure_busy());
}

static void print_cell(char cell[CELL_MOST], const json_t *value)
{
    double number = json_number_value(value);
    if (json_is_string(value))
        snprintf(cell, CELL_MOST, "%s", json_string_value(value));
    else if (json_is_integer(value))
        snprintf(cell, CELL_MOST, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        snprintf(cell, CELL_MOST,
                 number >= 100  ? "%.0f"
                 : number >= 10 ? "%.1f"
                                : "%.2f",
                 number);
    else
        snprintf(cell, CELL_MOST, "-");
}

static int width_of(json_t *rows, const char *key)
{
    size_t width = strlen(key), i;
    char cell[CELL_MOST];
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        print_cell(cell, json_object_get(row, key));
        width = strlen(cell) > width ? strlen(cell) : width;
    }
    return (int)width;
}

/* row NULL: the heads of the columns. */
static void print_row(json_t *rows, json_t *row)
{
    const char *key;
    json_t *first;
    json_object_foreach(json_array_get(rows, 0), key, first)
    {
        char cell[CELL_MOST];
        print_cell(cell, json_object_get(row, key));
        int width = width_of(rows, key);
        printf("  %*s", json_is_string(first) ? -width : width, row ? cell : key);
    }
    putchar('\n');
}

static void print_table(struct report *r)
{
    size_t i;
    json_t *row;
    if (r->json || !r->rows || !json_array_size(r->rows))
        return;
    print_row(r->rows, NULL);
    json_array_foreach(r->rows, i, row) print_row(r->rows, row);
    fflush(stdout);
}

void report_table(struct report *r, const char *title)
{
    print_table(r);
    r->rows = json_array();
    json_object_set_new(json_object_get(r->document, "tables"), title, r->rows);
    if (!r->json)
        printf("\n%s\n", title);
    fflush(stdout);
}

void report_row(struct report *r, json_t *row)
{
    if (json_array_append_new(r->rows, row))
        measure_fail("report", "a row is no JSON object");
}

void report_goal(struct report *r, const char *what, double measured, const char *relation,
                 double goal)
{
    bool reached = relation[0] == '<' ? measured <= goal : measured >= goal;
    json_array_append_new(json_object_get(r->document, "goals"),
                          json_pack("{s:s, s:f, s:s, s:f, s:b}", "goal", what, "measured",
                                    measured, "relation", relation, "limit", goal, "reached",
                                    reached));
}

static void print_goals(json_t *goals)
{
    size_t i;
    json_t *goal;
    if (json_array_size(goals))
        puts("\ngoals");
    json_array_foreach(goals, i, goal)
        printf("  %-7s  %s: %.2f (%s %.2f)\n",
               json_is_true(json_object_get(goal, "reached")) ? "reached" : "MISSED",
               json_string_value(json_object_get(goal, "goal")),
               json_number_value(json_object_get(goal, "measured")),
               json_string_value(json_object_get(goal, "relation")),
               json_number_value(json_object_get(goal, "limit")));
}

void report_fini(struct report *r)
{
    print_table(r);
    if (r->json) {
        json_dumpf(r->document, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        print_goals(json_object_get(r->document, "goals"));
    }
    json_decref(r->document);
}
