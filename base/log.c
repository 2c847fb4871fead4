/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define LINE_MOST 1024

static atomic_int log_level = LOG_LEVEL_INFO;

static const char *const level_names[] = {
    [LOG_LEVEL_ERROR] = "error: ",
    [LOG_LEVEL_WARNING] = "warning: ",
    [LOG_LEVEL_INFO] = "",
    [LOG_LEVEL_DEBUG] = "debug: ",
};

void log_set_level(enum log_level level)
{
    atomic_store(&log_level, (int)level);
}

void log_line(enum log_level level, const char *format, ...)
{
    if ((int)level > atomic_load(&log_level))
        return;
    char line[LINE_MOST];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    if (getenv("JOURNAL_STREAM"))
        fprintf(stderr, "<%d>%s\n", (int)level, line);
    else
        fprintf(stderr, "%s%s\n", level_names[level], line);
}

struct log_quoted log_quote_bytes(const char *text, size_t n)
{
    struct log_quoted q;
    size_t at = 0;
    q.text[at++] = '\'';
    for (size_t i = 0; i < n && i < 60; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c < 0x7f && c != '\'' && c != '\\')
            q.text[at++] = (char)c;
        else
            at += (size_t)snprintf(q.text + at, 5, "\\x%02x", c);
    }
    if (n > 60) {
        q.text[at++] = '.';
        q.text[at++] = '.';
    }
    q.text[at++] = '\'';
    q.text[at] = 0;
    return q;
}
