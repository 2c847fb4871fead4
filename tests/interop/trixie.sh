#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sets up a Debian trixie with its TigerVNC viewer and the QEMU of its backports, unless that has been
# done, and prints its folder: $HOLDFAST_TRIXIE, or one in the cache. Needs root and debootstrap.
set -eu
root=${HOLDFAST_TRIXIE:-${XDG_CACHE_HOME:-/var/cache}/holdfast/trixie}

complete() {
    [ -x "$root/usr/bin/xtigervncviewer" ] && [ -x "$root/usr/bin/qemu-system-x86_64" ] &&
        [ -e "$root"/usr/lib/*/qemu/ui-dbus.so ]
}

in_root() {
    chroot "$root" env DEBIAN_FRONTEND=noninteractive "$@"
}

make_root() {
    mkdir -p "$root"
    [ -e "$root/etc/debian_version" ] || debootstrap --variant=minbase trixie "$root"
    sed 's/ trixie / trixie-backports /' "$root/etc/apt/sources.list" \
        > "$root/etc/apt/sources.list.d/backports.list"
    # Services are not to start in it.
    printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
    chmod +x "$root/usr/sbin/policy-rc.d"
    in_root apt-get update
    in_root apt-get install -y --no-install-recommends -t trixie-backports \
        qemu-system-x86 qemu-system-modules-opengl
    in_root apt-get install -y --no-install-recommends tigervnc-viewer
}

complete || make_root >&2
complete || { echo "$root is not complete" >&2; exit 1; }
echo "$root"
