/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLS floor: what GnuTLS needs for viewers' updates: it opens the record of a request and seals
 * the bytes of an update, both in memory, and no socket takes part. Each viewer has a session
 * of its own, and they have their turns as often as frames come, so that caches are as cold as
 * a server's.
 */
#ifndef HF_BENCH_TLS_FLOOR_H
#define HF_BENCH_TLS_FLOOR_H

#include <stddef.h>

struct tls_floor {
    const char *certificate, *key; /* PEM files */
    unsigned viewers, fps;
    size_t bytes; /* of an update */
};

/* CPU microseconds of one update of one viewer. */
double tls_floor_us(const struct tls_floor *floor);

#endif
