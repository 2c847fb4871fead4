/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/dial.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static int fail(int error, const char *why, const char **why_r)
{
    *why_r = why;
    return -error;
}

/* For an errno on the way to the socket. */
static const char *reason(int error)
{
    switch (error) {
    case ENOENT:
        return "is not there";
    case EACCES:
        return "is closed to the user that holdfastd was started as (let it in with chgrp and "
               "chmod g+rw, or with setfacl -m u:USER:rw; x on the folders before it)";
    case ECONNREFUSED:
        return "has nobody listening";
    case EAGAIN:
        return "has too many who wait for an answer";
    default:
        return "cannot be connected to";
    }
}

/* Opens the place of a file, not the file; a link stays one. Below `folder` unless anywhere. */
static int open_target(int folder, const char *target, bool anywhere)
{
    struct open_how how = {
        .flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
        .resolve = RESOLVE_NO_MAGICLINKS | (anywhere ? 0 : (uint64_t)RESOLVE_BENEATH),
    };
    return (int)syscall(SYS_openat2, folder, target, &how, sizeof(how));
}

static bool is_trusted(const struct stat *file, const struct stat *folder)
{
    return file->st_uid == 0 || file->st_uid == folder->st_uid;
}

static int check_socket(int fd, const struct stat *folder, const char **why_r)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return fail(errno, "cannot be examined", why_r);
    if (S_ISLNK(st.st_mode))
        return fail(ELOOP, "is a link to a link", why_r);
    if (!S_ISSOCK(st.st_mode))
        return fail(ENOTSOCK, "is not a socket", why_r);
    if (folder && !is_trusted(&st, folder))
        return fail(EPERM, "leads to a socket of neither root nor the folder's owner", why_r);
    return 0;
}

/* entry: the link itself, so that its maker and its text belong together. */
static int follow_link(int folder, int entry, const struct stat *folder_st,
                       const struct stat *link_st, int *socket_r, const char **why_r)
{
    char target[PATH_MAX];
    ssize_t n = readlinkat(entry, "", target, sizeof(target) - 1);
    if (n <= 0)
        return fail(EINVAL, "cannot be read as a link", why_r);
    target[n] = 0;
    int fd = open_target(folder, target, false);
    bool outside = fd < 0 && errno == EXDEV;
    if (outside && !is_trusted(link_st, folder_st))
        return fail(EPERM, "leads out of the folder and was made by neither root nor its owner",
                    why_r);
    if (outside)
        fd = open_target(folder, target, true);
    if (fd < 0)
        return fail(errno, errno == ENOENT ? "leads nowhere" : "cannot be followed", why_r);
    int result = check_socket(fd, outside ? folder_st : NULL, why_r);
    if (result < 0)
        close(fd);
    else
        *socket_r = fd;
    return result;
}

static int find_socket(int folder, const char *name, int *socket_r, const char **why_r)
{
    struct stat folder_st, entry_st;
    int entry = open_target(folder, name, false), result;
    if (entry < 0)
        return fail(errno, reason(errno), why_r);
    if (fstat(folder, &folder_st) < 0 || fstat(entry, &entry_st) < 0) {
        result = fail(errno, "cannot be examined", why_r);
    } else if (S_ISLNK(entry_st.st_mode)) {
        result = follow_link(folder, entry, &folder_st, &entry_st, socket_r, why_r);
    } else {
        result = check_socket(entry, NULL, why_r);
        if (result == 0) {
            *socket_r = entry;
            return 0;
        }
    }
    close(entry);
    return result;
}

/* The path goes through the descriptor: nobody can put another socket in its place. */
static int connect_to(int place, int *fd_r, const char **why_r)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    snprintf(sa.sun_path, sizeof(sa.sun_path), "/proc/self/fd/%d", place);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fail(errno, "cannot be connected to", why_r);
    if (connect(fd, (const struct sockaddr *)&sa, sizeof(sa)) < 0) {
        int error = errno;
        close(fd);
        return fail(error, reason(error), why_r);
    }
    *fd_r = fd;
    return 0;
}

static bool is_component(const char *name)
{
    return name[0] && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

int dial_in_folder(const char *folder, const char *name, int *fd_r, const char **why_r)
{
    int place = -1;
    if (!is_component(name))
        return fail(EINVAL, "is not the name of a file", why_r);
    int dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return fail(errno, reason(errno), why_r);
    int result = find_socket(dir, name, &place, why_r);
    close(dir);
    if (result < 0)
        return result;
    result = connect_to(place, fd_r, why_r);
    close(place);
    return result;
}

int dial_path(const char *path, int *fd_r, const char **why_r)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    if (!slash || n + 2 > sizeof(folder))
        return fail(EINVAL, "is not an absolute path", why_r);
    memcpy(folder, path, n);
    strcpy(folder + n, n ? "" : "/");
    return dial_in_folder(folder, slash + 1, fd_r, why_r);
}
