#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The QEMU of the Debian trixie that trixie.sh sets up, for HOLDFAST_QEMU; HOLDFAST_QEMU_ROOT is then
# the folder that trixie.sh prints.
root=$("$(dirname "$0")/trixie.sh") || exit 1
exec chroot "$root" qemu-system-x86_64 "$@"
