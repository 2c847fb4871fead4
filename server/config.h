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

#include "auth/client_name.h"
#include "auth/rules.h"
#include "server/text_list.h"

/* Who may drive: one at a time, handed over; everybody who has the role; nobody. */
enum sharing { SHARING_SINGLE, SHARING_FREE, SHARING_WATCH };

struct machine_config {
    char *name; /* a machine's name, "uuid:...", or "*" */
    struct text_list places;
    struct text_list listen;
    char *password_file; /* or NULL */
    char *keymap;
    bool allow_resize;
    unsigned max_viewers;          /* 0: no limit */
    unsigned max_viewers_per_user; /* 0: no limit */
    bool exclusive_refuse;         /* an exclusive ClientInit is refused, else not heeded */
    struct text_list allow;        /* access rules as text, and read: */
    struct rules *rules;           /* NULL: there are none */
    enum sharing sharing;
    uint64_t linger_us;       /* a session is kept after its last viewer */
    uint64_t ask_us;          /* how long a driver who is asked may keep silent */
    uint64_t idle_release_us; /* a driver this long without input lets go; 0: never */
    char *hot_key;            /* "ctrl", "shift", "alt", "super" or "none" */
    uint64_t hot_key_time_us; /* in which its three presses come */
    uint64_t hold_time_us;    /* input is held for a machine that moves, at most so long */
    unsigned hold_events;     /* and so many */
};

/* A listener with options of its own. */
struct listener_config {
    char *name;
    struct text_list address;    /* at least one */
    char *machine;               /* "web1", "web1:1" (its head 1), or NULL: all */
    bool apple;                  /* dialect of macOS: version 003.889 is announced */
    struct text_list proxy_from; /* addresses and networks whose PROXY header is believed */
};

struct config {
    struct text_list listen; /* the common addresses */
    char *control;           /* path of the control socket */
    char *control_group;     /* name or number, or NULL */
    char *discover_qmp;      /* folder, or NULL */
    char *user;              /* whom to become after the start, name or number, or NULL */
    char *state;             /* path of the database; keys made by us lie beside it */
    char *audit;             /* path of the audit file, or NULL */
    uint64_t listener_idle_us;
    uint64_t history_us;   /* how long it is told who was there */
    char *tls_certificate; /* PEM files; NULL: made at the first start */
    char *tls_key;
    char *tls_client_ca; /* or NULL: clients are not asked for certificates */
    char *tls_priority;  /* GnuTLS's priority string, or NULL */
    struct client_name_rule tls_client_name;
    char *pam_service;
    bool pam_session;      /* a PAM session stays open as long as ours */
    uint64_t idle_us;      /* a viewer this long without input is sent away; 0: never */
    uint64_t max_time_us;  /* a viewer is sent away so long after its login; 0: never */
    uint64_t handshake_us; /* until a login must be finished */
    unsigned max_pending;  /* unauthenticated connections */
    unsigned max_pending_per_address;
    struct text_list methods; /* names of auth methods, in order; never empty: "none" where only
                                 Unix sockets listen */
    /* All NULL and empty: this host is alone. Else only user and password may be NULL. */
    struct text_list cluster_etcd; /* addresses of one etcd: "http://10.0.0.5:2379" */
    char *cluster_node;            /* our name; see config_cluster.h */
    char *cluster_advertise;       /* where other nodes dial us: address and port */
    char *cluster_listen;          /* where we listen for them; by default the same */
    char *cluster_ca;              /* PEM files, for nodes and for etcd by https */
    char *cluster_certificate, *cluster_key;
    char *cluster_user; /* at etcd */
    char *cluster_password_file;
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
