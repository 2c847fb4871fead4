/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a viewer comes from, and how many others do. */
#include <config.h>
#include "base/log.h"
#include "server/address.h"
#include "server/viewer.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

void viewer_describe_peer(struct viewer *v, int fd)
{
    char host[INET6_ADDRSTRLEN] = "";
    v->uid = VIEWER_NO_UID;
    if (v->peer.ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)&v->peer;
        inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
        snprintf(v->address, sizeof(v->address), "%s:%u", host, ntohs(in->sin_port));
    } else if (v->peer.ss_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)&v->peer;
        inet_ntop(AF_INET6, &in->sin6_addr, host, sizeof(host));
        snprintf(v->address, sizeof(v->address), "[%s]:%u", host, ntohs(in->sin6_port));
    } else {
        struct ucred cred = {.uid = (uid_t)-1};
        socklen_t len = sizeof(cred);
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len);
        v->uid = cred.uid;
        snprintf(v->address, sizeof(v->address), "unix:uid %u", cred.uid);
    }
}

/* What is private between a proxy and us need not be so on the way to it. */
void viewer_is_from(struct viewer *v, const struct sockaddr_storage *peer)
{
    const struct address from = {.sa = *peer, .len = sizeof(*peer)};
    memcpy(v->proxy, v->address, sizeof(v->proxy));
    v->peer = *peer;
    viewer_describe_peer(v, -1);
    v->local = v->local && address_is_local(&from);
    log_info("viewer %" PRIu64 " (%s): comes by the proxy %s", v->id, v->address, v->proxy);
}

static bool too_many(const struct server *s, const struct viewer *v)
{
    unsigned same = 0;
    if (s->n_pending > s->config->max_pending)
        return true;
    if (v->stage == VIEWER_PROXY ||
        (v->peer.ss_family != AF_INET && v->peer.ss_family != AF_INET6))
        return false;
    size_t port = offsetof(struct sockaddr_in6, sin6_addr);
    for (const struct viewer *other = s->viewers; other; other = other->next) {
        if (other->stage == VIEWER_PROXY || other->stage > VIEWER_METHOD ||
            other->peer.ss_family != v->peer.ss_family)
            continue;
        same += v->peer.ss_family == AF_INET
                    ? ((const struct sockaddr_in *)&other->peer)->sin_addr.s_addr ==
                          ((const struct sockaddr_in *)&v->peer)->sin_addr.s_addr
                    : memcmp((const char *)&other->peer + port, (const char *)&v->peer + port,
                             16) == 0;
    }
    return same > s->config->max_pending_per_address;
}

void viewer_check_pending(struct viewer *v)
{
    if (!too_many(v->server, v))
        return;
    v->server->refused++;
    if (v->stage == VIEWER_PROXY)
        viewer_close(v, "too many connections are waiting to log in");
    else
        handshake_refuse(&v->handshake,
                         "too many connections are waiting to log in; try again later");
}
