/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list of strings that it owns. */
#ifndef HF_SERVER_TEXT_LIST_H
#define HF_SERVER_TEXT_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct text_list {
    char **items;
    size_t n;
};

/* Appends a copy. */
void text_list_add(struct text_list *list, const char *text);
/* Appends text itself, which the list frees from now on. */
void text_list_take(struct text_list *list, char *text);
bool text_list_has(const struct text_list *list, const char *text);
/* Frees all; the list is empty and usable again. */
void text_list_fini(struct text_list *list);

#endif
