/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/method.h"
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_MOST = 64
}; /* bytes: two passwords, their ends of line, and blank lines behind them */

struct text {
    char bytes[FILE_MOST + 1];
    size_t n;
};

static int fail(int error, const char *why, const char **why_r)
{
    *why_r = why;
    return -error;
}

static int check_file(int fd, const char **why_r)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return fail(errno, "cannot be examined", why_r);
    if (!S_ISREG(st.st_mode))
        return fail(EINVAL, "is not a regular file", why_r);
    if (st.st_mode & (S_IROTH | S_IWOTH))
        return fail(EPERM, "may be read or written by every user (chmod o-rw)", why_r);
    return 0;
}

static int read_text(int fd, struct text *text_r, const char **why_r)
{
    text_r->n = 0;
    while (text_r->n < sizeof(text_r->bytes)) {
        ssize_t got = read(fd, text_r->bytes + text_r->n, sizeof(text_r->bytes) - text_r->n);
        if (got < 0 && errno != EINTR)
            return fail(errno, "cannot be read", why_r);
        if (got == 0)
            return 0;
        if (got > 0)
            text_r->n += (size_t)got;
    }
    return fail(EINVAL, "is too long", why_r);
}

/* One line into a password. Bytes above ASCII are taken as they are, as clients take them. */
static int parse_line(const char *line, size_t n, struct vnc_password *password_r,
                      const char **why_r)
{
    if (n > sizeof(password_r->key))
        return fail(EINVAL, "has a password of more than 8 bytes", why_r);
    for (size_t i = 0; i < n; i++)
        if ((uint8_t)line[i] < ' ' || line[i] == 0x7f)
            return fail(EINVAL, "has a control character in a password", why_r);
    memcpy(password_r->key, line, n);
    return 0;
}

static int parse_text(const struct text *text, struct vnc_password list_r[2],
                      const char **why_r)
{
    const char *at = text->bytes, *end = text->bytes + text->n;
    int found = 0;
    for (int row = 0; at < end; row++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t n = (size_t)((stop ? stop : end) - at);
        if (n && row >= 2)
            return fail(EINVAL, "has more than two lines", why_r);
        if (n && parse_line(at, n, &list_r[found++], why_r) < 0)
            return -EINVAL;
        if (!found)
            break;
        at += n + 1;
    }
    return found ? found : fail(EINVAL, "has no password in its first line", why_r);
}

static int parse_into(const struct text *text, struct vnc_password list_r[2],
                      const char **why_r)
{
    struct vnc_password list[2] = {{.watch_only = false}, {.watch_only = true}};
    int result = parse_text(text, list, why_r);
    if (result > 0)
        memcpy(list_r, list, (size_t)result * sizeof(list[0]));
    secret_wipe(list, sizeof(list));
    return result;
}

int vnc_password_text_parse(const void *content, size_t n, struct vnc_password list_r[2],
                            const char **why_r)
{
    struct text text = {.n = n};
    if (n > FILE_MOST)
        return fail(EINVAL, "is too long", why_r);
    memcpy(text.bytes, content, n);
    int result = parse_into(&text, list_r, why_r);
    secret_wipe(&text, sizeof(text));
    return result;
}

int vnc_password_file_read(const char *path, struct vnc_password list_r[2], const char **why_r)
{
    struct text text;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail(errno, "cannot be opened", why_r);
    int result = check_file(fd, why_r);
    if (result == 0)
        result = read_text(fd, &text, why_r);
    close(fd);
    if (result == 0)
        result = parse_into(&text, list_r, why_r);
    secret_wipe(&text, sizeof(text));
    return result;
}
