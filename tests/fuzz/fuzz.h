/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a fuzz target is: one function, called by libFuzzer or by replay_main.c. */
#ifndef HF_TESTS_FUZZ_FUZZ_H
#define HF_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Runs the target over these bytes; returns 0. What must never be stops the process. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Stops the process when something that must hold does not. */
static inline void fuzz_check(int holds)
{
    if (!holds)
        abort();
}

/* Reads every byte, so that sanitizers see what may not be read. */
static inline void fuzz_read(const void *data, size_t n)
{
    const volatile uint8_t *p = data;
    for (size_t i = 0; i < n; i++)
        (void)p[i];
}

#endif
