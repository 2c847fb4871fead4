/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel knows of a connection's path, for clients that do not answer fences. */
#ifndef HF_SERVER_PATH_RATE_H
#define HF_SERVER_PATH_RATE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Bytes per second that reached the other side of fd lately (Linux, TCP_INFO:
 * tcpi_delivery_rate); *at_least_r: it was not given enough to know what the path carries. 0
 * when unknown: fd is no TCP connection.
 */
uint64_t path_rate(int fd, bool *at_least_r);

#endif
