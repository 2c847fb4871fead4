/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guard against those who try passwords: logins wait longer with each failure, and after
 * many none are taken for a while. It counts by source, by source and user, and by user. Who
 * fails at one source locks out that source, never a user everywhere: only failures at several
 * sources lock a user, and then only at sources where that user has not logged in before.
 * Bounded memory; time is an argument; knows neither accounts nor sockets.
 */
#ifndef HF_AUTH_GUARD_H
#define HF_AUTH_GUARD_H

#include <stdint.h>
#include <sys/socket.h>

/* Where a login comes from: an IPv4 address, an IPv6 network of 64 bits, or a local uid. */
struct guard_source {
    uint8_t bytes[16];
};

/* uid counts for addresses that are neither IPv4 nor IPv6. */
struct guard_source guard_source_of(const struct sockaddr_storage *peer, uint32_t uid);

enum guard_answer {
    GUARD_GO,     /* check it now */
    GUARD_WAIT,   /* check it, *wait_us_r later */
    GUARD_LOCKED, /* do not; in *wait_us_r it may be tried again */
};

#define GUARD_WAIT_MOST_US 8000000 /* of GUARD_WAIT */

struct guard;

/* randomise fills n bytes: nobody can choose names that meet in one place of a table. */
struct guard *guard_new(void (*randomise)(void *p, size_t n));
void guard_free(struct guard **guard);

/*
 * Before a password is checked. user: as it was given, existing or not; NULL where the method
 * has none (VNC): then only the source counts. GO and WAIT begin an attempt, which counts
 * against others until guard_end is called with the same source and user; LOCKED begins none.
 */
enum guard_answer guard_begin(struct guard *guard, const struct guard_source *source,
                              const char *user, uint64_t now_us, uint64_t *wait_us_r);

enum guard_outcome {
    GUARD_FAILED,
    GUARD_PASSED,
    GUARD_DROPPED, /* it was not checked: the verifier broke, the client left while it waited */
};

void guard_end(struct guard *guard, const struct guard_source *source, const char *user,
               enum guard_outcome outcome, uint64_t now_us);

#endif
