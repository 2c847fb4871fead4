/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/overlay/notice.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECOND_US UINT64_C(1000000)

static void remove_row(struct notices *n, unsigned i)
{
    n->n--;
    memmove(&n->rows[i], &n->rows[i + 1], (n->n - i) * sizeof(n->rows[0]));
}

static void remove_about(struct notices *n, enum notice_about about)
{
    for (unsigned i = n->n; i-- > 0;) {
        if (n->rows[i].about == about)
            remove_row(n, i);
    }
}

/* The others are one each, so one of those about people is there when all rows are taken. */
static void make_room(struct notices *n)
{
    for (unsigned i = 0; n->n == NOTICES_MOST && i < n->n; i++) {
        if (n->rows[i].about == NOTICE_PEOPLE)
            remove_row(n, i);
    }
}

/* Cut before a character that does not fit whole. */
static void copy_text(char to[NOTICE_BYTES_MOST + 1], const char *text)
{
    size_t len = strlen(text);
    if (len > NOTICE_BYTES_MOST) {
        len = NOTICE_BYTES_MOST;
        while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
            len--;
    }
    for (size_t i = 0; i < len; i++)
        to[i] = (unsigned char)text[i] < ' ' || text[i] == 0x7f ? ' ' : text[i];
    to[len] = 0;
}

void notices_put(struct notices *n, enum notice_about about, const char *text,
                 uint64_t since_us, uint64_t for_us, uint64_t now_us)
{
    bool none = !text || !*text;
    unsigned at = 0;
    if (none || about != NOTICE_PEOPLE)
        remove_about(n, about);
    if (none)
        return;
    make_room(n);
    while (at < n->n && n->rows[at].about <= about)
        at++;
    memmove(&n->rows[at + 1], &n->rows[at], (n->n - at) * sizeof(n->rows[0]));
    n->rows[at] = (struct notice){.about = about, .since_us = since_us};
    n->rows[at].until_us = for_us ? now_us + for_us : UINT64_MAX;
    copy_text(n->rows[at].text, text);
    n->n++;
}

bool notices_expire(struct notices *n, uint64_t now_us)
{
    unsigned before = n->n;
    for (unsigned i = n->n; i-- > 0;) {
        if (n->rows[i].until_us <= now_us)
            remove_row(n, i);
    }
    return n->n != before;
}

static uint64_t age_us(const struct notice *notice, uint64_t now_us)
{
    return now_us > notice->since_us ? now_us - notice->since_us : 0;
}

/* Told to the second for a minute, then to the minute. */
static uint64_t next_step_us(const struct notice *notice, uint64_t now_us)
{
    uint64_t age = age_us(notice, now_us);
    uint64_t step = age < 60 * SECOND_US ? SECOND_US : 60 * SECOND_US;
    return notice->since_us ? notice->since_us + (age / step + 1) * step : UINT64_MAX;
}

uint64_t notices_next_us(const struct notices *n, uint64_t now_us)
{
    uint64_t next = UINT64_MAX;
    for (unsigned i = 0; i < n->n; i++) {
        uint64_t step = next_step_us(&n->rows[i], now_us), until = n->rows[i].until_us;
        next = step < next ? step : next;
        next = until < next ? until : next;
    }
    return next;
}

void notice_line(const struct notice *notice, uint64_t now_us, char line_r[NOTICE_LINE_MOST])
{
    uint64_t s = age_us(notice, now_us) / SECOND_US;
    if (!notice->since_us)
        snprintf(line_r, NOTICE_LINE_MOST, "%s", notice->text);
    else if (s < 60)
        snprintf(line_r, NOTICE_LINE_MOST, "%s (%" PRIu64 " s)", notice->text, s);
    else if (s < 3600)
        snprintf(line_r, NOTICE_LINE_MOST, "%s (%" PRIu64 " min)", notice->text, s / 60);
    else
        snprintf(line_r, NOTICE_LINE_MOST, "%s (%" PRIu64 " h %" PRIu64 " min)", notice->text,
                 s / 3600, s / 60 % 60);
}
