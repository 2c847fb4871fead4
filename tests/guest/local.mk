# SPDX-License-Identifier: GPL-2.0-or-later
# The bare-metal test guest: freestanding, with its own compiler and flags, in one command.
# With another compiler: make GUEST_CC=i686-linux-gnu-gcc

GUEST_CC = $(CC)
GUEST_CFLAGS = -O2 -g0 -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wno-sign-conversion
GUEST_TARGET_FLAGS = -m32 -march=i686 -std=gnu17 -ffreestanding -fno-builtin -fno-pic -fno-pie \
	-fno-stack-protector -fno-asynchronous-unwind-tables -fno-strict-aliasing \
	-fcf-protection=none -mgeneral-regs-only -mno-sse -mno-mmx
GUEST_LINK_FLAGS = -nostdlib -static -Wl,--build-id=none -Wl,-z,max-page-size=4096 \
	-Wl,-z,noexecstack

guest_headers = \
	tests/guest/clock.h \
	tests/guest/commands.h \
	tests/guest/cursor.h \
	tests/guest/display.h \
	tests/guest/draw.h \
	tests/guest/font.h \
	tests/guest/guest.h \
	tests/guest/input.h \
	tests/guest/io.h \
	tests/guest/irq.h \
	tests/guest/keyboard.h \
	tests/guest/memory.h \
	tests/guest/mouse.h \
	tests/guest/pci.h \
	tests/guest/ps2.h \
	tests/guest/scene.h \
	tests/guest/serial.h \
	tests/guest/stage.h \
	tests/guest/surface.h \
	tests/guest/text.h \
	tests/guest/vbe.h \
	tests/guest/vga.h \
	tests/guest/virtio.h \
	tests/guest/virtio_gpu.h \
	tests/guest/vmmouse.h

guest_sources = \
	tests/guest/boot.S \
	tests/guest/clock.c \
	tests/guest/cmd_display.c \
	tests/guest/cmd_draw.c \
	tests/guest/cmd_input.c \
	tests/guest/cmd_machine.c \
	tests/guest/cmd_scene.c \
	tests/guest/commands.c \
	tests/guest/cursor.c \
	tests/guest/display.c \
	tests/guest/display_text.c \
	tests/guest/display_vbe.c \
	tests/guest/display_virtio.c \
	tests/guest/draw.c \
	tests/guest/font.c \
	tests/guest/input.c \
	tests/guest/irq.c \
	tests/guest/keyboard.c \
	tests/guest/main.c \
	tests/guest/memory.c \
	tests/guest/mouse.c \
	tests/guest/pci.c \
	tests/guest/player.c \
	tests/guest/ps2.c \
	tests/guest/scene_pixels.c \
	tests/guest/scene_text.c \
	tests/guest/serial.c \
	tests/guest/stage.c \
	tests/guest/surface.c \
	tests/guest/text.c \
	tests/guest/vbe.c \
	tests/guest/vga.c \
	tests/guest/virtio.c \
	tests/guest/virtio_gpu.c \
	tests/guest/vmmouse.c

check_DATA += tests/guest/guest.elf
CLEANFILES += tests/guest/guest.elf
EXTRA_DIST += $(guest_headers) $(guest_sources) tests/guest/link.ld tests/guest/README.md

# From the source folder, so that the file names are the same in every kind of build.
tests/guest/guest.elf: $(guest_sources) $(guest_headers) tests/guest/link.ld
	$(AM_V_at)$(MKDIR_P) tests/guest
	$(AM_V_GEN)out=`pwd`/$@ && cd $(srcdir) && \
	$(GUEST_CC) $(GUEST_TARGET_FLAGS) $(GUEST_CFLAGS) -I. $(GUEST_LINK_FLAGS) \
	  -Wl,-T,tests/guest/link.ld -o "$$out" $(guest_sources)
