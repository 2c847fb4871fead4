/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qmp_line.h"

#include <errno.h>
#include <string.h>

void qmp_line_init(struct qmp_line *l)
{
    bytes_init(&l->pending, QMP_LINE_MOST);
}

void qmp_line_fini(struct qmp_line *l)
{
    bytes_fini(&l->pending);
}

/* jansson recurses: the depth is measured before it reads. Brackets inside strings do not
 * count. */
static bool too_deep(const char *text, size_t n)
{
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > QMP_DEPTH_MOST)
                return true;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return false;
}

static bool blank(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!memchr(" \t\r", text[i], 3))
            return false;
    }
    return true;
}

static int take_line(const char *text, size_t n, bool (*on_object)(void *self, json_t *object),
                     void *self, bool *stop_r, const char **why_r)
{
    if (blank(text, n))
        return 0;
    *why_r = "its JSON is nested too deeply";
    if (too_deep(text, n))
        return -EBADMSG;
    *why_r = "a line is no JSON object";
    /* QEMU writes unsigned 64-bit numbers too, which jansson's integers do not hold. */
    json_t *object = json_loadb(text, n, JSON_DECODE_INT_AS_REAL, NULL);
    if (!json_is_object(object)) {
        json_decref(object);
        return -EBADMSG;
    }
    *stop_r = !on_object(self, object);
    json_decref(object);
    return 0;
}

static int keep(struct qmp_line *l, const char *data, size_t n, const char **why_r)
{
    bytes_put(&l->pending, data, n);
    if (!l->pending.overflow)
        return 0;
    *why_r = "a line is longer than 1 MiB";
    return -EBADMSG;
}

int qmp_line_feed(struct qmp_line *l, const void *data, size_t n,
                  bool (*on_object)(void *self, json_t *object), void *self, const char **why_r)
{
    const char *at = data, *end = at + n;
    bool stop = false;
    while (!stop && at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline)
            return keep(l, at, (size_t)(end - at), why_r);
        int r = 0;
        if (!l->pending.len) {
            r = take_line(at, (size_t)(newline - at), on_object, self, &stop, why_r);
        } else {
            /* The line is taken out first: whoever hears of it may give up the splitter. */
            struct bytes line = l->pending;
            qmp_line_init(l);
            r = -EBADMSG;
            bytes_put(&line, at, (size_t)(newline - at));
            if (line.overflow)
                *why_r = "a line is longer than 1 MiB";
            else
                r = take_line((const char *)line.data, line.len, on_object, self, &stop, why_r);
            bytes_fini(&line);
        }
        if (r < 0)
            return r;
        at = newline + 1;
    }
    return 0;
}
