/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * installer: Debian's graphical installer as a guest, from its boot to its first page, the
 * choice of a language. Knows QMP and pictures, and starts nothing. Ends the program with a
 * sentence when the page does not come.
 */
#ifndef HF_BENCH_INSTALLER_H
#define HF_BENCH_INSTALLER_H

#include "framebuffer/surface.h"
#include "tests/installer_guest.h"

/* Until its first page has stood still. */
void installer_wait(int qmp_fd);
/* Stops the machine and writes its state to the file (as QEMU sees it), for -incoming. */
void installer_save(int qmp_fd, const char *path);

/* The machine's picture; s is initialised and is resized. */
void installer_shot(int qmp_fd, struct surface *s);

#endif
