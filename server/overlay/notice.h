/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What people are told in the picture itself, a line each: who came, who drives, where the
 * machine is. Lines go by themselves or when they are replaced. Pure: time is an argument;
 * knows neither pixels nor who looks.
 */
#ifndef HF_SERVER_OVERLAY_NOTICE_H
#define HF_SERVER_OVERLAY_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

/* What a notice is about. A new one takes the place of the one before about the same; those
 * about people stack. */
enum notice_about {
    NOTICE_MACHINE, /* moving, restarting, waiting */
    NOTICE_CONTROL, /* who drives, who asks, how to answer */
    NOTICE_MESSAGE, /* what an operator writes */
    NOTICE_PEOPLE,  /* who came, who left */
};

enum { NOTICES_MOST = 6, NOTICE_BYTES_MOST = 200, NOTICE_LINE_MOST = NOTICE_BYTES_MOST + 40 };

struct notice {
    enum notice_about about;
    char text[NOTICE_BYTES_MOST + 1]; /* UTF-8 in one line */
    uint64_t since_us;                /* CLOCK_MONOTONIC: how long is added; 0: it is not */
    uint64_t until_us;                /* then it goes; UINT64_MAX: it stays */
};

/* Those about one thing stand together in the order of enum notice_about, older ones first.
 * Zeroed: none. */
struct notices {
    struct notice rows[NOTICES_MOST];
    unsigned n;
};

/*
 * Adds one, or replaces the one about the same. text: longer ones are cut, line breaks and
 * control characters become blanks; NULL or "": those about this go. since_us: see struct
 * notice. for_us: how long it stays; 0: until it is replaced. When there are too many, the
 * oldest about people goes.
 */
void notices_put(struct notices *n, enum notice_about about, const char *text,
                 uint64_t since_us, uint64_t for_us, uint64_t now_us);
/* Takes out what is over; whether anything was. */
bool notices_expire(struct notices *n, uint64_t now_us);
/* When the lines look different next; UINT64_MAX: never by themselves. */
uint64_t notices_next_us(const struct notices *n, uint64_t now_us);
/* Line i as it reads now: "waiting for the machine (12 s)". */
void notice_line(const struct notice *notice, uint64_t now_us, char line_r[NOTICE_LINE_MOST]);

#endif
