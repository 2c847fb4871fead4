/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The daemon's side of the verifier, and what it was asked; for server/verifier*.c only. */
#ifndef HF_SERVER_VERIFIER_PRIVATE_H
#define HF_SERVER_VERIFIER_PRIVATE_H

#include "server/verifier.h"
#include "server/verifier_link.h"

enum request_state {
    REQUEST_ASKED,
    REQUEST_FAILED,   /* answered here, soon: see result and error */
    REQUEST_ANSWERED, /* its callback runs */
    REQUEST_SESSION,  /* answered; its id stands for a PAM session */
};

struct verifier_request {
    struct verifier_request *next;
    struct verifier *verifier;
    uint32_t id;
    uint8_t awaited; /* the answer's enum verifier_type */
    enum request_state state;
    enum verifier_result result;
    int error;
    verifier_done *done; /* NULL: cancelled */
    void *self;
};

struct verifier {
    struct verifier_link link;
    pid_t pid;
    sd_event_source *failures;
    char **services;
    size_t n_services, n_keys, n_sockets;
    struct verifier_request *requests;
    unsigned n_asked;
    uint32_t last_id;
    bool busy; /* the loop is in one of our handlers */
    bool stopped;
};

/* Another state; counts how many wait for an answer. */
void verifier_request_set(struct verifier_request *r, enum request_state state);
/* It is answered so when the loop comes round: nothing calls back before it returns. */
void verifier_request_fail(struct verifier_request *r, enum verifier_result result, int error);
void verifier_request_free(struct verifier_request *r);

#endif
