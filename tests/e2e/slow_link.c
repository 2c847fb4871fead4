/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/slow_link.h"
#include "tests/e2e/process.h"
#include "tests/e2e/trial.h"

#include <string.h>

const char *slow_link_to(struct trial *trial, const char *address, const struct slow_link *link)
{
    const char *argv[] = {trial_built(trial, "tests/bench/relay"),
                          "--rate",
                          trial_text(trial, "%d", link->rate_kbit),
                          "--latency",
                          trial_text(trial, "%d", link->latency_ms),
                          "--stall",
                          trial_text(trial, "%d", link->stall_ms),
                          "--period",
                          trial_text(trial, "%d", link->period_ms),
                          address,
                          NULL};
    struct process *relay = process_start(trial, "relay", argv, NULL);

    process_wait_log(relay, "\n", PATIENCE_MS);
    char *line = trial_text(trial, "%s", process_log(relay));
    line[strcspn(line, "\n")] = 0;
    return line;
}
