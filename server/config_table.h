/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which options there are, in which section, of which kind and where they are kept. Knows no
 * parser. */
#ifndef HF_SERVER_CONFIG_TABLE_H
#define HF_SERVER_CONFIG_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct value_kind;

struct config_option {
    const char *name;
    const struct value_kind *kind; /* NULL: this version does not carry the option out */
    size_t offset; /* of its field in struct config, machine_config or listener_config */
};

struct config_section {
    const char *name;
    const struct config_option
        *options; /* ends with a NULL name; NULL: this version has no such section */
    bool many;    /* has a title and stands there once for each */
};

/* Ends with a NULL name. */
extern const struct config_section config_sections[];

const struct config_section *config_section_find(const char *name);
/* NULL also for a NULL section. */
const struct config_option *config_option_find(const struct config_section *section,
                                               const char *name);

#endif
