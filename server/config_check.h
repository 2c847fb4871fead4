/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a configuration can be judged when all of it is known. Knows no file format. */
#ifndef HF_SERVER_CONFIG_CHECK_H
#define HF_SERVER_CONFIG_CHECK_H

#include <stdbool.h>

#include "server/config.h"

/* A TCP address as it stood in the file. */
struct config_listen {
    int line;
    bool local; /* only this host reaches it */
    char *text;
};

/*
 * Fills in `methods` where only Unix sockets listen, and adds to `warnings`, each with path and
 * line. NULL, or the first fault: a text that the caller frees, with its line in *line_r.
 */
char *config_check(struct config *c, const char *path, const struct config_listen *listen,
                   size_t n_listen, int *line_r);

#endif
