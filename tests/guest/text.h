/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text: a line being written, and the words of a line being read. Pure; touches no device. */
#ifndef HF_GUEST_TEXT_H
#define HF_GUEST_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_MAX 512u

/* A line is cut, never overrun, when more is added than fits. It carries no newline. */
struct line {
    char text[LINE_MAX];
    size_t length;
};

void line_add(struct line *line, const char *text);
void line_add_char(struct line *line, char c);
void line_add_int(struct line *line, int32_t value);
void line_add_hex(struct line *line, uint32_t value, unsigned digits);
/* Adds a space and the number. */
void line_add_field(struct line *line, int32_t value);

/* The unread rest of a zero-terminated line; the text is the caller's. */
struct args {
    const char *at;
};

/* Each takes the next word and moves on; false, moving nowhere, if it is missing or unfit. */
bool args_take_word(struct args *args, char *word_r, size_t size);
bool args_take_int(struct args *args, int32_t low, int32_t high, int32_t *value_r);
bool args_take_hex(struct args *args, uint32_t high, uint32_t *value_r);
bool args_take_on_off(struct args *args, bool *on_r);
bool args_at_end(const struct args *args);
/* What is left, without the blank that ends the word before it; may be empty. */
const char *args_rest(const struct args *args);

bool text_equal(const char *a, const char *b);
size_t text_length(const char *text);

#endif
