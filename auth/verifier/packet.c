/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/packet.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
    char space[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
};

static void put_descriptor(struct msghdr *message, union control *control, int fd)
{
    message->msg_control = control->space;
    message->msg_controllen = sizeof(control->space);
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &fd, sizeof(int));
}

int packet_send(int fd, const void *data, size_t n, int passed)
{
    struct iovec part = {(void *)data, n};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    union control control = {0};
    ssize_t sent;
    if (passed >= 0)
        put_descriptor(&message, &control, passed);
    do {
        sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : 0;
}

/* The descriptor that came, or -1. There is room for one; the kernel drops what has no room. */
static int take_descriptor(struct msghdr *message)
{
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    int fd = -1;
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(&fd, CMSG_DATA(header), sizeof(int));
    return fd;
}

ssize_t packet_receive(int fd, void *data, size_t n, int flags, int *passed_r)
{
    struct iovec part = {data, n};
    union control control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t got;
    if (passed_r) {
        message.msg_control = control.space;
        message.msg_controllen = sizeof(control.space);
        *passed_r = -1;
    }
    do {
        got = recvmsg(fd, &message, flags | MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return -errno;
    int passed = passed_r ? take_descriptor(&message) : -1;
    if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        if (passed >= 0)
            close(passed);
        return -EMSGSIZE;
    }
    if (passed_r)
        *passed_r = passed;
    return got;
}
