/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What QEMU's words over QMP mean for a place: run states and events. Pure tables. */
#ifndef HF_SERVER_ATTACH_QEMU_STATUS_H
#define HF_SERVER_ATTACH_QEMU_STATUS_H

#include <stdbool.h>

#include "server/attach/attach.h"

/* query-status's status (QAPI RunState); one that is not known is PAUSED. *why_r: static text
 * for people, or NULL. */
enum place_state qemu_status_state(const char *status, const char **why_r);
/* Whether the run state may be another one after this event. */
bool qemu_event_changes_status(const char *event);
/* Whether owners are told of this event, and as what. */
bool qemu_event_to_place(const char *event, enum place_event *event_r);
/* Whether a migration whose MIGRATION event has this status (QAPI MigrationStatus; NULL: none)
 * may still stop the machine. */
bool qemu_migration_goes_on(const char *status);

#endif
