/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RSA-AES (rfbproto, types 5 and 6, 128 bits) for the reference client, with nettle's EAX. */
#ifndef HF_TESTS_E2E_TEST_LOGINS_RA2_H
#define HF_TESTS_E2E_TEST_LOGINS_RA2_H

#include "tests/client/client.h"

/* The login; with type 5 everything that follows goes through records. */
void ra2_log_in(struct client *client, const char *user, const char *password);

#endif
