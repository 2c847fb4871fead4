/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/path_rate.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

uint64_t path_rate(int fd, bool *at_least_r)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof(info);
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0 ||
        len < offsetof(struct tcp_info, tcpi_delivery_rate) + sizeof(info.tcpi_delivery_rate))
        return 0;
    *at_least_r = info.tcpi_delivery_rate_app_limited;
    return info.tcpi_delivery_rate;
}
