/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * daemon: the built holdfastd, run with a configuration of the test's, and asked through its
 * control socket.
 */
#ifndef HF_TESTS_E2E_DAEMON_H
#define HF_TESTS_E2E_DAEMON_H

#include <jansson.h>

#include "tests/e2e/http.h"
#include "tests/e2e/process.h"

struct daemon {
    struct trial *trial;
    struct process *process;
    char *folder, *config_path, *control_path;
};

/*
 * Writes the configuration and waits until the daemon is ready. `server` stands inside the
 * server section behind the control socket, `rest` behind that section; in both '$' becomes the
 * scratch folder. Both may be NULL. The common listener is unix:$/any unless `server` has a
 * `listen =`.
 */
struct daemon *daemon_start(struct trial *trial, const char *server, const char *rest);
/* The same without waiting, for configurations that it refuses. */
struct daemon *daemon_start_only(struct trial *trial, const char *server, const char *rest);
/* The same with files in another folder, which '$' becomes, and a name for its log. */
struct daemon *daemon_start_in(struct trial *trial, const char *folder, const char *name,
                               const char *server, const char *rest);

/* SIGTERM; fails the test unless it exits with 0. */
void daemon_stop(struct daemon *daemon);

/* The answer's JSON, which lives as long as the test; fails the test unless the status is 2xx.
 */
json_t *daemon_ask(struct daemon *daemon, const char *method, const char *path, json_t *body);
/* The same, with any status. */
struct http_answer daemon_try(struct daemon *daemon, const char *method, const char *path,
                              json_t *body);

json_t *daemon_status(struct daemon *daemon);
json_int_t daemon_counter(struct daemon *daemon, const char *name);
void daemon_wait_counter(struct daemon *daemon, const char *name, json_int_t value);

/* The machine of that name, or NULL. */
json_t *daemon_machine(struct daemon *daemon, const char *name);
/* The first session of that user, or NULL. */
json_t *daemon_session(struct daemon *daemon, const char *user);
/* Waits until the machine is there and its member `state` is this. */
json_t *daemon_wait_machine(struct daemon *daemon, const char *name, const char *state);
void daemon_wait_no_machine(struct daemon *daemon, const char *name);

/* The address, as really bound, of the first listener of a machine (NULL: of all) on TCP. */
const char *daemon_tcp(struct daemon *daemon, const char *machine);

/* Runs holdfastctl against it; arguments end with NULL. The exit status; output_r may be NULL.
 */
int daemon_ctl(struct daemon *daemon, const char **output_r, ...) __attribute__((sentinel));

#endif
