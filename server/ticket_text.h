/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ticket as a store keeps it: JSON with its hash, never its text; its number is in the key.
 * Times there are those of CLOCK_REALTIME. Pure. */
#ifndef HF_SERVER_TICKET_TEXT_H
#define HF_SERVER_TICKET_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/ticket.h"

/*
 * ahead: by how many us CLOCK_REALTIME is ahead of the clock of expires_us. node: where its
 * session began, or NULL. Caller frees; NULL when a name is no UTF-8.
 */
char *ticket_to_text(const struct ticket *t, int64_t ahead, const char *node);
/* All but the number. node_r may be NULL; else caller frees what is there after success. */
bool ticket_from_text(const char *text, int64_t ahead, struct ticket *ticket_r, char **node_r);

#endif
