/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/gather.h"

#include <string.h>

size_t gather_total(const struct iovec *iov, int n)
{
    size_t total = 0;
    for (int i = 0; i < n; i++)
        total += iov[i].iov_len;
    return total;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

const uint8_t *gather(const struct iovec *iov, int n, size_t at, uint8_t *scratch, size_t most,
                      size_t *n_r)
{
    size_t want = smaller(gather_total(iov, n) - at, most), got = 0;
    *n_r = want;
    for (; n && at >= iov->iov_len; iov++, n--)
        at -= iov->iov_len;
    if (n && iov->iov_len - at >= want)
        return (const uint8_t *)iov->iov_base + at;
    for (; got < want; iov++, at = 0) {
        size_t part = smaller(iov->iov_len - at, want - got);
        memcpy(scratch + got, (const uint8_t *)iov->iov_base + at, part);
        got += part;
    }
    return scratch;
}
