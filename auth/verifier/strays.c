/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/strays.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

void strays_kill(bool (*is_ours)(void *self, pid_t pid), void *self)
{
    char path[64];
    int pid;
    snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
    FILE *list = fopen(path, "re");
    while (list && fscanf(list, "%d", &pid) == 1) {
        if (!is_ours(self, pid))
            kill(pid, SIGKILL);
    }
    if (list)
        fclose(list);
}
