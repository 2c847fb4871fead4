/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process: a program that a test starts. What it prints goes to a log file in the scratch
 * folder. It is killed at the end of its test, and by the kernel if the test program dies
 * first.
 */
#ifndef HF_TESTS_E2E_PROCESS_H
#define HF_TESTS_E2E_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

struct trial;

struct process {
    struct process *next; /* of the trial */
    struct trial *trial;
    const char *name;
    char *log_path;
    pid_t pid; /* 0 once it has been reaped */
    int pidfd;
    int status; /* of waitpid, once it has been reaped */
};

/*
 * Starts argv[0] (looked for in PATH), with stdin from /dev/null and both outputs to a log. The
 * environment is ours plus the "NAME=VALUE" strings of `more` (NULL-terminated; may be NULL).
 * Never fails but by failing the test. The trial owns the process.
 */
struct process *process_start(struct trial *trial, const char *name, const char *const *argv,
                              const char *const *more);

/* Whether it has not ended yet. */
bool process_runs(struct process *process);
/* Waits for the end by itself: the exit status, or 128 + the signal. Fails the test after that.
 */
int process_wait(struct process *process, int timeout_ms);
/* Sends the signal and waits for the end; the status as process_wait gives it. */
int process_stop(struct process *process, int signal_number);
/* Waits until its log contains the text; fails the test if it ends before. */
void process_wait_log(struct process *process, const char *text, int timeout_ms);
bool process_log_has(struct process *process, const char *text);
/* The log so far; freed with the trial. */
const char *process_log(struct process *process);
/* The first line of it that is a number and nothing else; NULL without one. */
const char *process_log_number(struct process *process);

/* The resident memory in KiB, and the CPU time used so far in ms; 0 when it has ended. */
long process_memory_kib(const struct process *process);
long process_cpu_ms(const struct process *process);
/* How many descriptors it has open. */
int process_descriptors(const struct process *process);

/* Runs to the end: the exit status, and what it printed on both outputs. Freed with the trial.
 */
int process_run(struct trial *trial, const char *name, const char *const *argv, int timeout_ms,
                const char **output_r);

/* Of all processes of a trial, for its end. */
void process_print_logs(struct trial *trial);
void process_end_all(struct trial *trial);

#endif
