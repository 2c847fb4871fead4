/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A viewer's lobby while it is in it: a drawn machine of its own size, with the machines that
 * the viewer may see, who is there, and their pictures, live for those that are seen: at most
 * ten a second in all lobbies together. Those of machines at other nodes are asked for there,
 * small as they are shown, each every two seconds at most. Knows viewers and machines.
 */
#ifndef HF_SERVER_OVERLAY_LOBBY_ROOM_H
#define HF_SERVER_OVERLAY_LOBBY_ROOM_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

struct lobby;
struct machine;
struct server;
struct viewer;

/* All lobbies of a server. */
struct lobbies {
    struct server *server;
    struct lobby *first;
    sd_event_source *tick; /* while there is a lobby */
    uint64_t turn;         /* from which of all that are seen on the next is looked for */
    uint64_t pictures;     /* counter: how often one was taken */
    unsigned n_asked;      /* of those, how many are on their way from other nodes */
};

/* Before any viewer comes; ends with the last viewer, so call lobbies_stop after that. */
void lobbies_init(struct lobbies *all, struct server *server);
void lobbies_stop(struct lobbies *all);

/* A new lobby for the viewer: the machine that shows it. It ends when the viewer leaves that
 * machine: lobby_left. */
struct machine *lobby_open(struct viewer *v);
/* A viewer left m: if that is a lobby it ends. */
void lobby_left(struct machine *m);
/* Whether the viewer is in its lobby. */
bool viewer_in_lobby(const struct viewer *v);
/* Whether there is a lobby for it to go to from its machine: its port and login leave a choice,
 * and there is more than one machine that it may see. */
bool lobby_is_open_to(const struct viewer *v);
/* The viewer goes there from its machine. */
void lobby_return(struct viewer *v);

/*
 * The same for a viewer whose machine is gone, with a notice why. Keys and buttons count once
 * none came for a second: nobody chooses a machine by what was meant for another one.
 */
void lobby_takes_back(struct viewer *v, const char *machine);

/* For a viewer in its lobby, which may have left it afterwards. pressed: the bits of buttons
 * that went down, as RFC 6143 7.5.5 numbers them. */
void lobby_takes_key(struct viewer *v, uint32_t keysym);
void lobby_takes_pointer(struct viewer *v, unsigned pressed, int x, int y);
/* The client wants another size: 0, or -EINVAL. */
int lobby_resize(struct viewer *v, int w, int h);

#endif
