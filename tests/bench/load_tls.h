/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLS for a load's viewers: VeNCrypt's X509None. Takes any certificate: it measures and does
 * not judge.
 */
#ifndef HF_BENCH_LOAD_TLS_H
#define HF_BENCH_LOAD_TLS_H

#include "tests/bench/load.h"

extern const struct load_transport load_tls;

/* "(TLS1.3)-(...)-(AES-256-GCM)", GnuTLS's words for what the viewer speaks; to be freed. */
char *load_tls_describe(const struct load_viewer *v);

#endif
