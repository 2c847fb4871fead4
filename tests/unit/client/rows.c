/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/client/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Everything that a decoder needs. */
struct rig {
    struct client_fault fault;
    struct client_format format;
    struct client_colours colours;
    struct client_picture picture;
    struct client_decoder decoder;
    struct client_source source;
};

static size_t parse(const char *text, const char *end, uint8_t *out)
{
    size_t size = 0;

    while (text < end) {
        char pair[3] = {text[0], text[0] ? text[1] : '\0', '\0'};
        long times = 1;
        char *after;

        if (*text == ' ') {
            text++;
            continue;
        }
        if (*text == '*') {
            times = strtol(text + 1, &after, 10);
            memcpy(pair, after + 1, 2);
            text = after + 1;
        }
        for (; times > 0; times--, size++)
            if (out)
                out[size] = (uint8_t)strtoul(pair, NULL, 16);
        text += 2;
    }
    return size;
}

static uint8_t *parse_part(const char *text, const char *end, size_t *size_r)
{
    uint8_t *bytes;

    *size_r = parse(text, end, NULL);
    bytes = malloc(*size_r + 1);
    assert_non_null(bytes);
    parse(text, end, bytes);
    return bytes;
}

uint8_t *rows_parse(const char *text, size_t *size_r)
{
    return parse_part(text, text + strlen(text), size_r);
}

static struct rig *rig_new(const struct row *row, bool known)
{
    struct rig *rig = calloc(1, sizeof *rig);
    const struct client_format *format = client_format_find(row->format);

    assert_non_null(rig);
    assert_non_null(format);
    rig->format = *format;
    for (int i = 0; i < 16; i++)
        rig->colours.set[i] = true;
    client_decoder_init(&rig->decoder, &rig->fault);
    rig->decoder.may_send_jpeg = true;
    client_picture_init(&rig->picture, &rig->fault, &rig->format, &rig->colours);
    assert_true(client_picture_resize(&rig->picture, row->width_px, row->height_px));
    if (known)
        client_picture_fill(&rig->picture, 0, 0, row->width_px, row->height_px, 0);
    return rig;
}

static void rig_free(struct rig *rig)
{
    client_decoder_fini(&rig->decoder);
    client_picture_fini(&rig->picture);
    free(rig);
}

static void run(struct rig *rig, client_decode_fn *decode, const struct row *row)
{
    const struct client_target target = {&rig->picture, 0, 0, row->width_px, row->height_px};
    const char *text = row->bytes;

    while (text) {
        const char *end = strchr(text, '|');
        size_t size;
        uint8_t *bytes = parse_part(text, end ? end : text + strlen(text), &size);

        client_source_init_memory(&rig->source, &rig->fault, "the row", bytes, size);
        decode(&rig->decoder, &rig->source, &target);
        if (!client_fault_is(&rig->fault))
            client_source_finish(&rig->source);
        free(bytes);
        text = end ? end + 1 : NULL;
    }
}

static void judge_fault(const struct rig *rig, const struct row *row)
{
    if (!row->fault && client_fault_is(&rig->fault))
        fail_msg("%s: %s", row->what, rig->fault.why);
    if (row->fault && !client_fault_is(&rig->fault))
        fail_msg("%s: no fault was found", row->what);
    if (row->fault && !strstr(rig->fault.why, row->fault))
        fail_msg("%s: the fault is '%s'", row->what, rig->fault.why);
}

static void judge_pixels(const struct rig *rig, const struct row *row)
{
    const char *text = row->pixels;

    for (int i = 0; text && i < row->width_px * row->height_px; i++) {
        char *after;
        uint32_t want = (uint32_t)strtoul(text, &after, 16);

        if (after == text)
            fail_msg("%s: the row has %d pixels only", row->what, i);
        if (rig->picture.value[i] != want || !rig->picture.known[i])
            fail_msg("%s: pixel %d is %x, not %x", row->what, i, rig->picture.value[i], want);
        text = after;
    }
}

void rows_check(client_decode_fn *decode, const struct row *rows, size_t count, bool known)
{
    for (size_t i = 0; i < count; i++) {
        struct rig *rig = rig_new(&rows[i], known);

        run(rig, decode, &rows[i]);
        judge_fault(rig, &rows[i]);
        judge_pixels(rig, &rows[i]);
        rig_free(rig);
    }
}
