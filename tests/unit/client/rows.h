/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rows: tests of decoders as rows of data: the bytes of rectangles as hexadecimal text, and the
 * pixels that they must give or the fault that they must be. Knows no encoding.
 */
#ifndef HF_TESTS_UNIT_CLIENT_ROWS_H
#define HF_TESTS_UNIT_CLIENT_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "tests/client/decode.h"

struct row {
    const char *what;
    const char *format; /* by name; see client_format_find */
    int width_px, height_px;
    /*
     * Pairs of digits with blanks where they please; "|" parts rectangles that come one after
     * the other, "*N XX" stands for N times byte XX.
     */
    const char *bytes;
    const char *pixels; /* values after the last rectangle, in hexadecimal, row by row */
    const char *fault;  /* part of the sentence; NULL: there must be none */
};

/* Bytes written in the form above, without "|"; the caller frees. */
uint8_t *rows_parse(const char *text, size_t *size_r);

/*
 * Decodes each row in a picture of exactly the rectangle's size, which is blank (value 0) and,
 * if known, counts as sent. Without a fault all bytes must be used. Fails the cmocka test with
 * the row's words.
 */
void rows_check(client_decode_fn *decode, const struct row *rows, size_t count, bool known);

#endif
