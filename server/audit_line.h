/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An audit line as text: JSON for the file, fields for the journal. Pure. */
#ifndef HF_SERVER_AUDIT_LINE_H
#define HF_SERVER_AUDIT_LINE_H

#include "base/bytes.h"
#include "server/audit.h"

enum { AUDIT_FIELDS = 10, AUDIT_TEXT_MOST = 256 };

/* "login", "refused", ... */
const char *audit_what_name(enum audit_what what);
/*
 * Appends one JSON object and a line's end: time (UTC, with microseconds), event, and what the
 * facts say. Bytes that are no UTF-8 become U+FFFD, texts are cut after AUDIT_TEXT_MOST bytes.
 */
void audit_line_put(struct bytes *out, enum audit_what what, const struct audit_facts *facts,
                    uint64_t realtime_us);
/* Value number i of AUDIT_FIELDS as it stands in the line, without quotes, made UTF-8, behind
 * what is in out; and its name. NULL: the facts do not have it. */
const char *audit_line_field(struct bytes *out, const struct audit_facts *facts, unsigned i);

#endif
