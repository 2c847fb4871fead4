/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/key_file.h"
#include "base/trusted_open.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(int error, const char *why, const char **why_r)
{
    *why_r = why;
    return -error;
}

static int check_file(int fd, bool secret, const char **why_r)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return fail(errno, "cannot be examined", why_r);
    if (!S_ISREG(st.st_mode))
        return fail(EINVAL, "is not a regular file", why_r);
    if (st.st_uid != 0 && st.st_uid != geteuid())
        return fail(EPERM, "belongs to another user (chown root)", why_r);
    if (st.st_mode & (S_IWGRP | S_IWOTH))
        return fail(EPERM, "may be written by others (chmod go-w)", why_r);
    if (secret && st.st_mode & S_IROTH)
        return fail(EPERM, "may be read by every user (chmod o-r)", why_r);
    return 0;
}

/* The buffer gets its whole size first: one that grows would leave copies of the secret behind.
 */
static int read_whole(int fd, struct bytes *out, const char **why_r)
{
    if (!bytes_reserve(out, out->max - out->len))
        return fail(EFBIG, "is too long", why_r);
    for (;;) {
        size_t room = out->max - out->len;
        uint8_t beyond, *at = room ? bytes_reserve(out, room) : &beyond;
        ssize_t got = read(fd, at, room ? room : 1);
        if (got == 0)
            return 0;
        if (got > 0 && !room)
            return fail(EFBIG, "is too long", why_r);
        if (got < 0 && errno != EINTR)
            return fail(errno, "cannot be read", why_r);
        if (got > 0)
            bytes_commit(out, (size_t)got);
    }
}

int key_file_read(const char *path, bool secret, struct bytes *out, const char **why_r)
{
    int fd = trusted_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail(-fd,
                    fd == -ENOENT  ? "is not there"
                    : fd == -ELOOP ? "is a link in a folder that others may write to"
                                   : "cannot be opened",
                    why_r);
    int result = check_file(fd, secret, why_r);
    if (result == 0)
        result = read_whole(fd, out, why_r);
    close(fd);
    return result;
}
