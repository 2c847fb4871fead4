/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A D-Bus connection to one peer over a socket, without a bus: authenticates as client, passes
 * descriptors, and is driven by the loop. Knows no interface; calls and objects are sd-bus's
 * own (`bus`).
 */
#ifndef HF_SERVER_ATTACH_DBUS_PEER_H
#define HF_SERVER_ATTACH_DBUS_PEER_H

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

struct dbus_peer;

/*
 * Takes over fd, a connected, non-blocking socket, and begins to authenticate. on_lost is
 * called once, from the loop, when the connection has ended; it may free the peer. 0 or -errno
 * (fd is closed then).
 */
int dbus_peer_new(struct dbus_peer **peer_r, sd_event *loop, int fd,
                  void (*on_lost)(void *self), void *self);
/* Closes; nothing is called any more. May be called from a callback of the connection. NULL
 * inside is allowed. */
void dbus_peer_free(struct dbus_peer **peer);
/* Lent: for sd_bus_add_object_vtable, sd_bus_call_method_async and the like. */
sd_bus *dbus_peer_bus(const struct dbus_peer *peer);
/*
 * Two connected, non-blocking sockets: ours_r, and theirs_r to hand over. 0 or -errno.
 */
int dbus_peer_sockets(int *ours_r, int *theirs_r);

#endif
