/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon makes for itself where the configuration names nothing: folders, and a
 * certificate at the first start. Knows no connections.
 */
#ifndef HF_SERVER_PROVISION_H
#define HF_SERVER_PROVISION_H

#include <stdint.h>

#include "server/config.h"
#include "server/privileges.h"

/*
 * Makes the folders of the state and of the control socket where they are missing; their
 * parents must be there. What cannot be made is logged, and met again by whoever needs it.
 */
void provision_folders(const struct config *config, const struct privileges *p);

/*
 * When a method needs a certificate and the configuration names none, lets it name
 * server.crt and server.key beside the state, and makes them when they are missing: the key is
 * ours, which is root's where we become somebody else, whose group may then read it. Logs the
 * fingerprint of the certificate that will be in use, whosever it is. 0, or -errno after
 * logging that none can be made.
 */
int provision_certificate(struct config *config, const struct privileges *p,
                          int64_t realtime_s);

#endif
