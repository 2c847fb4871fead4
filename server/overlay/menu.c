/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/overlay/menu.h"
#include "server/overlay/menu_shape.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <xkbcommon/xkbcommon-keysyms.h>

/* Whose name stands for the %s of a text. */
enum name { NO_NAME, DRIVER, ASKER };

/* In the order in which they are shown; a row is there when all of `with` and none of `without`
 * is so. */
static const struct item {
    enum menu_page page;
    const char *text;
    enum name name;
    enum menu_action action;
    unsigned with, without;
} items[] = {
    {MENU_MAIN, "Give control to %s", ASKER, MENU_GIVE, MENU_DRIVES | MENU_ASKED, 0},
    {MENU_MAIN, "Keep control: say no to %s", ASKER, MENU_DENY, MENU_DRIVES | MENU_ASKED, 0},
    {MENU_MAIN, "Ask for control (%s drives)", DRIVER, MENU_ASK, MENU_MAY_ASK, 0},
    {MENU_MAIN, "Ask no more", NO_NAME, MENU_RELEASE, MENU_ASKS, 0},
    {MENU_MAIN, "Take control at once", NO_NAME, MENU_TAKE, MENU_MAY_TAKE, MENU_DRIVES},
    {MENU_MAIN, "Release control", NO_NAME, MENU_RELEASE, MENU_DRIVES, 0},
    {MENU_MAIN, "Who is here", NO_NAME, MENU_TO_PEOPLE, 0, 0},
    {MENU_MAIN, "Choose another machine", NO_NAME, MENU_MACHINES, MENU_OTHERS, 0},
    {MENU_MAIN, "Send Ctrl-Alt-Delete", NO_NAME, MENU_CTRL_ALT_DELETE, MENU_TYPES, 0},
    {MENU_MAIN, "Power", NO_NAME, MENU_TO_POWER, MENU_SWITCHES, 0},
    {MENU_MAIN, "Picture quality", NO_NAME, MENU_TO_QUALITY, MENU_INEXACT, 0},
    {MENU_MAIN, "Close this menu", NO_NAME, MENU_CLOSE, 0, 0},
    {MENU_PEOPLE, "Back", NO_NAME, MENU_TO_MAIN, 0, 0},
    {MENU_POWER, "Shut down (asks the guest)", NO_NAME, MENU_SHUTDOWN, 0, 0},
    {MENU_POWER, "Reboot (asks the guest)", NO_NAME, MENU_REBOOT, 0, 0},
    {MENU_POWER, "Reset at once", NO_NAME, MENU_RESET, 0, 0},
    {MENU_POWER, "Back", NO_NAME, MENU_TO_MAIN, 0, 0},
    {MENU_QUALITY, "As the viewer asks for it", NO_NAME, MENU_QUALITY_AUTO, 0, 0},
    {MENU_QUALITY, "Exact", NO_NAME, MENU_QUALITY_EXACT, 0, 0},
    {MENU_QUALITY, "Coarse, for slow lines", NO_NAME, MENU_QUALITY_LOW, 0, 0},
    {MENU_QUALITY, "Back", NO_NAME, MENU_TO_MAIN, 0, 0},
};

static bool is_marked(enum menu_action action, unsigned bits)
{
    switch (action) {
    case MENU_QUALITY_AUTO:
        return !(bits & (MENU_EXACT_NOW | MENU_LOW_NOW));
    case MENU_QUALITY_EXACT:
        return bits & MENU_EXACT_NOW;
    case MENU_QUALITY_LOW:
        return bits & MENU_LOW_NOW;
    default:
        return false;
    }
}

static void put_text(struct menu_row *row, const struct item *item,
                     const struct menu_facts *facts)
{
    const char *name = item->name == DRIVER ? facts->driver : facts->asker;
    const char *at = strstr(item->text, "%s");
    if (at)
        snprintf(row->text, sizeof(row->text), "%.*s%.60s%s", (int)(at - item->text),
                 item->text, name ? name : "nobody", at + 2);
    else
        snprintf(row->text, sizeof(row->text), "%s", item->text);
}

static unsigned put_people(const struct menu_facts *facts, struct menu_row *rows_r)
{
    unsigned n = facts->n_people < MENU_PEOPLE_MOST ? facts->n_people : MENU_PEOPLE_MOST;
    for (unsigned i = 0; i < n; i++) {
        rows_r[i] = (struct menu_row){.action = MENU_NOTHING};
        snprintf(rows_r[i].text, sizeof(rows_r[i].text), "%s", facts->people[i]);
    }
    return n;
}

unsigned menu_rows(const struct menu *m, const struct menu_facts *facts,
                   struct menu_row rows_r[MENU_ROWS_MOST])
{
    unsigned n = m->page == MENU_PEOPLE ? put_people(facts, rows_r) : 0;
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
        const struct item *item = &items[i];
        if (item->page != m->page || (facts->bits & item->with) != item->with ||
            facts->bits & item->without || n == MENU_ROWS_MOST)
            continue;
        rows_r[n] = (struct menu_row){.action = item->action,
                                      .marked = is_marked(item->action, facts->bits)};
        put_text(&rows_r[n++], item, facts);
    }
    return n;
}

/* The first row that can be chosen from `from` on in that direction, round the end. */
static unsigned next_choice(const struct menu_row *rows, unsigned n, unsigned from,
                            unsigned step)
{
    unsigned i = from % n;
    for (unsigned tried = 0; tried < n && rows[i].action == MENU_NOTHING; tried++)
        i = (i + step) % n;
    return i;
}

void menu_settle(struct menu *m, const struct menu_facts *facts)
{
    struct menu_row rows[MENU_ROWS_MOST];
    unsigned n = menu_rows(m, facts, rows);
    m->chosen = next_choice(rows, n, m->chosen < n ? m->chosen : n - 1, 1);
}

static void open_page(struct menu *m, const struct menu_facts *facts, enum menu_page page)
{
    *m = (struct menu){.page = page};
    menu_settle(m, facts);
}

static enum menu_action carry_out(struct menu *m, const struct menu_facts *facts,
                                  enum menu_action action)
{
    static const enum menu_page pages[] = {
        [MENU_TO_MAIN] = MENU_MAIN,
        [MENU_TO_PEOPLE] = MENU_PEOPLE,
        [MENU_TO_POWER] = MENU_POWER,
        [MENU_TO_QUALITY] = MENU_QUALITY,
    };
    if (action < MENU_TO_MAIN)
        return action;
    open_page(m, facts, pages[action]);
    return MENU_NOTHING;
}

static enum menu_action back(struct menu *m, const struct menu_facts *facts)
{
    return m->page == MENU_MAIN ? MENU_CLOSE : carry_out(m, facts, MENU_TO_MAIN);
}

static enum menu_action digit(struct menu *m, const struct menu_facts *facts,
                              const struct menu_row *rows, unsigned n, uint32_t i)
{
    if (i >= n || rows[i].action == MENU_NOTHING)
        return MENU_NOTHING;
    m->chosen = i;
    return carry_out(m, facts, rows[i].action);
}

enum menu_action menu_key(struct menu *m, const struct menu_facts *facts, uint32_t keysym)
{
    struct menu_row rows[MENU_ROWS_MOST];
    unsigned n = menu_rows(m, facts, rows);
    menu_settle(m, facts);
    switch (keysym) {
    case XKB_KEY_Down:
    case XKB_KEY_KP_Down:
    case XKB_KEY_Tab:
    case 'j':
        m->chosen = next_choice(rows, n, m->chosen + 1, 1);
        return MENU_NOTHING;
    case XKB_KEY_Up:
    case XKB_KEY_KP_Up:
    case XKB_KEY_ISO_Left_Tab:
    case 'k':
        m->chosen = next_choice(rows, n, m->chosen + n - 1, n - 1);
        return MENU_NOTHING;
    case XKB_KEY_Home:
    case XKB_KEY_KP_Home:
        m->chosen = next_choice(rows, n, 0, 1);
        return MENU_NOTHING;
    case XKB_KEY_End:
    case XKB_KEY_KP_End:
        m->chosen = n - 1;
        return MENU_NOTHING;
    case XKB_KEY_Return:
    case XKB_KEY_KP_Enter:
    case XKB_KEY_space:
    case XKB_KEY_Right:
        return carry_out(m, facts, rows[m->chosen].action);
    case XKB_KEY_Left:
    case XKB_KEY_BackSpace:
    case XKB_KEY_Escape:
        return back(m, facts);
    default:
        return keysym >= '1' && keysym <= '9' ? digit(m, facts, rows, n, keysym - '1')
                                              : MENU_NOTHING;
    }
}

enum menu_action menu_pointer(struct menu *m, const struct menu_facts *facts, int view_w,
                              int view_h, int x, int y, bool pressed)
{
    struct menu_row rows[MENU_ROWS_MOST];
    unsigned n = menu_rows(m, facts, rows);
    struct menu_shape shape;
    menu_settle(m, facts);
    menu_shape_find(&shape, view_w, view_h, n, m->chosen);
    int row = menu_shape_row_at(&shape, x, y);
    if (row == MENU_SHAPE_OUTSIDE)
        return pressed ? MENU_CLOSE : MENU_NOTHING;
    if (row < 0 || rows[row].action == MENU_NOTHING)
        return MENU_NOTHING;
    m->chosen = (unsigned)row;
    return pressed ? carry_out(m, facts, rows[row].action) : MENU_NOTHING;
}
