/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file as data: read whole, checked whole, immutable afterwards. Knows no
 * running server.
 */
#ifndef HF_SERVER_CONFIG_H
#define HF_SERVER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/text_list.h"

struct machine_config {
    char *name; /* a machine's name, "uuid:...", or "*" */
    struct text_list places;
    struct text_list listen;
    char *password_file; /* or NULL */
    char *keymap;
    bool allow_resize;
    unsigned max_viewers; /* 0: no limit */
};

/* A listener with options of its own. */
struct listener_config {
    char *name;
    struct text_list address; /* at least one */
    char *machine;            /* "web1", "web1:1" (its head 1), or NULL: all */
};

struct config {
    struct text_list listen; /* the common addresses */
    char *control;           /* path of the control socket */
    char *control_group;     /* name or number, or NULL */
    char *discover_qmp;      /* folder, or NULL */
    uint64_t listener_idle_us;
    uint64_t handshake_us; /* until a login must be finished */
    unsigned max_pending;  /* unauthenticated connections */
    unsigned max_pending_per_address;
    struct text_list methods; /* names of auth methods, in order; never empty: "none" where only
                                 Unix sockets listen */
    struct machine_config *machines;
    size_t n_machines;
    struct listener_config *listeners;
    size_t n_listeners;
    struct machine_config defaults; /* built-in values and those of machine "*" */
    struct text_list warnings; /* what is allowed and deserves a word: each with file and line,
                                  to be logged */
};

/*
 * Reads and checks a file. 0, or -errno with *error_r a text with file and line that the caller
 * frees. Nothing of a bad file is kept.
 */
int config_load(struct config **config_r, const char *path, char **error_r);
/* What holds without a file: a Unix socket of mode 0600 only, beside it the control socket
 * (root: /run/holdfast). */
struct config *config_builtin(void);
void config_free(struct config **config);
/*
 * The section for a machine: by name, else by "uuid:TEXT", else the defaults. uuid may be NULL.
 */
const struct machine_config *config_machine(const struct config *c, const char *name,
                                            const uint8_t *uuid);

#endif
