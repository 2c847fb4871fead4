/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/cell.h"

#include "rfb/encode/choose.h"
#include "rfb/encode/row.h"

/* Counts where colours change a little, in every fourth row. */
INLINED void count_steps(const struct pixels *px, struct cell_facts *facts)
{
    enum { EVERY = 4 };
    for (int y = 0; y < px->h; y += EVERY) {
        const uint32_t *row = pixels_row(px, y);
        uint64_t starts = row_starts(row, px->w, row[0]);
        facts->looked_at += px->w;
        facts->steps += __builtin_popcountll(starts);
        facts->small_steps +=
            __builtin_popcountll(starts & row_near(row, px->w, CELL_SMALL_STEP));
    }
}

/* A word of the row that is neither of the cell's colours. */
INLINED uint32_t other_colour(const struct cell *cell, const uint32_t *row)
{
    while (*row == cell->colours[0] || *row == cell->colours[1])
        row++;
    return *row;
}

/* Whether px has two colours at most, which it fills in. */
INLINED bool find_two(struct cell *cell, const struct pixels *px)
{
    cell->colours[0] = cell->colours[1] = px->at[0];
    for (int y = 0; y < px->h; y++) {
        const uint32_t *row = pixels_row(px, y);
        pixels_expect_row(px, y);
        if (row_only(row, px->w, cell->colours[0], cell->colours[1]))
            continue;
        if (cell->colours[0] != cell->colours[1])
            return false;
        cell->colours[1] = other_colour(cell, row);
        if (!row_only(row, px->w, cell->colours[0], cell->colours[1]))
            return false;
    }
    return true;
}

CLONED
void cell_look(struct cell *cell, const struct pixels *px)
{
    cell->taken = cell->nearly_picture = false;
    if (find_two(cell, px)) {
        cell->kind = cell->colours[0] == cell->colours[1] ? REGION_SOLID : REGION_MONO;
        return;
    }
    struct cell_facts facts = {0};
    count_steps(px, &facts);
    enum picture_likeness likeness = choose_picture(&facts);
    cell->kind = likeness == PICTURE_SURELY ? REGION_PICTURE : REGION_DRAWN;
    cell->nearly_picture = likeness == PICTURE_NEARLY;
}
