/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the verifier is told at the start, as the configuration has it: the PAM service, the
 * files that may be read again, the sockets that may be connected to. Asks no file whether it
 * is there.
 */
#ifndef HF_SERVER_ACCESS_ROWS_H
#define HF_SERVER_ACCESS_ROWS_H

#include <stdbool.h>

#include "server/config.h"
#include "server/verifier.h"

struct access_rows {
    struct verifier_options options;
    const char *service[1];
    struct verifier_key_row *keys;
    struct verifier_socket_row *sockets;
};

/* Whether there is anything for a verifier to do. */
bool access_rows_needed(const struct config *config);
/* Strings are lent from the config. */
void access_rows_init(struct access_rows *rows, const struct config *config);
void access_rows_fini(struct access_rows *rows);

#endif
