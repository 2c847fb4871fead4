/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/runtime_path.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <sys/auxv.h>

/* Whoever the daemon has become since: what it finds at a reload is what it found before. */
static unsigned started_by(void)
{
    return (unsigned)getauxval(AT_EUID);
}

char *runtime_path(const char *name)
{
    const char *dir = getenv("XDG_RUNTIME_DIR");
    if (started_by() == 0)
        return alloc_printf("/run/holdfast/%s", name);
    if (dir && dir[0] == '/')
        return alloc_printf("%s/holdfast/%s", dir, name);
    return alloc_printf("/run/user/%u/holdfast/%s", started_by(), name);
}

char *state_path(const char *name)
{
    return started_by() == 0 ? alloc_printf("/var/lib/holdfast/%s", name) : runtime_path(name);
}
