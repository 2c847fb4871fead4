/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fanout daemon: a holdfastd of a benchmark's own, with one machine. */
#ifndef HF_BENCH_FANOUT_DAEMON_H
#define HF_BENCH_FANOUT_DAEMON_H

#include <stdint.h>
#include <sys/types.h>

struct fanout_daemon {
    pid_t pid;
    char *address; /* where it listens, "127.0.0.1:PORT" */
};

/*
 * Starts it and waits until it is ready. program: NULL for the one that is built; place: what
 * the machine's place is, such as "pattern:640x480", or NULL for no machine.
 */
void fanout_daemon_start(struct fanout_daemon *d, const char *program, const char *place);
/* The same with more of a configuration: what stands in `auth { methods }`, and sections (NULL:
 * none). */
void fanout_daemon_start_with(struct fanout_daemon *d, const char *program, const char *place,
                              const char *methods, const char *sections);
void fanout_daemon_stop(struct fanout_daemon *d);
/* A counter of the status of the one that runs; 0 when it has none of that name. */
uint64_t fanout_daemon_counter(const char *name);

#endif
