/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * jpeg_stream: finds where a JPEG file ends in a stream that does not tell its length, and
 * completes abbreviated files with the tables that came before (ITU T.81, annex B). Decodes
 * nothing.
 */
#ifndef HF_TESTS_CLIENT_JPEG_STREAM_H
#define HF_TESTS_CLIENT_JPEG_STREAM_H

#include "tests/client/source.h"

/* Segments as they came: marker, length and contents. */
struct client_jpeg_tables {
    uint8_t *quantisation, *huffman;
    size_t quantisation_size, huffman_size;
};

/* A growing block of bytes; zeroed when empty. */
struct client_jpeg_file {
    uint8_t *data;
    size_t size, room;
};

void client_jpeg_tables_fini(struct client_jpeg_tables *tables);
void client_jpeg_file_fini(struct client_jpeg_file *file);

/*
 * Takes one JPEG file, up to and with its EOI marker and limit bytes at most. If it defines no
 * quantisation or no Huffman tables, the last ones that came are put in; having none is a
 * violation. tables may be NULL where a file must be complete. The file is the caller's to
 * finish.
 */
void client_jpeg_stream_take(struct client_source *source, struct client_jpeg_tables *tables,
                             size_t limit, struct client_jpeg_file *file_r);

#endif
