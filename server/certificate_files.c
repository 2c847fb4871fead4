/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A certificate and its key as files: both whole, or neither. */
#include <config.h>
#include "server/certificate_private.h"
#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* All through its descriptor: its name may be somebody else's where the folder is. */
static int fill_file(int fd, const gnutls_datum_t *pem, mode_t mode, gid_t group)
{
    for (size_t done = 0; done < pem->size;) {
        ssize_t n = write(fd, pem->data + done, pem->size - done);
        if (n < 0 && errno != EINTR)
            return -errno;
        done += n > 0 ? (size_t)n : 0;
    }
    if (fchown(fd, (uid_t)-1, group) < 0 || fchmod(fd, mode) < 0 || fsync(fd) < 0)
        return -errno;
    return 0;
}

/* A file beside the path, to be renamed to it. */
static int write_beside(struct certificate_making *m, const char *path,
                        const gnutls_datum_t *pem, mode_t mode, gid_t group, char **temporary_r)
{
    char *temporary = alloc_printf("%s.XXXXXX", path);
    int fd = mkostemp(temporary, O_CLOEXEC);
    int result = fd < 0 ? -errno : fill_file(fd, pem, mode, group);
    if (fd >= 0 && close(fd) < 0 && result == 0)
        result = -errno;
    if (result == 0) {
        *temporary_r = temporary;
        return 0;
    }
    if (fd >= 0)
        unlink(temporary);
    free(temporary);
    return certificate_fail(m, -result, path, strerror(-result));
}

/* Moves it to its name; without `replace` only where there is nothing. */
static int put_in_place(struct certificate_making *m, const char *temporary, const char *path)
{
    int failed = m->wish->replace ? rename(temporary, path) : link(temporary, path);
    return failed ? certificate_fail(m, errno, path,
                                     errno == EEXIST ? "is there already" : strerror(errno))
                  : 0;
}

int certificate_check_absent(struct certificate_making *m, const char *path)
{
    struct stat st;
    if (m->wish->replace || lstat(path, &st) < 0)
        return 0;
    return certificate_fail(m, EEXIST, path, "is there already");
}

int certificate_install(struct certificate_making *m, const char *certificate_path,
                        const char *key_path)
{
    char *key = NULL, *certificate = NULL;
    gid_t group = m->wish->group, none = (gid_t)-1;
    int result =
        write_beside(m, key_path, &m->key_pem, group == none ? 0600 : 0640, group, &key);
    if (result == 0)
        result =
            write_beside(m, certificate_path, &m->certificate_pem, 0644, none, &certificate);
    if (result == 0)
        result = put_in_place(m, key, key_path);
    if (result == 0) {
        result = put_in_place(m, certificate, certificate_path);
        if (result < 0 && !m->wish->replace)
            unlink(key_path);
    }
    if (key)
        unlink(key);
    if (certificate)
        unlink(certificate);
    free(key);
    free(certificate);
    return result;
}
