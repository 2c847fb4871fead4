/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/trusted_open.h"
#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool folder_is_ours(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && (st.st_uid == 0 || st.st_uid == geteuid()) &&
           !(st.st_mode & (S_IWGRP | S_IWOTH));
}

/* The folder that path names its file in; "." without a slash. */
static int open_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t n = !slash ? 0 : slash == path ? 1 : (size_t)(slash - path);
    char *folder = n ? alloc_printf("%.*s", (int)n, path) : alloc_text(".");
    int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    return fd;
}

static int follow(const char *path, int flags)
{
    const char *slash = strrchr(path, '/');
    int folder = open_folder(path), fd = -1, error = ELOOP;
    if (folder >= 0 && folder_is_ours(folder)) {
        fd = openat(folder, slash ? slash + 1 : path, flags);
        error = errno;
    }
    if (folder >= 0)
        close(folder);
    return fd >= 0 ? fd : -error;
}

int trusted_open(const char *path, int flags)
{
    int fd = open(path, flags | O_NOFOLLOW);
    if (fd >= 0)
        return fd;
    return errno == ELOOP ? follow(path, flags) : -errno;
}
