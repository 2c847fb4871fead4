/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/jpeg_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum marker {
    MARKER_DHT = 0xc4,
    MARKER_RST0 = 0xd0,
    MARKER_RST7 = 0xd7,
    MARKER_SOI = 0xd8,
    MARKER_EOI = 0xd9,
    MARKER_SOS = 0xda,
    MARKER_DQT = 0xdb,
};

/* What is known while one file is being taken. */
struct scan {
    struct client_source *source;
    struct client_jpeg_file *file;
    struct client_jpeg_file quantisation, huffman; /* segments of this file */
    size_t limit;
};

void client_jpeg_tables_fini(struct client_jpeg_tables *tables)
{
    free(tables->quantisation);
    free(tables->huffman);
    memset(tables, 0, sizeof *tables);
}

void client_jpeg_file_fini(struct client_jpeg_file *file)
{
    free(file->data);
    memset(file, 0, sizeof *file);
}

static void append(struct client_jpeg_file *file, struct client_fault *fault,
                   const uint8_t *data, size_t size)
{
    if (file->size + size > file->room) {
        size_t room = 2 * (file->size + size) + 1024;
        uint8_t *grown = realloc(file->data, room);

        if (!grown) {
            client_fault_set(fault, -ENOMEM, "no memory for a JPEG");
            return;
        }
        file->data = grown;
        file->room = room;
    }
    memcpy(file->data + file->size, data, size);
    file->size += size;
}

static void keep(struct scan *scan, const uint8_t *data, size_t size)
{
    if (scan->file->size + size > scan->limit)
        client_fault_blame(scan->source->fault, "a JPEG is longer than %zu bytes", scan->limit);
    else
        append(scan->file, scan->source->fault, data, size);
}

static uint8_t next_byte(struct scan *scan)
{
    uint8_t byte = client_source_u8(scan->source);

    keep(scan, &byte, 1);
    return byte;
}

/* Takes the length and contents of a segment whose marker has been kept already. */
static void take_segment(struct scan *scan, uint8_t marker)
{
    struct client_fault *fault = scan->source->fault;
    size_t start = scan->file->size - 2;
    uint16_t length = client_source_u16(scan->source);
    uint8_t head[2] = {(uint8_t)(length >> 8), (uint8_t)length};
    uint8_t *body;

    if (length < 2)
        client_fault_blame(fault, "a JPEG segment of length %u", length);
    keep(scan, head, 2);
    body = client_source_take(scan->source, length - 2u, 65533, "a JPEG segment");
    if (body)
        keep(scan, body, length - 2u);
    free(body);
    if (client_fault_is(fault))
        return;
    if (marker == MARKER_DQT)
        append(&scan->quantisation, fault, scan->file->data + start, scan->file->size - start);
    if (marker == MARKER_DHT)
        append(&scan->huffman, fault, scan->file->data + start, scan->file->size - start);
}

/* Takes entropy-coded data; the marker that ends it. 0xff 0x00 and restart markers belong to
 * it. */
static uint8_t take_entropy(struct scan *scan)
{
    uint8_t byte = next_byte(scan);

    while (!client_fault_is(scan->source->fault)) {
        if (byte != 0xff) {
            byte = next_byte(scan);
            continue;
        }
        byte = next_byte(scan);
        if (byte != 0 && byte != 0xff && (byte < MARKER_RST0 || byte > MARKER_RST7))
            return byte;
    }
    return MARKER_EOI;
}

static uint8_t take_marker(struct scan *scan)
{
    uint8_t byte = next_byte(scan);

    if (byte != 0xff && !client_fault_is(scan->source->fault))
        client_fault_blame(scan->source->fault, "byte %02x where a JPEG marker should be",
                           byte);
    while (byte == 0xff && !client_fault_is(scan->source->fault))
        byte = next_byte(scan);
    return byte;
}

static void take_file(struct scan *scan)
{
    struct client_fault *fault = scan->source->fault;
    uint8_t marker = take_marker(scan);

    if (marker != MARKER_SOI)
        client_fault_blame(fault, "a JPEG does not begin with SOI");
    marker = take_marker(scan);
    while (marker != MARKER_EOI && !client_fault_is(fault)) {
        take_segment(scan, marker);
        marker = marker == MARKER_SOS ? take_entropy(scan) : take_marker(scan);
    }
}

/* Puts remembered segments behind SOI, or remembers the file's own for later files. */
static void settle_tables(struct scan *scan, struct client_jpeg_file *own, uint8_t **kept,
                          size_t *kept_size, const char *what)
{
    struct client_fault *fault = scan->source->fault;
    struct client_jpeg_file whole = {0};

    if (client_fault_is(fault))
        return;
    if (own->size > 0) {
        free(*kept);
        *kept = own->data;
        *kept_size = own->size;
        memset(own, 0, sizeof *own);
        return;
    }
    if (*kept_size == 0) {
        client_fault_blame(fault, "a JPEG without %s, and none came before", what);
        return;
    }
    append(&whole, fault, scan->file->data, 2);
    append(&whole, fault, *kept, *kept_size);
    append(&whole, fault, scan->file->data + 2, scan->file->size - 2);
    client_jpeg_file_fini(scan->file);
    *scan->file = whole;
}

void client_jpeg_stream_take(struct client_source *source, struct client_jpeg_tables *tables,
                             size_t limit, struct client_jpeg_file *file_r)
{
    struct client_jpeg_tables none = {0};
    struct client_jpeg_tables *use = tables ? tables : &none;
    struct scan scan = {.source = source, .file = file_r, .limit = limit};

    memset(file_r, 0, sizeof *file_r);
    take_file(&scan);
    settle_tables(&scan, &scan.quantisation, &use->quantisation, &use->quantisation_size,
                  "quantisation tables");
    settle_tables(&scan, &scan.huffman, &use->huffman, &use->huffman_size, "Huffman tables");
    client_jpeg_file_fini(&scan.quantisation);
    client_jpeg_file_fini(&scan.huffman);
    client_jpeg_tables_fini(&none);
}
