/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/cell.h"

#include "rfb/encode/choose.h"
#include "rfb/encode/palette.h"

/* How far apart two words are in their bytes, the largest difference. */
static int difference(uint32_t a, uint32_t b)
{
    int most = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        int d = (int)(a >> shift & 255) - (int)(b >> shift & 255);
        d = d < 0 ? -d : d;
        most = d > most ? d : most;
    }
    return most;
}

/* Counts where colours change a little, in every fourth row. */
static void count_steps(const struct pixels *px, struct cell_facts *facts)
{
    enum { EVERY = 4 };
    for (int y = 0; y < px->h; y += EVERY) {
        const uint32_t *row = pixels_row(px, y);
        uint64_t starts = row_starts(row, px->w, row[0]);
        facts->looked_at += px->w;
        facts->steps += __builtin_popcountll(starts);
        for (; starts; starts &= starts - 1) {
            int x = __builtin_ctzll(starts);
            facts->small_steps += difference(row[x], row[x - 1]) <= CELL_SMALL_STEP;
        }
    }
}

/* Whether px has two colours at most, which it fills in. */
static bool find_two(struct cell *cell, const struct pixels *px)
{
    uint32_t last = px->at[0];
    cell->colours[0] = cell->colours[1] = last;
    for (int y = 0; y < px->h; y++) {
        const uint32_t *row = pixels_row(px, y);
        for (uint64_t starts = row_starts(row, px->w, last); starts; starts &= starts - 1) {
            uint32_t colour = row[__builtin_ctzll(starts)];
            if (colour == cell->colours[0] || colour == cell->colours[1])
                continue;
            if (cell->colours[0] != cell->colours[1])
                return false;
            cell->colours[1] = colour;
        }
        last = row[px->w - 1];
    }
    return true;
}

void cell_look(struct cell *cell, const struct pixels *px)
{
    cell->taken = false;
    if (find_two(cell, px)) {
        cell->kind = cell->colours[0] == cell->colours[1] ? REGION_SOLID : REGION_MONO;
        return;
    }
    struct cell_facts facts = {0};
    count_steps(px, &facts);
    cell->kind = choose_picture(&facts) ? REGION_PICTURE : REGION_DRAWN;
}
