/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * installer_guest: Debian's graphical installer as a guest of QEMU: its files, how it is
 * started, and what its first page is like. Knows neither who starts it nor who looks.
 */
#ifndef HF_TESTS_INSTALLER_GUEST_H
#define HF_TESTS_INSTALLER_GUEST_H

/* Of the package debian-installer-12-netboot-amd64. */
#define INSTALLER_FOLDER "/usr/lib/debian-installer/images/12/amd64/gtk/debian-installer/amd64/"
#define INSTALLER_KERNEL INSTALLER_FOLDER "linux"
#define INSTALLER_INITRD INSTALLER_FOLDER "initrd.gz"

/* Words for QEMU, and NULL; the two files as QEMU sees them. With less memory the installer
 * goes on without graphics. */
#define INSTALLER_WORDS(kernel, initrd)                                                        \
    "-m", "1024", "-usb", "-device", "usb-tablet", "-kernel", kernel, "-initrd", initrd,       \
        "-append", "vga=788 --- quiet", NULL

/* The first page; INSTALLER_COLOURS: a console has fewer. */
enum { INSTALLER_PAGE_WIDTH_PX = 1280, INSTALLER_COLOURS = 64 };

#endif
