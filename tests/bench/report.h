/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report: what a benchmark prints. Rows are JSON objects, shown as a table whose columns are
 * the members of the first row, or as one JSON document. Knows no benchmark.
 */
#ifndef HF_BENCH_REPORT_H
#define HF_BENCH_REPORT_H

#include <jansson.h>
#include <stdbool.h>

struct report {
    bool json;
    json_t *document; /* {benchmark, processors, busy, tables: {TITLE: [rows]}} */
    json_t *rows;     /* of the present table */
};

void report_init(struct report *r, const char *benchmark, bool json);
/* Begins a table; the one before is complete and is printed. */
void report_table(struct report *r, const char *title);
/* Takes over the row: strings, integers and reals. NULL is an error of the caller's. */
void report_row(struct report *r, json_t *row);
/* A goal of the project: "WHAT: measured (goal) reached|missed", and as a row of table "goals".
 */
void report_goal(struct report *r, const char *what, double measured, const char *relation,
                 double goal);
/* Prints what is left and frees it. */
void report_fini(struct report *r);

#endif
