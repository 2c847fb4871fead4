/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of values that options have: how each is checked and stored. Knows no option and no
 * file. */
#ifndef HF_SERVER_CONFIG_VALUES_H
#define HF_SERVER_CONFIG_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct value_kind {
    bool list; /* fields are struct text_list, each value is appended; else a later value
                  replaces */
    const char *const *words; /* the only values there are; ends with NULL. Or NULL */
    const char *hint;         /* what is wanted; for the causes below */
    /* Whether text is a value of this kind; else a static text in *why_r, to stand behind
     * option and value. */
    bool (*good)(const struct value_kind *kind, const char *text, const char **why_r);
    /* Stores a good value at field. */
    void (*set)(const struct value_kind *kind, void *field, const char *text);
    /* Whether the last of n values, each good, goes with those before it. NULL: always. */
    bool (*good_together)(const char *const *texts, size_t n, const char **why_r);
};

/* Sets of struct value_kind for those with words: a bool (the second of two), an enum (the
 * index), a char *; and for others a char *, a struct text_list. */
void value_set_flag(const struct value_kind *kind, void *field, const char *text);
void value_set_index(const struct value_kind *kind, void *field, const char *text);
void value_set_text(const struct value_kind *kind, void *field, const char *text);
void value_set_list(const struct value_kind *kind, void *field, const char *text);
bool value_good_word(const struct value_kind *kind, const char *text, const char **why_r);

/* ---- config_values.c; behind each its field ---- */

extern const struct value_kind value_address; /* text_list: see server/address.h */
extern const struct value_kind value_place;   /* text_list: "qmp:/path", "pattern:1280x800" */
extern const struct value_kind value_path;    /* char *: absolute */
/* char *: absolute, short enough for a Unix socket */
extern const struct value_kind value_socket;
/* char *: a machine's name, or with ":" and a head */
extern const struct value_kind value_machine;
extern const struct value_kind value_user;   /* char *: a user's name or number */
extern const struct value_kind value_group;  /* char *: a group's */
extern const struct value_kind value_keymap; /* char *: a layout that xkb knows */
/* uint64_t, us: "500ms", "30s", "10m", "2h", "1d" */
extern const struct value_kind value_duration;
extern const struct value_kind value_count;     /* unsigned: 1..1000000 */
extern const struct value_kind value_yes_no;    /* bool */
extern const struct value_kind value_resize;    /* bool: "driver" (true), "never" */
extern const struct value_kind value_exclusive; /* bool: "refuse" (true), "ignore" */
extern const struct value_kind value_dialect;   /* bool: "apple" (true), "rfb" */
extern const struct value_kind value_sharing;   /* enum sharing */
extern const struct value_kind value_hot_key;   /* char *: a modifier or "none" */

/* ---- config_auth.c ---- */

extern const struct value_kind value_method;      /* text_list: see auth/offer.h */
extern const struct value_kind value_rule;        /* text_list: see auth/rules.h */
extern const struct value_kind value_proxy;       /* text_list: an address or a network */
extern const struct value_kind value_service;     /* char *: a PAM service's name */
extern const struct value_kind value_priority;    /* char *: GnuTLS's priority string */
extern const struct value_kind value_client_name; /* struct client_name_rule */

/* "90s" as microseconds; at most 10000 days. */
bool duration_parse(const char *text, uint64_t *us_r);
/* A machine's name: 1 to 255 bytes, no control characters, no '/', no "-" in front. */
bool machine_name_good(const char *text, const char **why_r);

#endif
