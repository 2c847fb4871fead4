/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line to stderr for people and the journal: lower case, no full stop. Under systemd
 * (JOURNAL_STREAM is set) each line bears its syslog priority. Peer text goes through
 * log_quote.
 */
#ifndef HF_BASE_LOG_H
#define HF_BASE_LOG_H

#include <stddef.h>

enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING = 4,
    LOG_LEVEL_INFO = 6,
    LOG_LEVEL_DEBUG = 7
};

/* Lines above the level are left out. Start-up: INFO. */
void log_set_level(enum log_level level);
void log_line(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

/* Text of a peer, at most 60 bytes of it, in 'quotes', anything but plain ASCII escaped as
 * \xNN. */
struct log_quoted {
    char text[60 * 4 + 6];
};
struct log_quoted log_quote_bytes(const char *text, size_t n);
/* Needs <string.h>; holds until the end of the full expression. */
#define log_quote(string) (log_quote_bytes(string, strlen(string)).text)

#endif
