/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VGA: text mode of 80x25 cells as the firmware left it, saved at start so that it can be had
 * back after another mode. Knows no scene. */
#ifndef HF_GUEST_VGA_H
#define HF_GUEST_VGA_H

#include <stdbool.h>
#include <stdint.h>

#define VGA_COLUMNS 80u
#define VGA_ROWS 25u
#define VGA_CELLS (VGA_COLUMNS * VGA_ROWS)
#define VGA_FONT_SIZE 8192u
#define VGA_ATTRIBUTE_NORMAL 0x07u

struct vga {
    bool present;
    uint8_t misc;
    uint8_t sequencer[5];
    uint8_t crtc[25];
    uint8_t graphics[9];
    uint8_t attribute[21];
    uint8_t font[VGA_FONT_SIZE];
};

/* Takes down the registers and the font of the mode that is on now. */
void vga_save(struct vga *vga);

/* Brings that mode back, with empty cells. */
void vga_restore(const struct vga *vga);

void vga_clear(void);
/* Outside the screen: does nothing. */
void vga_put(uint32_t column, uint32_t row, char c, uint8_t attribute);
/* One row up; the last row becomes empty. */
void vga_scroll(void);
void vga_set_cursor(uint32_t column, uint32_t row);
/* CRC-32 of the 4000 bytes of the cells: character, attribute, row by row. */
uint32_t vga_hash(void);

#endif
