/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/audit_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const whats[AUDIT_WHATS] = {
    [AUDIT_ATTEMPT] = "attempt", [AUDIT_LOGIN] = "login",     [AUDIT_REFUSED] = "refused",
    [AUDIT_ROLE] = "role",       [AUDIT_EXIT] = "exit",       [AUDIT_CONTROL] = "control",
    [AUDIT_TICKET] = "ticket",   [AUDIT_REVOKED] = "revoked", [AUDIT_KICKED] = "kicked",
};

static const struct field {
    const char *name;
    bool number;
    size_t offset;
} fields[] = {
    {"viewer", true, offsetof(struct audit_facts, viewer)},
    {"address", false, offsetof(struct audit_facts, address)},
    {"proxy", false, offsetof(struct audit_facts, proxy)},
    {"security", false, offsetof(struct audit_facts, security)},
    {"user", false, offsetof(struct audit_facts, user)},
    {"machine", false, offsetof(struct audit_facts, machine)},
    {"role", false, offsetof(struct audit_facts, role)},
    {"ticket", true, offsetof(struct audit_facts, ticket)},
    {"by", false, offsetof(struct audit_facts, by)},
    {"why", false, offsetof(struct audit_facts, why)},
};

enum { N_FIELDS = sizeof(fields) / sizeof(fields[0]) };
_Static_assert((int)N_FIELDS == (int)AUDIT_FIELDS, "the header says how many fields there are");

const char *audit_what_name(enum audit_what what)
{
    return whats[what];
}

static void put_text(struct bytes *out, const char *text)
{
    bytes_put(out, text, strlen(text));
}

/* ---- UTF-8 (RFC 3629) ---- */

/* How many bytes a sequence that begins so has; 0: none begins so. */
static size_t sequence_length(uint8_t first)
{
    return first < 0x80                    ? 1
           : first >= 0xc2 && first < 0xe0 ? 2
           : first >= 0xe0 && first < 0xf0 ? 3
           : first >= 0xf0 && first < 0xf5 ? 4
                                           : 0;
}

/* What may follow the first byte is narrower for some. */
static bool good_second(uint8_t first, uint8_t second)
{
    uint8_t least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    uint8_t most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= least && second <= most;
}

/* The length of the good sequence at text, which has n bytes; 0: there is none. */
static size_t good_sequence(const uint8_t *text, size_t n)
{
    size_t length = sequence_length(text[0]);
    if (length == 0 || length > n || (length > 1 && !good_second(text[0], text[1])))
        return 0;
    for (size_t i = 2; i < length; i++)
        if (text[i] < 0x80 || text[i] > 0xbf)
            return 0;
    return length;
}

static void put_utf8(struct bytes *out, const char *text)
{
    const uint8_t *at = (const uint8_t *)text;
    size_t left = strnlen(text, AUDIT_TEXT_MOST);
    while (left) {
        size_t n = good_sequence(at, left);
        bytes_put(out, n ? (const char *)at : "\xef\xbf\xbd", n ? n : 3);
        at += n ? n : 1;
        left -= n ? n : 1;
    }
}

/* ---- JSON (RFC 8259) ---- */

static void put_quoted(struct bytes *out, const struct bytes *text)
{
    bytes_put_u8(out, '"');
    for (size_t i = 0; i < text->len; i++) {
        uint8_t c = text->data[i];
        char escape[8];
        if (c >= ' ' && c != '"' && c != '\\' && c != 0x7f) {
            bytes_put_u8(out, c);
        } else {
            snprintf(escape, sizeof(escape), "\\u%04x", c);
            put_text(out, escape);
        }
    }
    bytes_put_u8(out, '"');
}

const char *audit_line_field(struct bytes *out, const struct audit_facts *facts, unsigned i)
{
    const struct field *f = &fields[i];
    const char *member = (const char *)facts + f->offset;
    const char *text;
    uint64_t number;
    char digits[24];
    if (f->number) {
        memcpy(&number, member, sizeof(number));
        snprintf(digits, sizeof(digits), "%" PRIu64, number);
        text = number ? digits : NULL;
    } else {
        memcpy(&text, member, sizeof(text));
    }
    if (!text)
        return NULL;
    put_utf8(out, text);
    return f->name;
}

static void put_field(struct bytes *out, const struct audit_facts *facts, unsigned i)
{
    struct bytes value;
    bytes_init(&value, SIZE_MAX);
    const char *name = audit_line_field(&value, facts, i);
    if (name) {
        put_text(out, ",\"");
        put_text(out, name);
        put_text(out, "\":");
        if (fields[i].number)
            bytes_put(out, value.data, value.len);
        else
            put_quoted(out, &value);
    }
    bytes_fini(&value);
}

/* RFC 3339, UTC. */
static void put_time(struct bytes *out, uint64_t realtime_us)
{
    char text[40];
    struct tm tm;
    time_t s = (time_t)(realtime_us / 1000000);
    gmtime_r(&s, &tm);
    size_t n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text + n, sizeof(text) - n, ".%06uZ", (unsigned)(realtime_us % 1000000));
    put_text(out, text);
}

void audit_line_put(struct bytes *out, enum audit_what what, const struct audit_facts *facts,
                    uint64_t realtime_us)
{
    put_text(out, "{\"time\":\"");
    put_time(out, realtime_us);
    put_text(out, "\",\"event\":\"");
    put_text(out, whats[what]);
    put_text(out, "\"");
    for (unsigned i = 0; i < N_FIELDS; i++)
        put_field(out, facts, i);
    put_text(out, "}\n");
}
