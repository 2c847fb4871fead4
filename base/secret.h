/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes that must not linger or leak through timing. */
#ifndef HF_BASE_SECRET_H
#define HF_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* Overwrites n bytes so that no compiler removes it. */
void secret_wipe(void *p, size_t n);
/* Whether n bytes are equal, in a time that depends on n alone. */
bool secret_equal(const void *a, const void *b, size_t n);
/* n random bytes from the kernel; aborts when there are none. */
void secret_random(void *p, size_t n);

#endif
