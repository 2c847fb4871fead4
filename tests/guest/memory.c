/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/memory.h"

#define HEAP_ALIGN 4096u

/* `rep` instead of loops: a compiler may turn a loop in memcpy into a call of memcpy. */
void *memcpy(void *to, const void *from, size_t size)
{
    void *start = to;
    size_t words = size / 4;
    size_t rest = size % 4;

    __asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(rest) : : "memory");
    return start;
}

void *memmove(void *to, const void *from, size_t size)
{
    if ((uintptr_t)to <= (uintptr_t)from || (uintptr_t)to >= (uintptr_t)from + size)
        return memcpy(to, from, size);

    uint8_t *to_end = (uint8_t *)to + size - 1;
    const uint8_t *from_end = (const uint8_t *)from + size - 1;
    __asm__ volatile("std\n\trep movsb\n\tcld"
                     : "+D"(to_end), "+S"(from_end), "+c"(size)
                     :
                     : "memory");
    return to;
}

void *memset(void *to, int value, size_t size)
{
    void *start = to;

    __asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(value) : "memory");
    return start;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const uint8_t *left = a;
    const uint8_t *right = b;

    for (size_t i = 0; i < size; i++)
        if (left[i] != right[i])
            return left[i] - right[i];
    return 0;
}

void *heap_take(struct heap *heap, size_t size)
{
    uintptr_t start = ((uintptr_t)heap->at + HEAP_ALIGN - 1) & ~(uintptr_t)(HEAP_ALIGN - 1);

    if (start > (uintptr_t)heap->end || size > (uintptr_t)heap->end - start)
        return NULL;
    heap->at = (uint8_t *)(start + size);
    return (void *)start;
}
