/* SPDX-License-Identifier: GPL-2.0-or-later */
/* http: one request to an HTTP server on a Unix socket, and its whole answer. Knows no API. */
#ifndef HF_TESTS_E2E_HTTP_H
#define HF_TESTS_E2E_HTTP_H

#include <stddef.h>

struct trial;

struct http_answer {
    long status; /* 0: the server cannot be reached */
    char *body;  /* with a zero behind it; lives as long as the trial */
    size_t size;
};

/* body: JSON text to send, or NULL. */
struct http_answer http_ask(struct trial *trial, const char *socket_path, const char *method,
                            const char *path, const char *body);

#endif
