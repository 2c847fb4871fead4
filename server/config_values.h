/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of values that options have: how each is checked and stored. Knows no option and no
 * file. */
#ifndef HF_SERVER_CONFIG_VALUES_H
#define HF_SERVER_CONFIG_VALUES_H

#include <stdbool.h>
#include <stdint.h>

struct value_kind {
    bool list; /* fields are struct text_list, each value is appended; else a later value
                  replaces */
    /* Whether text is a value of this kind; else a static text in *why_r, to stand behind
     * option and value. */
    bool (*good)(const char *text, const char **why_r);
    /* Stores a good value at field. */
    void (*set)(void *field, const char *text);
};

/*                                                field */
extern const struct value_kind value_address; /* text_list: see server/address.h */
extern const struct value_kind value_place;   /* text_list: "qmp:/path", "pattern:1280x800" */
extern const struct value_kind value_method;  /* text_list: "none", "vnc" */
extern const struct value_kind value_path;    /* char *: absolute */
extern const struct value_kind
    value_socket; /* char *: absolute, short enough for a Unix socket */
extern const struct value_kind
    value_machine; /* char *: a machine's name, or with ":" and a head */
extern const struct value_kind value_name;   /* char *: a group's name or number */
extern const struct value_kind value_keymap; /* char *: a layout that xkb knows */
extern const struct value_kind
    value_duration; /* uint64_t, us: "500ms", "30s", "10m", "2h", "1d" */
extern const struct value_kind value_count;  /* unsigned: 1..1000000 */
extern const struct value_kind value_resize; /* bool: "driver" (true), "never" */

/* "90s" as microseconds; at most 10000 days. */
bool duration_parse(const char *text, uint64_t *us_r);
/* A machine's name: 1 to 255 bytes, no control characters, no '/', no "-" in front. */
bool machine_name_good(const char *text, const char **why_r);

#endif
