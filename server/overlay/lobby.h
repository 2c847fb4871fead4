/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lobby: a picture of the machines that somebody may choose from. Which of them are shown,
 * what keys and the mouse do, where each lies, what it looks like. Pure but for drawing; knows
 * machines by what is told of them only.
 */
#ifndef HF_SERVER_OVERLAY_LOBBY_H
#define HF_SERVER_OVERLAY_LOBBY_H

#include <stdbool.h>
#include <stdint.h>

#include "framebuffer/surface.h"

enum { LOBBY_FILTER_MOST = 40, LOBBY_NAME_MOST = 80, LOBBY_LINE_MOST = 120 };

/* What is told of one machine. */
struct lobby_entry {
    char name[LOBBY_NAME_MOST];
    char state[LOBBY_NAME_MOST];  /* "running, 1280x800" */
    char people[LOBBY_LINE_MOST]; /* "alice drives, bob"; "": nobody */
    int w, h;                     /* px; 0: it has no picture */
};

/* Zeroed: no filter, the first machine. */
struct lobby_choice {
    char filter[LOBBY_FILTER_MOST + 1]; /* UTF-8: part of a name, in any case */
    unsigned chosen;                    /* among those that match */
    unsigned row;                       /* of machines: the first that is seen */
};

enum lobby_action { LOBBY_NOTHING, LOBBY_CHANGED, LOBBY_ENTER };

/* Where things lie in a picture of some size. */
struct lobby_shape {
    int w, h;                      /* px */
    int text_px, line_h, pad, top; /* top: where the first row of machines begins */
    int cell_w, cell_h, thumb_h, columns, rows; /* rows that are seen at once */
    unsigned first;                             /* the first machine seen, among the matching */
};

/* Whether the entry matches the filter. */
bool lobby_matches(const struct lobby_choice *c, const struct lobby_entry *e);
/*
 * A key is pressed (an X keysym) while n machines match: arrows, Home, End, Page Up and Down,
 * Enter, letters for the filter, Backspace, Escape. LOBBY_ENTER: the chosen one is wanted.
 */
enum lobby_action lobby_key(struct lobby_choice *c, const struct lobby_shape *shape, unsigned n,
                            uint32_t keysym);
/* The pointer is at x, y and its left button went down (pressed) or not. */
enum lobby_action lobby_pointer(struct lobby_choice *c, const struct lobby_shape *shape,
                                unsigned n, int x, int y, bool pressed);
/* The wheel turned: down by so many rows of machines (up when negative). The chosen one stays
 * among those that are seen. */
enum lobby_action lobby_wheel(struct lobby_choice *c, const struct lobby_shape *shape,
                              unsigned n, int rows);
/* For n machines of which the chosen one must be seen. The chosen one is one of them after, and
 * no more rows are passed over than need be. */
void lobby_shape_find(struct lobby_shape *shape, int w, int h, struct lobby_choice *c,
                      unsigned n);
/* Whether machine i of those that match is seen. */
bool lobby_shows(const struct lobby_shape *shape, unsigned i);
/* Its cell, and the box for its picture in it. */
struct rect lobby_cell(const struct lobby_shape *shape, unsigned i);
struct rect lobby_thumb_box(const struct lobby_shape *shape, unsigned i);

/* The whole picture but for the machines' own pictures, of those that match, in order. title:
 * who is asked to choose. */
void lobby_draw(struct surface *s, const struct lobby_shape *shape,
                const struct lobby_choice *c, const char *title,
                const struct lobby_entry *const *entries, unsigned n);

#endif
