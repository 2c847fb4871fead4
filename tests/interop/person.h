/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * person: somebody who logs in with a name and looks at a machine by a viewer: TigerVNC or
 * gtk-vnc at a screen of one's own, or LibVNCClient without a window.
 */
#ifndef HF_TESTS_INTEROP_PERSON_H
#define HF_TESTS_INTEROP_PERSON_H

#include "server/overlay/menu.h"
#include "tests/interop/caller.h"
#include "tests/interop/window.h"

enum person_viewer { PERSON_TIGERVNC, PERSON_GTKVNC, PERSON_LIBVNC };

struct person {
    const char *user, *password;
    enum person_viewer viewer;
    struct room seat; /* the room, with a screen of the person's own */
    struct window window;
    struct caller *caller;
};

/*
 * Logs in where this process is. seat: what is to be looked at; its screen may be NULL: then
 * there will be a new one, unless the viewer has no window. Until the person shows something
 * the viewer may not be through.
 */
void person_come(struct person *person, const struct room *seat);
/* Ends the viewer without a word. The screen stays, in the seat. */
void person_leave(struct person *person);

/* Waits until the viewer shows this picture exactly. */
void person_show(struct person *person, struct shot shot);
/* Waits until a window shows the main page of the menu, whatever is around it. The picture must
 * have been shown. */
void person_show_menu(struct person *person, const struct menu_facts *facts);
/* The picture with the main page of the menu over it. */
struct shot person_with_menu(struct trial *trial, struct shot under,
                             const struct menu_facts *facts);

/* Taps, one after the other, of letters, digits and Control_L, as xdotool calls them. */
void person_type(struct person *person, const char *keys);
/* A key that is a letter or Control_L goes down, or up. */
void person_press(struct person *person, const char *key, bool down);
/* Three taps of Control, by which the menu opens, and the choice of a row. */
void person_choose(struct person *person, const char *digit);
#define PERSON_THREE_TAPS "+1d -1d +1d -1d +1d -1d" /* what the guest sees of them */
/* The pointer to a pixel of the picture, which must have been shown; and out of the way. */
void person_point(struct person *person, int x_px, int y_px);
void person_park(struct person *person);
/* The first button there. */
void person_click(struct person *person, int x_px, int y_px);

/*
 * Gives the picture the keyboard. Whoever it is may type: returns when the guest has seen a key
 * pressed there, and no key is on its way.
 */
void person_begin_typing(struct person *person, struct guest *guest);

#endif
