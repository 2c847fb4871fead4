/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that is there or the process is not. Sizes that a peer chooses are compared with their
 * limits before they come here, so running out means that the host is out of memory.
 */
#ifndef HF_BASE_ALLOC_H
#define HF_BASE_ALLOC_H

#include <stddef.h>

/* n * size zeroed bytes; never NULL, aborts when there is no memory or n * size overflows.
 * Caller frees. */
void *alloc_zero(size_t n, size_t size);
/* Like realloc(p, n * size), new bytes not initialised; never NULL. */
void *alloc_resize(void *p, size_t n, size_t size);
/* A copy of text; NULL for NULL. */
char *alloc_text(const char *text);
/* printf into a new string. */
char *alloc_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define ALLOC(type) ((type *)alloc_zero(1, sizeof(type)))

#endif
