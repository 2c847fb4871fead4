/* SPDX-License-Identifier: GPL-2.0-or-later */
/* control talk: what a daemon's control socket says to a GET. */
#ifndef HF_BENCH_CONTROL_TALK_H
#define HF_BENCH_CONTROL_TALK_H

#include <jansson.h>

/* The answer, the caller's. path: "/v1/status". Ends the program when there is none. */
json_t *control_get(const char *socket, const char *path);
/* The same; NULL when there is none: a daemon that has much to do may be too late. */
json_t *control_try(const char *socket, const char *path);

#endif
