/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/audit.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/audit_line.h"

/* Where in the source a line was written is of no use to its reader. */
#define SD_JOURNAL_SUPPRESS_LOCATION 1

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

struct audit {
    int fd; /* -1: no file */
    char *path;
    bool torn;                 /* the file ends inside a line */
    uint64_t lost, lost_since; /* lines; the latter since the file took no more */
    bool journal;
    struct bytes line;
};

/* ---- the file ---- */

static int fail(int error, const char *why, const char **why_r)
{
    *why_r = why;
    return -error;
}

static int open_file(const char *path, const char **why_r)
{
    const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    int fd = open(path, flags, 0600);
    struct stat st;
    if (fd < 0)
        return fail(errno, strerror(errno), why_r);
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return fail(EINVAL, "is not a regular file", why_r);
    }
    return fd;
}

static void tell_recovery(struct audit *a)
{
    if (a->lost_since)
        log_warning("audit file %s takes lines again; it lacks %" PRIu64, a->path,
                    a->lost_since);
    a->lost_since = 0;
}

static void lose(struct audit *a, const char *why)
{
    if (!a->lost_since)
        log_error("audit file %s takes no lines: %s", a->path, why);
    a->lost_since++;
    a->lost++;
}

/* A line that could not be written whole stays torn, and the next one begins a line anew. */
static void write_line(struct audit *a)
{
    struct iovec parts[2] = {{"\n", a->torn ? 1 : 0}, {a->line.data, a->line.len}};
    size_t whole = parts[0].iov_len + parts[1].iov_len;
    ssize_t put = writev(a->fd, parts, 2);
    if (put == (ssize_t)whole) {
        a->torn = false;
        tell_recovery(a);
        return;
    }
    a->torn = a->torn || put > 0;
    lose(a, put < 0 ? strerror(errno) : "a line was cut");
}

/* ---- the journal ---- */

/* systemd's rule: JOURNAL_STREAM holds device and inode of the stream that standard error is
 * (systemd.exec, "$JOURNAL_STREAM"). */
static bool stderr_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat st;
    unsigned long long device, inode;
    return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
           fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

/* "HOLDFAST_USER=alice" behind what is in out. */
static void put_journal_field(struct bytes *out, const struct audit_facts *facts, unsigned i)
{
    struct bytes value;
    bytes_init(&value, SIZE_MAX);
    const char *name = audit_line_field(&value, facts, i);
    if (name) {
        bytes_put(out, "HOLDFAST_", 9);
        for (; *name; name++)
            bytes_put_u8(out, (uint8_t)toupper((unsigned char)*name));
        bytes_put_u8(out, '=');
        bytes_put(out, value.data, value.len);
    }
    bytes_fini(&value);
}

static void send_to_journal(struct audit *a, enum audit_what what,
                            const struct audit_facts *facts)
{
    struct bytes values[AUDIT_FIELDS];
    struct iovec fields[AUDIT_FIELDS + 3];
    char *message = alloc_printf("MESSAGE=audit: %.*s", (int)a->line.len - 1, a->line.data);
    char *event = alloc_printf("HOLDFAST_EVENT=%s", audit_what_name(what));
    int n = 0;
    fields[n++] = (struct iovec){message, strlen(message)};
    fields[n++] = (struct iovec){event, strlen(event)};
    fields[n++] = (struct iovec){"PRIORITY=5", 10};
    for (unsigned i = 0; i < AUDIT_FIELDS; i++) {
        bytes_init(&values[i], SIZE_MAX);
        put_journal_field(&values[i], facts, i);
        if (values[i].len)
            fields[n++] = (struct iovec){values[i].data, values[i].len};
    }
    sd_journal_sendv(fields, n);
    for (unsigned i = 0; i < AUDIT_FIELDS; i++)
        bytes_fini(&values[i]);
    free(event);
    free(message);
}

/* ---- life ---- */

int audit_open(struct audit **audit_r, const char *path, const char **why_r)
{
    int fd = path ? open_file(path, why_r) : -1;
    if (path && fd < 0)
        return fd;
    struct audit *a = ALLOC(struct audit);
    a->fd = fd;
    a->path = alloc_text(path);
    a->journal = stderr_is_journal();
    bytes_init(&a->line, SIZE_MAX);
    *audit_r = a;
    return 0;
}

void audit_reopen(struct audit *a, const char *path)
{
    const char *why;
    int fd = path ? open_file(path, &why) : -1;
    if (path && fd < 0) {
        log_error("audit file %s: %s; lines go where they went", path, why);
        return;
    }
    if (a->fd >= 0)
        close(a->fd);
    free(a->path);
    a->fd = fd;
    a->path = alloc_text(path);
    a->torn = false;
}

void audit_close(struct audit **audit)
{
    struct audit *a = *audit;
    *audit = NULL;
    if (!a)
        return;
    if (a->fd >= 0)
        close(a->fd);
    bytes_fini(&a->line);
    free(a->path);
    free(a);
}

void audit_event(struct audit *a, enum audit_what what, const struct audit_facts *facts,
                 uint64_t realtime_us)
{
    if (!a || (a->fd < 0 && !a->journal))
        return;
    bytes_clear(&a->line);
    audit_line_put(&a->line, what, facts, realtime_us);
    if (a->fd >= 0)
        write_line(a);
    if (a->journal)
        send_to_journal(a, what, facts);
}

uint64_t audit_lost(const struct audit *a)
{
    return a ? a->lost : 0;
}
