/* SPDX-License-Identifier: GPL-2.0-or-later */
/* login: a load's viewer up to its first request, and the messages that it sends. */
#ifndef HF_BENCH_LOAD_LOGIN_H
#define HF_BENCH_LOAD_LOGIN_H

#include "tests/bench/load.h"

#define LOAD_ENCODING_FENCE (-312)
#define LOAD_ENCODING_CONTINUOUS (-313)
#define LOAD_FENCE_REQUEST 0x80000000u
#define LOAD_FENCE_KNOWN 7u

/* Fills v->fd, v->w and v->h; ends the program when the server does not let it in. */
void load_login(struct load_viewer *v, const char *address);

/* For the whole framebuffer. */
void load_send_request(struct load_viewer *v, bool incremental);
void load_send_continuous(struct load_viewer *v);
void load_send_fence(struct load_viewer *v, uint32_t flags, const uint8_t *payload,
                     unsigned length);

#endif
