/* SPDX-License-Identifier: GPL-2.0-or-later */
/* line: an address that leads to another one, over a relay that does as it is told while it
 * runs (tests/bench/relay). */
#ifndef HF_TESTS_E2E_HOSTS_LINE_H
#define HF_TESTS_E2E_HOSTS_LINE_H

#include "tests/e2e/process.h"

struct line {
    struct trial *trial;
    struct process *process;
    char *address;  /* "HOST:PORT" */
    char *commands; /* a FIFO */
    unsigned told;
};

/* Starts it where this process is; both are "HOST:PORT" with numeric addresses. */
struct line *line_start(struct trial *trial, const char *name, const char *at, const char *to);
/* Carries out a command of the relay's (tests/bench/relay.h) and waits until that is done. */
void line_tell(struct line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
