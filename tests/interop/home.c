/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loaded before a program's libraries (LD_PRELOAD): the user database says that our home is
 * $HOME. libgvnc looks for authorities below the home that the database knows.
 */
#include <config.h>

#include <dlfcn.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

struct passwd *getpwuid(uid_t uid)
{
    struct passwd *(*next)(uid_t) = (struct passwd * (*)(uid_t)) dlsym(RTLD_NEXT, "getpwuid");
    struct passwd *entry = next ? next(uid) : NULL;
    char *home = getenv("HOME");

    if (entry && home && uid == getuid())
        entry->pw_dir = home;
    return entry;
}
