/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * measure: programs that a benchmark starts, and what they use. What they print goes to a file
 * in the scratch folder. They end with the benchmark, also when it is killed. Everything here
 * ends the program with a sentence when it fails.
 */
#ifndef HF_BENCH_MEASURE_H
#define HF_BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A new folder of short name, removed with all in it when the program exits. */
const char *measure_folder(void);
/* Ends the program: "benchmark: WHAT: WHY" on standard error. */
_Noreturn void measure_fail(const char *what, const char *why);

/* Starts argv[0] from PATH; its outputs go to measure_folder()/NAME.log. */
pid_t measure_start(const char *name, const char *const *argv);
/* Runs body(arg) in a child process instead. */
pid_t measure_fork(void (*body)(void *arg), void *arg);
/* SIGTERM, then waits. */
void measure_stop(pid_t pid);
/* Waits until the program's log has the text; what follows it on its line, to be freed. */
char *measure_wait_log(const char *name, const char *text);
/* Waits for a path to appear. */
void measure_wait_path(const char *path);

/* CPU time of all threads, ended ones included. */
uint64_t measure_cpu_us(pid_t pid);
/* CPU time of the living threads that wanted() accepts; the first thread's tid is the pid. */
uint64_t measure_threads_us(pid_t pid, bool (*wanted)(pid_t pid, pid_t tid, const char *name));
/* The file beside, or a few folders above, this program; to be freed. */
char *measure_sibling(const char *file);
bool measure_has_sibling(const char *file);
/* A field of /proc/PID/smaps_rollup, such as "Pss"; KiB. */
uint64_t measure_memory_kib(pid_t pid, const char *field);
/* The most that it ever had resident; KiB. */
uint64_t measure_peak_kib(pid_t pid);
/* What it has read from files, shared memory among them; sockets whose bytes come by recv do
 * not count (/proc/PID/io). */
uint64_t measure_read_bytes(pid_t pid);
/* Whether it holds a memory file open, as when QEMU shares its picture. */
bool measure_shares_memory(pid_t pid);
/* A TCP port of 127.0.0.1 that was free just now. */
unsigned measure_free_port(void);

/* Sorts them. 0 for none. */
double measure_median(double *values, size_t n);
/* How many tasks wanted to run over the last minute; 0 when that is unknown. */
double measure_busy(void);

#endif
