/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Somebody who connects to sockets where we may not. Knows no QMP.
 */
#ifndef HF_SERVER_ATTACH_DIALER_H
#define HF_SERVER_ATTACH_DIALER_H

struct dialer_request;

/* From the loop, never before connect has returned. fd: connected, non-blocking, close-on-exec,
 * the callee's from now on; -1 and error -errno when there is none. */
typedef void dialer_done(void *self, int fd, int error);

struct dialer {
    /* Asks for the stream socket at an absolute path. NULL: not for this one. */
    struct dialer_request *(*connect)(struct dialer *d, const char *path, dialer_done *done,
                                      void *self);
    /* done is not called any more. Leaves NULL behind, takes it. */
    void (*cancel)(struct dialer_request **request);
};

#endif
