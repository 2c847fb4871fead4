/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLS floor: what GnuTLS needs for a viewer's updates: it opens the record of a request and seals
 * the bytes of an update, both in memory, and no socket takes part.
 */
#ifndef HF_BENCH_TLS_FLOOR_H
#define HF_BENCH_TLS_FLOOR_H

#include <stddef.h>

/* CPU microseconds of an update of so many bytes; the certificate and the key are PEM files. */
double tls_floor_us(const char *certificate, const char *key, size_t bytes);

#endif
