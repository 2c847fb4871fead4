/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/hosts_line.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct line *line_start(struct trial *trial, const char *name, const char *at, const char *to)
{
    struct line *line = trial_room(trial, sizeof(*line));

    line->trial = trial;
    line->address = trial_text(trial, "%s", at);
    line->commands = trial_text(trial, "%s/line-%s", trial->folder, name);
    trial_check(trial, mkfifo(line->commands, 0600) == 0, "mkfifo: %s", strerror(errno));
    const char *const argv[] = {trial_built(trial, "tests/bench/relay"),
                                "--listen",
                                at,
                                "--commands",
                                line->commands,
                                to,
                                NULL};
    line->process = process_start(trial, trial_text(trial, "line-%s", name), argv, NULL);
    process_wait_log(line->process, "\n", PATIENCE_MS);
    return line;
}

static unsigned count_lines(const char *text)
{
    unsigned n = 0;

    while ((text = strchr(text, '\n'))) {
        n++;
        text++;
    }
    return n;
}

void line_tell(struct line *line, const char *format, ...)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    int fd = open(line->commands, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    char text[128];
    va_list args;

    va_start(args, format);
    int size = vsnprintf(text, sizeof(text) - 1, format, args);
    va_end(args);
    text[size] = '\n';
    trial_check(line->trial, fd >= 0 && write(fd, text, (size_t)size + 1) == size + 1,
                "the relay cannot be told '%s'", text);
    close(fd);
    line->told++;
    while (count_lines(process_log(line->process)) < 1 + line->told)
        trial_look_again(line->trial, deadline_ms, text);
    trial_check(line->trial, !process_log_has(line->process, "no\n"),
                "the relay does not know '%s'", text);
}
