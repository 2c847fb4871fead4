/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The menu that a viewer opens over its own picture: which rows it has, what keys and the mouse
 * do in it, what it looks like. Facts go in, an action comes out. Pure but for drawing; knows
 * neither viewers nor sessions.
 */
#ifndef HF_SERVER_OVERLAY_MENU_H
#define HF_SERVER_OVERLAY_MENU_H

#include <stdbool.h>
#include <stdint.h>

#include "framebuffer/layer.h"

enum { MENU_ROWS_MOST = 16, MENU_TEXT_MOST = 120, MENU_PEOPLE_MOST = 12 };

enum menu_page { MENU_MAIN, MENU_PEOPLE, MENU_POWER, MENU_QUALITY };

enum menu_action {
    MENU_NOTHING,
    MENU_CLOSE,
    MENU_GIVE, /* control to the one who asks */
    MENU_DENY,
    MENU_ASK,
    MENU_TAKE,
    MENU_RELEASE, /* or ask no more */
    MENU_MACHINES,
    MENU_CTRL_ALT_DELETE,
    MENU_SHUTDOWN,
    MENU_REBOOT,
    MENU_RESET,
    MENU_QUALITY_AUTO,
    MENU_QUALITY_EXACT,
    MENU_QUALITY_LOW,
    MENU_TO_MAIN, /* these open another page */
    MENU_TO_PEOPLE,
    MENU_TO_POWER,
    MENU_TO_QUALITY,
};

/* What is so for this viewer now; bits. */
enum menu_fact {
    MENU_DRIVES = 1 << 0,    /* it drives a machine that one drives at a time */
    MENU_ASKED = 1 << 1,     /* and somebody asks for it */
    MENU_MAY_ASK = 1 << 2,   /* may drive, does not, and does not ask yet */
    MENU_ASKS = 1 << 3,      /* waits for an answer */
    MENU_MAY_TAKE = 1 << 4,  /* without asking whoever drives */
    MENU_TYPES = 1 << 5,     /* its keys reach the machine */
    MENU_SWITCHES = 1 << 6,  /* it may switch the machine off */
    MENU_OTHERS = 1 << 7,    /* it may choose another machine */
    MENU_INEXACT = 1 << 8,   /* its client takes inexact pixels */
    MENU_EXACT_NOW = 1 << 9, /* the picture is exact by its own choice */
    MENU_LOW_NOW = 1 << 10,  /* or coarse */
};

struct menu_facts {
    unsigned bits;
    const char *machine; /* its name */
    const char *driver;  /* who drives; NULL: nobody in particular */
    const char *asker;   /* with MENU_ASKED */
    unsigned n_people;
    char people[MENU_PEOPLE_MOST][MENU_TEXT_MOST]; /* a line each */
};

/* Zeroed: the main page, its first row. */
struct menu {
    enum menu_page page;
    unsigned chosen;
};

struct menu_row {
    char text[MENU_TEXT_MOST];
    enum menu_action action; /* MENU_NOTHING: only to be read */
    bool marked;             /* as the one in force */
};

/* The rows of its page; how many. The last one closes the menu or goes back. */
unsigned menu_rows(const struct menu *m, const struct menu_facts *facts,
                   struct menu_row rows_r[MENU_ROWS_MOST]);
/* A key is pressed (an X keysym): arrows, Tab, Home, End, Enter, Escape, digits, 'j' and 'k'.
 * What is to be done; pages are changed here. */
enum menu_action menu_key(struct menu *m, const struct menu_facts *facts, uint32_t keysym);
/*
 * The pointer is at x, y (px in the view of view_w x view_h), and its left button went down
 * (pressed) or not. Outside a press closes.
 */
enum menu_action menu_pointer(struct menu *m, const struct menu_facts *facts, int view_w,
                              int view_h, int x, int y, bool pressed);
/* The facts may be others now: the chosen row is one that there is. */
void menu_settle(struct menu *m, const struct menu_facts *facts);
/* Draws it for a view of that size, on whole tiles. */
void menu_draw(const struct menu *m, const struct menu_facts *facts, int view_w, int view_h,
               struct layer *l);

#endif
