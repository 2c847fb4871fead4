/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole server in this process, with places that the test plays, and clients that are one end
 * of a socket pair: they say bytes and expect bytes. Waits by running the server's loop.
 */
#ifndef HF_TESTS_UNIT_SERVER_CORE_PARLOUR_H
#define HF_TESTS_UNIT_SERVER_CORE_PARLOUR_H

#include "server/server.h"
#include "tests/unit/server/core/fake_attach.h"

struct parlour {
    char folder[32];
    sd_event *loop;
    struct server server;
};

/* A client's end. */
struct guest {
    struct parlour *parlour;
    int fd;
    struct bytes in; /* what came and is not read yet */
    bool closed;     /* by the server */
};

/*
 * A server with this configuration; "%s" in it stands for a new folder. Methods are "none"
 * unless the text has its own section auth. A place "qmp:/x" is a fake with the address "/x".
 */
void parlour_open(struct parlour *p, const char *config);
void parlour_close(struct parlour *p);
/* Reads the configuration anew, as after SIGHUP. */
void parlour_reload(struct parlour *p, const char *config);
/* A file in the folder, mode 0600; its path in static memory. */
const char *parlour_file(struct parlour *p, const char *name, const char *content);
/* Runs all that is due now. */
void parlour_settle(struct parlour *p);
void parlour_turn(struct parlour *p);
/* The fake place /x: running with one head of w x h px, filled with one colour. */
struct fake_place *parlour_run_place(const char *address, const char *uuid, int w, int h);
/* Shows a picture of one colour and says that it is complete. */
void parlour_show(struct fake_place *place, int w, int h, uint32_t colour);

/* A client comes to a machine's own listener (machine_name) or to a common one (NULL). peer:
 * "192.0.2.1" or NULL: local. */
void guest_come(struct guest *g, struct parlour *p, const char *machine_name, const char *peer);
/* The same over loopback TCP. */
void guest_come_by_tcp(struct guest *g, struct parlour *p, const char *machine_name);
void guest_go(struct guest *g);
/* Takes in all that has come so far. */
void guest_listens(struct guest *g);
/* Bytes as tests/unit/hex.h reads them. */
void guest_says(struct guest *g, const char *hex);
void guest_says_bytes(struct guest *g, const void *data, size_t n);
/* Waits for exactly these bytes next. */
void guest_hears(struct guest *g, const char *hex);
/* Waits for n bytes and takes them; they hold until the next call. */
const uint8_t *guest_takes(struct guest *g, size_t n);
/* Waits until the server closes; what came before is still there. */
void guest_sees_the_end(struct guest *g);
/* Nothing has come, after all that is due has run. */
void guest_hears_nothing(struct guest *g);
/* Version 3.8, security type none, ServerInit with this size and name. */
void guest_logs_in(struct guest *g, unsigned w, unsigned h, const char *name);

#endif
