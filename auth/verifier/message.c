/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/message.h"
#include "base/reader.h"

#include <errno.h>
#include <string.h>

enum field_kind { FIELD_END, FIELD_U8, FIELD_U32, FIELD_TEXT, FIELD_NAMES, FIELD_DATA };
enum { FIELDS_MOST = 5 };

/* One field: what it is, where it lies in the struct, and the largest value or length. */
struct field {
    uint8_t kind;
    uint8_t at;
    uint32_t most;
};

#define FIELD(kind, member, most)                                                              \
    {                                                                                          \
        FIELD_##kind, offsetof(struct verifier_message, member), most                          \
    }
#define FLAG(member) FIELD(U8, member, 1)
#define NUMBER(member) FIELD(U32, member, UINT32_MAX)
#define IDENTITY(member)                                                                       \
    FIELD(TEXT, member.user, VERIFIER_USER_MOST),                                              \
        FIELD(NAMES, member.groups, VERIFIER_GROUPS_MOST), FLAG(member.groups_cut)

static const struct field layouts[VERIFIER_TYPES][FIELDS_MOST + 1] = {
    [VERIFIER_LIMITS] = {NUMBER(limits.deadline_ms), NUMBER(limits.children),
                         NUMBER(limits.waiting), NUMBER(limits.sessions)},
    [VERIFIER_SERVICE_ROW] = {FIELD(TEXT, service_row.name, VERIFIER_SERVICE_MOST)},
    [VERIFIER_KEY_ROW] = {FIELD(TEXT, key_row.path, VERIFIER_PATH_MOST), FLAG(key_row.secret)},
    [VERIFIER_SOCKET_ROW] = {FIELD(TEXT, socket_row.path, VERIFIER_PATH_MOST),
                             FLAG(socket_row.folder)},
    [VERIFIER_SEAL] = {{FIELD_END, 0, 0}},
    [VERIFIER_CHECK] = {NUMBER(check.service), FIELD(TEXT, check.user, VERIFIER_USER_MOST),
                        FIELD(TEXT, check.password, VERIFIER_PASSWORD_MOST),
                        FIELD(TEXT, check.address, VERIFIER_ADDRESS_MOST)},
    [VERIFIER_END_SESSION] = {{FIELD_END, 0, 0}},
    [VERIFIER_READ_KEY] = {NUMBER(read_key.row)},
    [VERIFIER_USER_NAME] = {NUMBER(user_name.uid)},
    [VERIFIER_CONNECT] = {NUMBER(connect.row), FIELD(TEXT, connect.name, VERIFIER_NAME_MOST)},
    [VERIFIER_SEALED] = {{FIELD_END, 0, 0}},
    [VERIFIER_CHECKED] = {FIELD(U8, checked.result, VERIFIER_RESULTS - 1),
                          FLAG(checked.session), IDENTITY(checked.identity)},
    [VERIFIER_KEY] = {NUMBER(key.error), FIELD(TEXT, key.why, VERIFIER_NAME_MOST),
                      FIELD(DATA, key.content, VERIFIER_KEY_MOST)},
    [VERIFIER_NAMED] = {NUMBER(named.error), IDENTITY(named.identity)},
    [VERIFIER_CONNECTED] = {NUMBER(connected.error),
                            FIELD(TEXT, connected.why, VERIFIER_NAME_MOST)},
};
_Static_assert(sizeof(struct verifier_message) <= UINT8_MAX, "offsets fit into struct field");

static bool is_text(const uint8_t *text, size_t n)
{
    return n && memchr(text, 0, n) == text + n - 1;
}

/* No name is empty and the last one is closed. */
static bool are_names(const uint8_t *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!names[i] && (i == 0 || !names[i - 1]))
            return false;
    }
    return n == 0 || !names[n - 1];
}

static bool read_number(struct reader *in, const struct field *f, void *value_r)
{
    uint32_t value = f->kind == FIELD_U8 ? reader_u8(in) : reader_u32(in);
    if (f->kind == FIELD_U8)
        *(uint8_t *)value_r = (uint8_t)value;
    else
        *(uint32_t *)value_r = value;
    return value <= f->most;
}

static bool read_text(struct reader *in, const struct field *f, const char **text_r)
{
    size_t n = reader_u16(in);
    if (n > (size_t)f->most + 1)
        return false;
    const uint8_t *text = reader_bytes(in, n);
    if (!text || !is_text(text, n))
        return false;
    *text_r = (const char *)text;
    return true;
}

static bool read_bytes(struct reader *in, const struct field *f, struct verifier_bytes *bytes_r)
{
    size_t n = reader_u32(in);
    if (n > f->most)
        return false;
    const uint8_t *data = reader_bytes(in, n);
    if (!data || (f->kind == FIELD_NAMES && !are_names(data, n)))
        return false;
    *bytes_r = (struct verifier_bytes){data, n};
    return true;
}

static bool read_field(struct reader *in, const struct field *f, void *value_r)
{
    if (f->kind == FIELD_TEXT)
        return read_text(in, f, value_r);
    if (f->kind == FIELD_NAMES || f->kind == FIELD_DATA)
        return read_bytes(in, f, value_r);
    return read_number(in, f, value_r);
}

static int bad(const char *why, const char **why_r)
{
    *why_r = why;
    return -EBADMSG;
}

int verifier_message_parse(struct verifier_message *m_r, const void *packet, size_t n,
                           const char **why_r)
{
    struct reader in = reader_over(packet, n);
    struct verifier_message m = {.type = reader_u8(&in), .id = reader_u32(&in)};
    if (in.more || m.type == 0 || m.type >= VERIFIER_TYPES)
        return bad("of no known type", why_r);
    for (const struct field *f = layouts[m.type]; f->kind; f++) {
        if (!read_field(&in, f, (char *)&m + f->at) || in.more)
            return bad("with a field that is cut or over its limit", why_r);
    }
    if (reader_left(&in))
        return bad("with bytes behind its end", why_r);
    *m_r = m;
    return 0;
}

static bool put_text(struct bytes *out, const struct field *f, const char *text)
{
    size_t n = text ? strlen(text) : 0;
    if (n > f->most)
        return false;
    bytes_put_u16(out, (uint16_t)(n + 1));
    bytes_put(out, text ? text : "", n + 1);
    return true;
}

static bool put_bytes(struct bytes *out, const struct field *f, const struct verifier_bytes *b)
{
    if (b->n > f->most || (f->kind == FIELD_NAMES && !are_names(b->data, b->n)))
        return false;
    bytes_put_u32(out, (uint32_t)b->n);
    bytes_put(out, b->data, b->n);
    return true;
}

static bool put_field(struct bytes *out, const struct field *f, const void *value)
{
    if (f->kind == FIELD_TEXT)
        return put_text(out, f, *(const char *const *)value);
    if (f->kind == FIELD_NAMES || f->kind == FIELD_DATA)
        return put_bytes(out, f, value);
    if (f->kind == FIELD_U32) {
        bytes_put_u32(out, *(const uint32_t *)value);
        return true;
    }
    bytes_put_u8(out, *(const uint8_t *)value);
    return *(const uint8_t *)value <= f->most;
}

int verifier_message_write(const struct verifier_message *m, struct bytes *out)
{
    size_t start = out->len;
    bool fits = m->type != 0 && m->type < VERIFIER_TYPES && !out->overflow;
    if (!fits)
        return -EMSGSIZE;
    bytes_put_u8(out, m->type);
    bytes_put_u32(out, m->id);
    for (const struct field *f = layouts[m->type]; fits && f->kind; f++)
        fits = put_field(out, f, (const char *)m + f->at);
    if (fits && !out->overflow)
        return 0;
    out->len = start;
    out->overflow = false;
    return -EMSGSIZE;
}

const char *verifier_names_next(const struct verifier_bytes *names, const char *previous)
{
    const char *first = (const char *)names->data;
    const char *next = previous ? previous + strlen(previous) + 1 : first;
    return next && next < first + names->n ? next : NULL;
}

const char *verifier_result_text(enum verifier_result result)
{
    static const char *const texts[VERIFIER_RESULTS] = {
        [VERIFIER_OK] = "the password is right",
        [VERIFIER_WRONG] = "the name or the password is wrong",
        [VERIFIER_PASSWORD_EXPIRED] = "the password has expired and must be changed first",
        [VERIFIER_ACCOUNT_REFUSED] = "the account is expired, locked or not let in now",
        [VERIFIER_NO_SESSION] = "PAM opened no session",
        [VERIFIER_NO_SERVICE] = "the PAM service is missing or cannot do its work",
        [VERIFIER_TIMEOUT] = "the password check took too long",
        [VERIFIER_CRASHED] = "the password check died",
        [VERIFIER_BUSY] = "too many password checks at once",
        [VERIFIER_GONE] = "the verifier is gone",
    };
    return (unsigned)result < VERIFIER_RESULTS ? texts[result] : "unknown";
}
