/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The test groups of base, one a file. Each runs its tests and returns how many failed. */
#ifndef HF_TESTS_UNIT_BASE_GROUPS_H
#define HF_TESTS_UNIT_BASE_GROUPS_H

int test_backoff(void);
int test_blob(void);
int test_bytes(void);
int test_log(void);
int test_outq(void);
int test_pool(void);
int test_reader(void);
int test_secret(void);
int test_stream(void);

#endif
