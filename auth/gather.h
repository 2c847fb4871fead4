/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes spread over buffers, taken piece by piece. Knows no stream. */
#ifndef HF_AUTH_GATHER_H
#define HF_AUTH_GATHER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* Bytes in all n buffers. */
size_t gather_total(const struct iovec *iov, int n);

/*
 * The next bytes from offset `at` on: *n_r of them, `most` or all that are left. They are
 * borrowed in place when they lie in one buffer, else copied into scratch (`most` bytes).
 */
const uint8_t *gather(const struct iovec *iov, int n, size_t at, uint8_t *scratch, size_t most,
                      size_t *n_r);

#endif
