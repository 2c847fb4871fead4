/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of a configuration file made plain for libconfuse, whose scanner (3.3) counts lines
 * wrongly after comments, expands ${X} inside strings, drops unquoted asterisks and takes the
 * end of the file for the end of a section: here comments go, every word and string becomes one
 * quoted string without escapes that mean anything else, sections are balanced, and nothing is
 * set twice. Knows no option. Pure.
 */
#ifndef HF_SERVER_CONFIG_SCAN_H
#define HF_SERVER_CONFIG_SCAN_H

#include <stddef.h>

/*
 * Returns the plain text (caller frees), each token in the line where it stood, or NULL with
 * the line of the fault, counted from 1, and a text that the caller frees. `text` need not end
 * in a zero byte.
 */
char *config_scan(const char *text, size_t n, int *line_r, char **why_r);

#endif
