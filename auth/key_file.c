/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/key_file.h"
#include "base/alloc.h"
#include "base/secret.h"
#include "base/trusted_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(int error, const char *why, const char **why_r)
{
    *why_r = why;
    return -error;
}

static int check_owner(const struct stat *st, const char **why_r)
{
    if (st->st_uid != 0 && st->st_uid != geteuid())
        return fail(EPERM, "belongs neither to root nor to the daemon's user", why_r);
    if (st->st_mode & S_IRWXO)
        return fail(EPERM, "holds a private key and is open to every user (chmod o=)", why_r);
    if (st->st_mode & S_IWGRP)
        return fail(EPERM, "holds a private key that its group may change (chmod g-w)", why_r);
    return 0;
}

static int read_all(int fd, struct bytes *content, const char **why_r)
{
    for (;;) {
        uint8_t *at = bytes_reserve(content, 4096);
        if (!at)
            return fail(EFBIG, "is too long", why_r);
        ssize_t got = read(fd, at, 4096);
        if (got < 0 && errno != EINTR)
            return fail(errno, "cannot be read", why_r);
        if (got == 0)
            return 0;
        if (got > 0)
            bytes_commit(content, (size_t)got);
    }
}

static int read_fd(int fd, bool private, struct bytes *content, const char **why_r)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return fail(errno, "cannot be examined", why_r);
    if (!S_ISREG(st.st_mode))
        return fail(EINVAL, "is not a regular file", why_r);
    int result = private ? check_owner(&st, why_r) : 0;
    return result < 0 ? result : read_all(fd, content, why_r);
}

static int read_file(const char *path, bool private, struct bytes *content_r,
                     const char **why_r)
{
    struct bytes content;
    int fd = trusted_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail(-fd,
                    fd == -ENOENT  ? "is not there"
                    : fd == -ELOOP ? "is a link in a folder that others may write to"
                                   : "cannot be opened",
                    why_r);
    /* All of its memory at once: growing would leave copies behind. */
    bytes_init(&content, KEY_FILE_MOST + 4096);
    bytes_reserve(&content, KEY_FILE_MOST + 4096);
    int result = read_fd(fd, private, &content, why_r);
    close(fd);
    if (result < 0)
        key_file_wipe(&content);
    else
        *content_r = content;
    return result;
}

int key_file_read(const char *path, struct bytes *content_r, const char **why_r)
{
    return read_file(path, true, content_r, why_r);
}

int key_file_read_public(const char *path, struct bytes *content_r, const char **why_r)
{
    return read_file(path, false, content_r, why_r);
}

void key_file_wipe(struct bytes *content)
{
    if (content->data)
        secret_wipe(content->data, content->cap);
    bytes_fini(content);
}

static int write_all(int fd, const uint8_t *at, size_t n)
{
    while (n) {
        ssize_t put = write(fd, at, n);
        if (put < 0 && errno != EINTR)
            return -errno;
        if (put > 0) {
            at += put;
            n -= (size_t)put;
        }
    }
    return fsync(fd) < 0 ? -errno : 0;
}

int key_file_create(const char *path, const void *data, size_t n, const char **why_r)
{
    char *temporary = alloc_printf("%s.XXXXXX", path);
    int fd = mkostemp(temporary, O_CLOEXEC), result = fd < 0 ? -errno : write_all(fd, data, n);
    if (fd >= 0) {
        if (close(fd) < 0 && result == 0)
            result = -errno;
        if (result == 0 && link(temporary, path) < 0)
            result = -errno;
        unlink(temporary);
    }
    free(temporary);
    return result < 0 ? fail(-result, "cannot be written", why_r) : 0;
}
