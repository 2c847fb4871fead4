/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/handshake.h"

#include <string.h>

enum { VERSION_SIZE = 12 };
enum { SECURITY_NONE = 1, SECURITY_VNC = 2 };
enum { RESULT_OK = 0, RESULT_FAILED = 1 };

/* Each waits for what its name says; the last two and METHOD read nothing. */
enum state {
    STATE_VERSION,
    STATE_TYPE,
    STATE_METHOD,
    STATE_CLIENT_INIT,
    STATE_OVER,
    STATE_BAD
};

static enum handshake_step fail(struct handshake *h, const char *why)
{
    h->state = STATE_BAD;
    h->why = why;
    return HANDSHAKE_BAD;
}

static void put_text(struct bytes *out, const char *text)
{
    size_t n = strlen(text);
    bytes_put_u32(out, (uint32_t)n);
    bytes_put(out, text, n);
}

static enum handshake_step agree(struct handshake *h, uint8_t type)
{
    h->type = type;
    h->state = STATE_METHOD;
    return HANDSHAKE_METHOD;
}

/* No types: in 3.3 their number is a word, the word that would be the type. */
static enum handshake_step answer_refusal(struct handshake *h, struct bytes *out)
{
    if (h->minor == 3)
        bytes_put_u32(out, 0);
    else
        bytes_put_u8(out, 0);
    put_text(out, h->refusal);
    return fail(h, h->refusal);
}

static enum handshake_step dictate_type(struct handshake *h, struct bytes *out)
{
    for (unsigned i = 0; i < h->n_types; i++)
        if (h->types[i] == SECURITY_NONE || h->types[i] == SECURITY_VNC) {
            bytes_put_u32(out, h->types[i]);
            return agree(h, h->types[i]);
        }
    h->refusal = "no security type that RFB 3.3 knows is offered here";
    return answer_refusal(h, out);
}

static enum handshake_step feed_type(struct handshake *h, struct reader *in)
{
    if (!reader_left(in))
        return HANDSHAKE_MORE;
    uint8_t type = reader_u8(in);
    if (!memchr(h->types, type, h->n_types))
        return fail(h, "a security type that was not offered");
    return agree(h, type);
}

static enum handshake_step offer_types(struct handshake *h, struct reader *in,
                                       struct bytes *out)
{
    bytes_put_u8(out, (uint8_t)h->n_types);
    bytes_put(out, h->types, h->n_types);
    h->state = STATE_TYPE;
    return feed_type(h, in);
}

/* Whether n bytes may begin a version: "RFB xxx.yyy\n", x and y decimal digits. */
static bool version_possible(const uint8_t *text, size_t n)
{
    static const char form[VERSION_SIZE + 1] = "RFB ddd.ddd\n";
    for (size_t i = 0; i < n && i < VERSION_SIZE; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == 'd' ? !digit : text[i] != (uint8_t)form[i])
            return false;
    }
    return true;
}

/*
 * RFC 6143 7.1.1 wants what is neither 3.7 nor 3.8 read as 3.3, as early odd ones
 * (3.4, 3.5, 3.6) are. Later ones, like Apple's 3.889 and RealVNC's 4.0 and 4.1, have the
 * handshake of 3.8.
 */
static int version_spoken(const uint8_t *text)
{
    int major = (text[4] - '0') * 100 + (text[5] - '0') * 10 + text[6] - '0';
    int minor = (text[8] - '0') * 100 + (text[9] - '0') * 10 + text[10] - '0';
    int version = major * 1000 + minor;
    return version >= 3008 ? 8 : version == 3007 ? 7 : 3;
}

static enum handshake_step feed_version(struct handshake *h, struct reader *in,
                                        struct bytes *out)
{
    if (!version_possible(in->at, reader_left(in)))
        return fail(h, "not a version of RFB");
    if (reader_left(in) < VERSION_SIZE)
        return HANDSHAKE_MORE;
    h->minor = version_spoken(reader_bytes(in, VERSION_SIZE));
    if (h->refusal)
        return answer_refusal(h, out);
    return h->minor == 3 ? dictate_type(h, out) : offer_types(h, in, out);
}

static enum handshake_step feed_client_init(struct handshake *h, struct reader *in)
{
    if (!reader_left(in))
        return HANDSHAKE_MORE;
    h->shared = reader_u8(in);
    h->state = STATE_OVER;
    return HANDSHAKE_INIT;
}

bool handshake_has_version(const struct handshake *h)
{
    return h->state != STATE_VERSION;
}

static void start(struct handshake *h, const uint8_t *types, unsigned n, const char *version,
                  struct bytes *out)
{
    *h = (struct handshake){.state = STATE_VERSION, .minor = 8};
    h->n_types = n < SECURITY_TYPES_MOST ? n : SECURITY_TYPES_MOST;
    if (n)
        memcpy(h->types, types, h->n_types);
    else
        h->refusal = "no security type is offered here";
    bytes_put(out, version, VERSION_SIZE);
}

void handshake_start(struct handshake *h, const uint8_t *types, unsigned n, struct bytes *out)
{
    start(h, types, n, "RFB 003.008\n", out);
}

void handshake_start_apple(struct handshake *h, const uint8_t *types, unsigned n,
                           struct bytes *out)
{
    start(h, types, n, "RFB 003.889\n", out);
}

enum handshake_step handshake_feed(struct handshake *h, struct reader *in, struct bytes *out)
{
    switch ((enum state)h->state) {
    case STATE_VERSION:
        return feed_version(h, in, out);
    case STATE_TYPE:
        return feed_type(h, in);
    case STATE_METHOD:
        return HANDSHAKE_METHOD;
    case STATE_CLIENT_INIT:
        return feed_client_init(h, in);
    case STATE_OVER:
        return HANDSHAKE_INIT;
    case STATE_BAD:
        break;
    }
    return HANDSHAKE_BAD;
}

void handshake_verdict(struct handshake *h, bool ok, const char *reason, struct bytes *out)
{
    bool has_result = h->minor == 8 || h->type != SECURITY_NONE;
    if (has_result)
        bytes_put_u32(out, ok ? RESULT_OK : RESULT_FAILED);
    if (ok) {
        h->state = STATE_CLIENT_INIT;
        return;
    }
    if (!reason)
        reason = "authentication failed";
    if (h->minor == 8)
        put_text(out, reason);
    fail(h, reason);
}

void handshake_refuse(struct handshake *h, const char *reason)
{
    if (h->state == STATE_VERSION)
        h->refusal = reason;
    else
        fail(h, reason);
}
