/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/link_frame.h"
#include "server/cluster/link.h"

/* Limits are what the largest that is valid needs, and some room for what versions add. */
enum {
    SMALL = 64,      /* numbers */
    LINE = 2 << 10,  /* a few numbers and names, a sentence */
    PAGE = 64 << 10, /* a list, a JSON text about one session */
    BOOK = 1 << 20,  /* a list by block, 512x512 pixels of a pointer, what input was held */
    SHELF = 4 << 20, /* all sessions of a machine */
};

static const size_t mosts[LINK_TYPES] = {
    [LINK_HELLO] = LINE,         [LINK_PING] = SMALL,
    [LINK_PONG] = SMALL,         [LINK_BYE] = LINE,

    [LINK_PLACE] = LINE,         [LINK_PLACE_GONE] = LINE,
    [LINK_NODE] = LINE,

    [LINK_OPEN] = LINE,          [LINK_CLOSE] = SMALL,
    [LINK_WATCH] = SMALL,        [LINK_INPUT] = PAGE,
    [LINK_INPUT_MODE] = SMALL,

    [LINK_STATE] = LINE,         [LINK_EVENT] = PAGE,
    [LINK_HEADS] = PAGE,         [LINK_POINTER_IMAGE] = BOOK + LINE,
    [LINK_POINTER] = SMALL,      [LINK_LEDS] = SMALL,
    [LINK_ABSOLUTE] = SMALL,     [LINK_COMPLETE] = SMALL,
    [LINK_PROBLEM] = LINE,       [LINK_INPUT_BACK] = BOOK,

    [LINK_VIEW_OPEN] = LINE,     [LINK_VIEW_CLOSE] = SMALL,
    [LINK_STREAM_OPEN] = BOOK,   [LINK_STREAM_CLOSE] = SMALL,
    [LINK_BLOCKS_WANTED] = BOOK, [LINK_ACK] = SMALL,

    [LINK_VIEW_SIZE] = PAGE,     [LINK_UNIT] = LINK_MESSAGE_MOST,
    [LINK_BLOCK] = BOOK,

    [LINK_SEAT_JOIN] = PAGE,     [LINK_SEAT_LEAVE] = LINE,
    [LINK_SEAT_ROLE] = LINE,     [LINK_REMEMBER] = SHELF,
    [LINK_SEEN] = LINE,          [LINK_ACT] = PAGE,

    [LINK_SEAT_JOINED] = PAGE,   [LINK_SEAT_GONE] = LINE,
    [LINK_CONSOLE] = SHELF,      [LINK_SESSION_EVENT] = PAGE,
    [LINK_VERDICT] = LINE,
};

size_t link_frame_most(unsigned type)
{
    return type < LINK_TYPES ? mosts[type] : 0;
}

static const char *check_head(unsigned type, unsigned zero, size_t length, size_t most)
{
    size_t type_most = link_frame_most(type);
    if (!type_most || zero)
        return "a message of no known type";
    return length > type_most || length > most ? "a message that is longer than it may be"
                                               : NULL;
}

enum parse link_frame_parse(struct reader *in, size_t most, struct link_frame *frame_r,
                            const char **why_r)
{
    struct reader r = *in;
    size_t length = reader_u32(&r);
    unsigned type = reader_u8(&r), zero = reader_u8(&r);
    zero |= reader_u16(&r);
    if (r.more)
        return PARSE_MORE;
    const char *why = check_head(type, zero, length, most);
    if (why) {
        *why_r = why;
        return PARSE_BAD;
    }
    const uint8_t *payload = reader_bytes(&r, length);
    if (!payload)
        return PARSE_MORE;
    *frame_r = (struct link_frame){type, reader_over(payload, length)};
    *in = r;
    return PARSE_DONE;
}

void link_frame_put_head(struct bytes *b, enum link_type type, size_t length)
{
    bytes_put_u32(b, (uint32_t)length);
    bytes_put_u8(b, (uint8_t)type);
    bytes_put_zero(b, 3);
}
