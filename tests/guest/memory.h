/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory: the functions that a compiler takes for granted, and a heap that only grows. */
#ifndef HF_GUEST_MEMORY_H
#define HF_GUEST_MEMORY_H

#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);

struct heap {
    uint8_t *at;
    uint8_t *end;
};

/* Takes `size` bytes, aligned to 4096; NULL when so much is not left. Never freed, and not
 * cleared: memory that nobody writes to costs the host nothing, and a migration little. */
void *heap_take(struct heap *heap, size_t size);

static inline size_t heap_left(const struct heap *heap)
{
    return (size_t)(heap->end - heap->at);
}

#endif
