/* SPDX-License-Identifier: GPL-2.0-or-later */
/* slow_link: an address that leads to another one over a bad line (tests/bench/relay). */
#ifndef HF_TESTS_E2E_SLOW_LINK_H
#define HF_TESTS_E2E_SLOW_LINK_H

struct trial;

struct slow_link {
    int rate_kbit;  /* from the server to each client; 0: no limit */
    int latency_ms; /* one way */
    int stall_ms;   /* nothing moves so long... */
    int period_ms;  /* ...at the end of each such time; 0 when stall_ms is 0 */
};

/* Starts it; ends with the trial. "127.0.0.1:PORT", text of the trial. */
const char *slow_link_to(struct trial *trial, const char *address,
                         const struct slow_link *link);

#endif
