/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * besieger: hostile clients that begin logins and do not end them, from the addresses 127.0.1.1
 * to 127.0.1.254: silent ones, some that stop after the version or the security type, TLS
 * handshakes left in the middle, RSA-AES with a random key and a random answer, garbage. Blocks
 * until its time is over; uses no threads. Knows no particular server.
 */
#ifndef HF_BENCH_BESIEGER_H
#define HF_BENCH_BESIEGER_H

#include <stdbool.h>
#include <stdint.h>

struct besieger_options {
    unsigned port;           /* of 127.0.0.1 */
    unsigned per_minute;     /* connections that are begun */
    unsigned duration_ms;    /* for how long; those begun are ended with it */
    unsigned hold_ms;        /* after which each leaves when the server has not sent it away */
    const volatile int *end; /* NULL, or not 0 when it shall end before its time */
};

struct besieger_result {
    unsigned begun;       /* connections that the kernel took */
    unsigned not_begun;   /* it did not */
    unsigned sent_away;   /* the server closed them */
    unsigned tls_answers; /* TLS handshakes that the server answered */
    unsigned ra2_answers; /* RSA-AES, likewise: it read the client's key */
};

struct besieger_result besieger_run(const struct besieger_options *options);

#endif
