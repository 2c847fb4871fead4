/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/link_socket.h"
#include "server/cluster/link_private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

const struct link_proof link_socket_proof = {
    .names = tls_node_names,
    .trouble = tls_node_trouble,
};

void link_socket_prepare(int fd)
{
    static const struct {
        int level, name, value;
    } rows[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1},
        {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, 15},
        {IPPROTO_TCP, TCP_KEEPINTVL, 5},
        {IPPROTO_TCP, TCP_KEEPCNT, 3},
        {IPPROTO_TCP, TCP_USER_TIMEOUT, 30000},
        /* What is queued here is counted and can be given up; in the kernel it cannot. */
        {IPPROTO_TCP, TCP_NOTSENT_LOWAT, 128 << 10},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        (void)setsockopt(fd, rows[i].level, rows[i].name, &rows[i].value,
                         sizeof(rows[i].value));
}

struct link *link_socket_open(int fd, struct tls_node_credentials *credentials,
                              const struct link_options *options)
{
    enum tls_node_end end = options->dialed ? TLS_NODE_CALLS : TLS_NODE_IS_CALLED;
    struct link_options o = *options;
    struct stream *lower = stream_from_fd(fd);
    const char *why = NULL;
    o.proof = &link_socket_proof;
    struct stream *stream = tls_node_stream_new(&lower, credentials, end, options->other, &why);
    stream_close(&lower);
    struct link *link = link_new(&stream, &o);
    if (why)
        link_break(link, why);
    return link;
}
