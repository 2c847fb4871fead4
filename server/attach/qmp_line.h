/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cuts the bytes of a QMP connection into lines and makes each a JSON object. Pure: touches no
 * socket and knows no command.
 */
#ifndef HF_SERVER_ATTACH_QMP_LINE_H
#define HF_SERVER_ATTACH_QMP_LINE_H

#include <jansson.h>
#include <stddef.h>

#include "base/bytes.h"

enum {
    QMP_LINE_MOST = 1 << 20, /* bytes */
    QMP_DEPTH_MOST = 64,     /* brackets within brackets */
};

struct qmp_line {
    struct bytes pending; /* an unfinished line; no memory between lines */
};

void qmp_line_init(struct qmp_line *l);
void qmp_line_fini(struct qmp_line *l);
/*
 * Takes n more bytes and calls on_object for every line that they end, before it returns; the
 * object is lent for the call, all its numbers are reals. on_object returns false to stop: the
 * rest of the bytes is dropped then. Empty lines are skipped. 0, or -EBADMSG and *why_r
 * (static) when the peer does not speak QMP: a line too long or nested too deeply, no JSON, not
 * an object. After that the connection is of no use.
 */
int qmp_line_feed(struct qmp_line *l, const void *data, size_t n,
                  bool (*on_object)(void *self, json_t *object), void *self,
                  const char **why_r);

#endif
