/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/link_dial.h"
#include "server/address.h"
#include "server/cluster/link_private.h"
#include "server/cluster/link_socket.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A socket that connects or has connected, or -errno and *why_r. */
static int connect_to(const char *text, const char **why_r)
{
    struct address a;
    if (address_parse(text, &a, why_r) < 0)
        return -EINVAL;
    int fd = socket(a.sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0) {
        if (!address_is_unix(&a))
            link_socket_prepare(fd);
        if (connect(fd, (const struct sockaddr *)&a.sa, a.len) == 0 || errno == EINPROGRESS)
            return fd;
    }
    int err = errno;
    if (fd >= 0)
        close(fd);
    *why_r = strerror(err);
    return -err;
}

struct link *link_dial(const char *address, struct tls_node_credentials *credentials,
                       const struct link_options *options)
{
    struct link_options o = *options;
    struct stream *none = NULL;
    const char *why = NULL;
    o.dialed = true;
    int fd = connect_to(address, &why);
    if (fd >= 0)
        return link_socket_open(fd, credentials, &o);
    struct link *link = link_new(&none, &o);
    link_break(link, why);
    return link;
}
