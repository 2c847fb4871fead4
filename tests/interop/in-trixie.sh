#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Becomes a program of the Debian trixie that trixie.sh sets up: in-trixie.sh PROGRAM ARGUMENTS. It
# sees our /tmp: X sockets, and the folders of tests.
root=$("$(dirname "$0")/trixie.sh") || exit 1
exec unshare --mount sh -c 'mount --bind /tmp "$0/tmp" && exec chroot "$0" "$@"' "$root" "$@"
