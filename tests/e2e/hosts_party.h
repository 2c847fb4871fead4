/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * party: the usual arrangement of tests of several hosts: A and B, where machine "web1" can
 * run, a gateway G that has no machines, and a crew at all three.
 */
#ifndef HF_TESTS_E2E_HOSTS_PARTY_H
#define HF_TESTS_E2E_HOSTS_PARTY_H

#include "tests/e2e/hosts_crew.h"

struct party {
    struct trial *trial;
    struct hosts *hosts;
    struct host *a, *b, *g;
    struct vm vm; /* begins at A */
    struct crew *crew;
};

/*
 * Starts all of it with the machine at A: viewers that have updates sent and viewers that ask,
 * in several encodings. driver: whose host the driver is at, 'a', 'b' or 'g'. append: the
 * guest's first commands. Ends with the trial.
 */
struct party *party_start(struct trial *trial, char driver, const char *append);
/* The same without anybody; crew has no members yet. */
struct party *party_start_empty(struct trial *trial, const char *append);
/* The host of A and B where the machine is not. */
struct host *party_other(const struct party *party);
struct host *party_host(const struct party *party, char name);
/*
 * Moves the machine to that other one and back to work, with a key that the driver holds over
 * the move; the crew works all the time. In the end all is compared that can be without a
 * picture that stands still.
 */
void party_move(struct party *party, bool postcopy);
/* All that can be compared: keys, pictures, sessions, and that nobody was dropped. */
void party_check(struct party *party);

#endif
