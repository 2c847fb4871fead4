/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/text_list.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

void text_list_take(struct text_list *list, char *text)
{
    list->items = alloc_resize(list->items, list->n + 1, sizeof(*list->items));
    list->items[list->n++] = text;
}

void text_list_add(struct text_list *list, const char *text)
{
    text_list_take(list, alloc_text(text));
}

bool text_list_has(const struct text_list *list, const char *text)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->items[i], text) == 0)
            return true;
    return false;
}

void text_list_fini(struct text_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct text_list){0};
}
