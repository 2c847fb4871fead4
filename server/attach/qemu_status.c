/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qemu_status.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* qapi/run-state.json; a suspended guest (S3) is awoken by a key, so it takes input like a
 * running one. */
static const struct {
    const char *status;
    enum place_state state;
    const char *why;
} states[] = {
    {"running", PLACE_RUNNING, NULL},
    {"suspended", PLACE_RUNNING, NULL},
    {"inmigrate", PLACE_INCOMING, NULL},
    {"finish-migrate", PLACE_SWITCHING, NULL},
    {"postmigrate", PLACE_GONE, NULL},
    {"paused", PLACE_PAUSED, NULL},
    {"prelaunch", PLACE_PAUSED, "not started yet"},
    {"shutdown", PLACE_PAUSED, "shut down"},
    {"io-error", PLACE_PAUSED, "stopped by a disk error"},
    {"internal-error", PLACE_PAUSED, "stopped by an error inside QEMU"},
    {"guest-panicked", PLACE_PAUSED, "the guest has crashed"},
    {"watchdog", PLACE_PAUSED, "stopped by its watchdog"},
    {"save-vm", PLACE_PAUSED, "a snapshot is being saved"},
    {"restore-vm", PLACE_PAUSED, "a snapshot is being restored"},
    {"debug", PLACE_PAUSED, "stopped by a debugger"},
    {"colo", PLACE_PAUSED, "at a checkpoint"},
};

static const struct {
    const char *event;
    bool changes_status;
    bool to_place;
    enum place_event place_event;
} events[] = {
    {"STOP", true, true, PLACE_STOPPED},
    {"RESUME", true, false, 0},
    {"SUSPEND", true, false, 0},
    {"WAKEUP", true, false, 0},
    {"MIGRATION", true, false, 0},
    {"BLOCK_IO_ERROR", true, false, 0},
    {"WATCHDOG", true, false, 0},
    {"RESET", true, true, PLACE_RESET},
    {"SHUTDOWN", true, true, PLACE_SHUTDOWN},
    {"POWERDOWN", false, true, PLACE_POWERDOWN},
    {"GUEST_PANICKED", true, true, PLACE_PANIC},
    {"GUEST_CRASHLOADED", true, true, PLACE_PANIC},
};

enum place_state qemu_status_state(const char *status, const char **why_r)
{
    for (size_t i = 0; i < COUNT(states); i++) {
        if (!strcmp(states[i].status, status)) {
            *why_r = states[i].why;
            return states[i].state;
        }
    }
    *why_r = NULL;
    return PLACE_PAUSED;
}

bool qemu_event_changes_status(const char *event)
{
    for (size_t i = 0; i < COUNT(events); i++) {
        if (!strcmp(events[i].event, event))
            return events[i].changes_status;
    }
    return false;
}

bool qemu_event_to_place(const char *event, enum place_event *event_r)
{
    for (size_t i = 0; i < COUNT(events); i++) {
        if (!strcmp(events[i].event, event) && events[i].to_place) {
            *event_r = events[i].place_event;
            return true;
        }
    }
    return false;
}

bool qemu_migration_goes_on(const char *status)
{
    static const char *const ends[] = {"none", "cancelling", "cancelled", "completed",
                                       "failed"};
    for (size_t i = 0; status && i < COUNT(ends); i++) {
        if (!strcmp(ends[i], status))
            return false;
    }
    return status;
}
