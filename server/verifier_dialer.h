/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verifier as a dialer: for QMP sockets that the configuration named when the verifier was
 * started, as places or in the discover folder. Knows no machines.
 */
#ifndef HF_SERVER_VERIFIER_DIALER_H
#define HF_SERVER_VERIFIER_DIALER_H

#include "server/attach/dialer.h"
#include "server/config.h"
#include "server/verifier.h"

struct verifier_dialer;

/*
 * config: the one that the verifier was started with; what is needed of it is copied. The
 * verifier is borrowed.
 */
struct verifier_dialer *verifier_dialer_new(struct verifier *verifier,
                                            const struct config *config);
/* When no request is left. Takes NULL. */
void verifier_dialer_free(struct verifier_dialer **dialer);
/* Lent; NULL for NULL. */
struct dialer *verifier_dialer_lend(struct verifier_dialer *dialer);

#endif
