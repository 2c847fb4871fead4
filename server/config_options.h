/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of the configuration file: one table, read with libconfuse from the scanner's
 * plain text. */
#ifndef HF_SERVER_CONFIG_OPTIONS_H
#define HF_SERVER_CONFIG_OPTIONS_H

#include "server/config.h"

/*
 * Reads plain text (see config_scan) on top of the built-in values. `path` stands in the
 * errors. 0, or -EINVAL with "path:line: cause" in *error_r, which the caller frees.
 */
int config_options_read(struct config **config_r, const char *plain, const char *path,
                        char **error_r);

#endif
