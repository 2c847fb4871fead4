/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/control/socket.h"
#include "base/alloc.h"

#include <errno.h>
#include <grp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int why(char **why_r, int error, char *text)
{
    *why_r = text;
    return -error;
}

static bool find_group(const char *name, gid_t *gid_r)
{
    char *end;
    unsigned long number = strtoul(name, &end, 10);
    const struct group *group = getgrnam(name);
    if (!group && (*end || end == name || number >= (gid_t)-1))
        return false;
    *gid_r = group ? group->gr_gid : (gid_t)number;
    return true;
}

static int connect_error(const struct sockaddr_un *sa)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return errno;
    int e = connect(fd, (const struct sockaddr *)sa, sizeof(*sa)) == 0 ? 0 : errno;
    close(fd);
    return e;
}

/* Removes a socket file that nobody answers on. EAGAIN: somebody's queue is full. */
static int make_room(const struct sockaddr_un *sa, char **why_r)
{
    struct stat st;
    if (lstat(sa->sun_path, &st) < 0)
        return errno == ENOENT ? 0 : why(why_r, errno, alloc_text(strerror(errno)));
    if (!S_ISSOCK(st.st_mode))
        return why(why_r, EEXIST,
                   alloc_text("something that is no socket has this name: remove it, or choose "
                              "another path with server { control = ... }"));
    int e = connect_error(sa);
    if (e == 0 || e == EAGAIN)
        return why(why_r, EADDRINUSE,
                   alloc_text("another daemon answers there: stop it, or choose another path "
                              "with server { control = ... }"));
    if (e != ECONNREFUSED)
        return why(why_r, e, alloc_text(strerror(e)));
    if (unlink(sa->sun_path) < 0)
        return why(why_r, errno, alloc_text(strerror(errno)));
    return 0;
}

static void make_folder(const char *path)
{
    char *folder = alloc_text(path), *slash = strrchr(folder, '/');
    *slash = 0;
    if (folder[0])
        mkdir(folder, 0755);
    free(folder);
}

/*
 * Nobody can connect before it listens, so the mode is given with the name; later the name may
 * be somebody else's, where the folder is. gid -1: the daemon's own.
 */
static int bind_file(struct control_socket *s, const struct sockaddr_un *sa, gid_t gid)
{
    struct stat st;
    mode_t before = umask(0117);
    int r = bind(s->fd, (const struct sockaddr *)sa, sizeof(*sa)) < 0 ? -errno : 0;
    umask(before);
    if (r < 0)
        return r;
    if (lchown(s->path, (uid_t)-1, gid) < 0 || lstat(s->path, &st) < 0 ||
        listen(s->fd, 16) < 0) {
        r = -errno;
        unlink(s->path);
        return r;
    }
    s->dev = st.st_dev;
    s->ino = st.st_ino;
    return 0;
}

int control_socket_open(struct control_socket *s, const char *path, const char *group,
                        char **why_r)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    gid_t gid = (gid_t)-1;
    *s = (struct control_socket){.fd = -1};
    if (path[0] != '/' || strlen(path) >= sizeof(sa.sun_path))
        return why(why_r, EINVAL,
                   alloc_text("the path must be absolute and have at most 107 bytes"));
    strcpy(sa.sun_path, path);
    if (group && !find_group(group, &gid))
        return why(why_r, ENOENT,
                   alloc_printf("there is no group %s (server { control-group })", group));
    make_folder(path);
    int r = make_room(&sa, why_r);
    if (r < 0)
        return r;
    s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    s->path = alloc_text(path);
    r = s->fd < 0 ? -errno : bind_file(s, &sa, gid);
    if (r == 0)
        return 0;
    s->ino = 0;
    control_socket_close(s);
    return why(why_r, -r, alloc_text(strerror(-r)));
}

void control_socket_close(struct control_socket *s)
{
    struct stat st;
    /* While it still listens, no other daemon takes the name. */
    if (s->ino && lstat(s->path, &st) == 0 && st.st_ino == s->ino && st.st_dev == s->dev)
        unlink(s->path);
    if (s->fd >= 0)
        close(s->fd);
    free(s->path);
    *s = (struct control_socket){.fd = -1};
}
