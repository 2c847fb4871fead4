/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of place, for the table in attach.c alone. */
#ifndef HF_SERVER_ATTACH_KINDS_H
#define HF_SERVER_ATTACH_KINDS_H

#include "server/attach/attach.h"

/*
 * "pattern:WxH[,mode=NAME][,fps=N]": a synthetic machine for tests, measurements and first
 * steps; the names are in pattern_scenes.c. Its picture depends on a frame number alone, which
 * moves only while somebody watches.
 */
extern const struct attach_ops pattern_attach_ops;
/*
 * "qmp:/path/of/socket": a QEMU, 7.2 or newer, run with -display dbus,p2p=yes and a QMP socket
 * of our own. Its display connection is made while somebody watches or types, an idle machine
 * costs its QMP socket only. reboot is Ctrl+Alt+Del.
 */
extern const struct attach_ops qemu_attach_ops;
/*
 * "node:NAME/KEY": a machine at another node of the cluster, which is asked over the link to
 * it; KEY is "uuid:..." or "name:...". No pixels come this way: see `elsewhere`.
 */
extern const struct attach_ops node_attach_ops;

#endif
