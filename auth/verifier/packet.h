/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole packets, with at most one descriptor each, on a SOCK_SEQPACKET socket. Knows no
 * content. */
#ifndef HF_AUTH_VERIFIER_PACKET_H
#define HF_AUTH_VERIFIER_PACKET_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Sends n bytes as one packet, with a descriptor unless passed < 0 (it stays the caller's).
 * Waits for room when the socket is blocking. 0 or -errno; -EAGAIN: no room now.
 */
int packet_send(int fd, const void *data, size_t n, int passed);
/*
 * Receives one packet into data. flags: 0 or MSG_DONTWAIT. passed_r may be NULL: then no
 * descriptor is welcome; else it is set to a close-on-exec one that is the caller's, or -1.
 * Returns the length, 0 at the end of the stream, -EAGAIN, -EMSGSIZE for a packet of more than
 * n bytes or with descriptors that were not welcome (all are closed), or another -errno.
 */
ssize_t packet_receive(int fd, void *data, size_t n, int flags, int *passed_r);

#endif
