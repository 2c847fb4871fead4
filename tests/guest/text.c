/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/text.h"

#define WORD_MAX 24u

void line_add_char(struct line *line, char c)
{
    if (line->length < sizeof(line->text))
        line->text[line->length++] = c;
}

void line_add(struct line *line, const char *text)
{
    while (*text != '\0')
        line_add_char(line, *text++);
}

void line_add_int(struct line *line, int32_t value)
{
    char digits[10];
    unsigned count = 0;
    uint32_t rest = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;

    if (value < 0)
        line_add_char(line, '-');
    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    while (count > 0)
        line_add_char(line, digits[--count]);
}

void line_add_hex(struct line *line, uint32_t value, unsigned digits)
{
    while (digits > 0)
        line_add_char(line, "0123456789abcdef"[value >> (4 * --digits) & 15]);
}

void line_add_field(struct line *line, int32_t value)
{
    line_add_char(line, ' ');
    line_add_int(line, value);
}

static const char *skip_blanks(const char *at)
{
    while (*at == ' ')
        at++;
    return at;
}

bool args_take_word(struct args *args, char *word_r, size_t size)
{
    const char *at = skip_blanks(args->at);
    size_t length = 0;

    while (at[length] != '\0' && at[length] != ' ')
        length++;
    if (length == 0 || length >= size)
        return false;
    for (size_t i = 0; i < length; i++)
        word_r[i] = at[i];
    word_r[length] = '\0';
    args->at = at + length;
    return true;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

static bool parse_digits(const char *word, uint32_t base, uint32_t high, uint32_t *value_r)
{
    uint32_t value = 0;

    if (*word == '\0')
        return false;
    for (; *word != '\0'; word++) {
        uint32_t digit = (uint32_t)digit_value(*word);
        if (digit >= base || digit > high || value > (high - digit) / base)
            return false;
        value = value * base + digit;
    }
    *value_r = value;
    return true;
}

bool args_take_int(struct args *args, int32_t low, int32_t high, int32_t *value_r)
{
    struct args ahead = *args;
    char word[WORD_MAX];
    uint32_t size;

    if (!args_take_word(&ahead, word, sizeof(word)))
        return false;
    bool negative = word[0] == '-';
    if (!parse_digits(word + negative, 10, INT32_MAX, &size))
        return false;
    int32_t value = negative ? -(int32_t)size : (int32_t)size;
    if (value < low || value > high)
        return false;
    *args = ahead;
    *value_r = value;
    return true;
}

bool args_take_hex(struct args *args, uint32_t high, uint32_t *value_r)
{
    struct args ahead = *args;
    char word[WORD_MAX];

    if (!args_take_word(&ahead, word, sizeof(word)) || !parse_digits(word, 16, high, value_r))
        return false;
    *args = ahead;
    return true;
}

bool args_take_on_off(struct args *args, bool *on_r)
{
    struct args ahead = *args;
    char word[WORD_MAX];

    if (!args_take_word(&ahead, word, sizeof(word)))
        return false;
    if (!text_equal(word, "on") && !text_equal(word, "off"))
        return false;
    *on_r = text_equal(word, "on");
    *args = ahead;
    return true;
}

bool args_at_end(const struct args *args)
{
    return *skip_blanks(args->at) == '\0';
}

const char *args_rest(const struct args *args)
{
    return *args->at == ' ' ? args->at + 1 : args->at;
}

bool text_equal(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

size_t text_length(const char *text)
{
    size_t length = 0;

    while (text[length] != '\0')
        length++;
    return length;
}
