/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trial: one end-to-end test while it runs: its scratch folder, what is to be undone at its
 * end, and how it fails. Knows no daemon and no QEMU.
 *
 * A program is a table of rows; each row is one cmocka test with a trial of its own. When a
 * test fails, by trial_fail or by cmocka's assertions, the logs of all its processes are
 * printed.
 *
 * Environment: TMPDIR (scratch folders), HOLDFAST_LONG=1 (long variants), HOLDFAST_QEMU and
 * HOLDFAST_QEMU_ROOT (see guest.h), HOLDFAST_KEEP=1 (leave scratch folders behind).
 */
#ifndef HF_TESTS_E2E_TRIAL_H
#define HF_TESTS_E2E_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/e2e/clock.h"

struct process;

/* Something to undo at the end of a test; last in, first out. */
struct trial_duty {
    struct trial_duty *next;
    void (*end)(void *what);
    void *what;
};

struct trial {
    const char *name;
    const void *data; /* of the row */
    char folder[64];  /* scratch, absolute, without a slash at the end */
    bool passed;
    struct trial_duty *duties;
    void (*meanwhile)(void *what); /* NULL, or done before each look again; must not wait */
    void *meanwhile_what;
    struct process *processes; /* all of this test, ended ones too: for their logs */
};

struct trial_row {
    const char *name; /* a sentence */
    void (*run)(struct trial *trial);
    const void *data;
    bool only_long; /* left out without HOLDFAST_LONG=1 */
};

/*
 * Runs the rows as one cmocka group, those whose name matches argv[1] (a pattern with '*') if
 * it is given. Returns what main should.
 */
int trial_main(int argc, char **argv, const char *group, const struct trial_row *rows,
               size_t count);

bool trial_is_long(void);

/* Ends the test as failed. Does not return. */
_Noreturn void trial_fail_at(struct trial *trial, const char *file, int line,
                             const char *format, ...) __attribute__((format(printf, 4, 5)));
#define trial_fail(trial, ...) trial_fail_at(trial, __FILE__, __LINE__, __VA_ARGS__)
#define trial_check(trial, condition, ...)                                                     \
    do {                                                                                       \
        if (!(condition))                                                                      \
            trial_fail(trial, __VA_ARGS__);                                                    \
    } while (0)

void trial_on_end(struct trial *trial, void (*end)(void *what), void *what);

/* New memory that lives as long as the test: text, and zeroed room. */
char *trial_text(struct trial *trial, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void *trial_room(struct trial *trial, size_t size);
/* folder/name */
char *trial_path(struct trial *trial, const char *name);
/* A file below the folders of the build and of the source. */
char *trial_built(struct trial *trial, const char *name);
char *trial_source(struct trial *trial, const char *name);

/* Writes a whole file, mode 0600. */
void trial_write_file(struct trial *trial, const char *path, const char *text);
/* A whole file with a zero at its end; NULL if it cannot be read. Freed with the trial. */
char *trial_read_file(struct trial *trial, const char *path, size_t *size_r);
/* The same in memory that the caller frees. */
char *file_load(const char *path, size_t *size_r);

/* Waits the moment between two looks; fails the test with `what` when the deadline is over. */
void trial_look_again(struct trial *trial, long long deadline_ms, const char *what);

#endif
