/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that `keys` takes for keys, and the X11 key symbols they stand for. Pure data. */
#ifndef HF_SERVER_MACHINE_KEY_NAMES_H
#define HF_SERVER_MACHINE_KEY_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* The key symbol for n bytes of name, 0 when there is none. Upper and lower case are one. */
uint32_t key_name_find(const char *name, size_t n);
/* The i-th name, NULL behind the last. */
const char *key_name_at(size_t i);

#endif
