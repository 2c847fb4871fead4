/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/vga.h"

#include "tests/guest/io.h"
#include "tests/guest/memory.h"
#include "tests/guest/surface.h"

#define TEXT_MEMORY 0xb8000u
#define PLANE_MEMORY 0xa0000u

#define MISC_WRITE 0x3c2u
#define MISC_READ 0x3ccu
#define SEQUENCER 0x3c4u
#define GRAPHICS 0x3ceu
#define CRTC 0x3d4u
#define ATTRIBUTE_WRITE 0x3c0u
#define ATTRIBUTE_READ 0x3c1u
#define ATTRIBUTE_RESET 0x3dau
#define ATTRIBUTE_VIDEO_ON 0x20u

#define CRTC_CURSOR_HIGH 0x0eu
#define CRTC_CURSOR_LOW 0x0fu
#define CRTC_PROTECT 0x11u

static uint8_t read_indexed(uint16_t port, uint8_t index)
{
    io_write8(port, index);
    return io_read8(port + 1);
}

static void write_indexed(uint16_t port, uint8_t index, uint8_t value)
{
    io_write8(port, index);
    io_write8(port + 1, value);
}

static void read_bank(uint16_t port, uint8_t *values_r, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        values_r[i] = read_indexed(port, (uint8_t)i);
}

static void write_bank(uint16_t port, const uint8_t *values, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        write_indexed(port, (uint8_t)i, values[i]);
}

static void read_attributes(uint8_t *values_r, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        io_read8(ATTRIBUTE_RESET);
        io_write8(ATTRIBUTE_WRITE, (uint8_t)i);
        values_r[i] = io_read8(ATTRIBUTE_READ);
    }
    io_read8(ATTRIBUTE_RESET);
    io_write8(ATTRIBUTE_WRITE, ATTRIBUTE_VIDEO_ON);
}

static void write_attributes(const uint8_t *values, unsigned count)
{
    io_read8(ATTRIBUTE_RESET);
    for (unsigned i = 0; i < count; i++) {
        io_write8(ATTRIBUTE_WRITE, (uint8_t)i);
        io_write8(ATTRIBUTE_WRITE, values[i]);
    }
    io_write8(ATTRIBUTE_WRITE, ATTRIBUTE_VIDEO_ON);
}

static void write_registers(const struct vga *vga)
{
    io_write8(MISC_WRITE, vga->misc);
    write_bank(SEQUENCER, vga->sequencer, sizeof(vga->sequencer));
    write_indexed(CRTC, CRTC_PROTECT, vga->crtc[CRTC_PROTECT] & 0x7f);
    write_bank(CRTC, vga->crtc, sizeof(vga->crtc));
    write_bank(GRAPHICS, vga->graphics, sizeof(vga->graphics));
    write_attributes(vga->attribute, sizeof(vga->attribute));
}

/* Plane 2, which holds the font, as plain bytes at 0xa0000. */
static void open_font_plane(void)
{
    write_indexed(SEQUENCER, 2, 0x04);
    write_indexed(SEQUENCER, 4, 0x07);
    write_indexed(GRAPHICS, 4, 0x02);
    write_indexed(GRAPHICS, 5, 0x00);
    write_indexed(GRAPHICS, 6, 0x04);
}

static volatile uint8_t *plane_memory(void)
{
    return (volatile uint8_t *)(uintptr_t)PLANE_MEMORY;
}

static volatile uint16_t *cells(void)
{
    return (volatile uint16_t *)(uintptr_t)TEXT_MEMORY;
}

void vga_save(struct vga *vga)
{
    vga->present = true;
    vga->misc = io_read8(MISC_READ);
    read_bank(SEQUENCER, vga->sequencer, sizeof(vga->sequencer));
    read_bank(CRTC, vga->crtc, sizeof(vga->crtc));
    read_bank(GRAPHICS, vga->graphics, sizeof(vga->graphics));
    read_attributes(vga->attribute, sizeof(vga->attribute));
    open_font_plane();
    for (unsigned i = 0; i < VGA_FONT_SIZE; i++)
        vga->font[i] = plane_memory()[i];
    write_registers(vga);
}

void vga_restore(const struct vga *vga)
{
    write_registers(vga);
    open_font_plane();
    for (unsigned i = 0; i < VGA_FONT_SIZE; i++)
        plane_memory()[i] = vga->font[i];
    write_registers(vga);
    vga_clear();
}

void vga_clear(void)
{
    for (unsigned i = 0; i < VGA_CELLS; i++)
        cells()[i] = VGA_ATTRIBUTE_NORMAL << 8 | ' ';
    vga_set_cursor(0, 0);
}

void vga_put(uint32_t column, uint32_t row, char c, uint8_t attribute)
{
    if (column < VGA_COLUMNS && row < VGA_ROWS)
        cells()[row * VGA_COLUMNS + column] = (uint16_t)(attribute << 8 | (uint8_t)c);
}

void vga_scroll(void)
{
    for (unsigned i = 0; i < VGA_CELLS - VGA_COLUMNS; i++)
        cells()[i] = cells()[i + VGA_COLUMNS];
    for (unsigned i = VGA_CELLS - VGA_COLUMNS; i < VGA_CELLS; i++)
        cells()[i] = VGA_ATTRIBUTE_NORMAL << 8 | ' ';
}

void vga_set_cursor(uint32_t column, uint32_t row)
{
    uint32_t at = row * VGA_COLUMNS + column;

    write_indexed(CRTC, CRTC_CURSOR_HIGH, (uint8_t)(at >> 8));
    write_indexed(CRTC, CRTC_CURSOR_LOW, (uint8_t)at);
}

uint32_t vga_hash(void)
{
    uint16_t copy[VGA_CELLS];

    for (unsigned i = 0; i < VGA_CELLS; i++)
        copy[i] = cells()[i];
    return crc32_add(0, (const uint8_t *)copy, sizeof(copy));
}
